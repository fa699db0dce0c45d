package io.dbmanager.proxy.backend;

/** Who uses a backend. Called on its event loop. */
public interface BackendOwner {
    /** All that had arrived has been handed out. */
    void readComplete(BackendConnection backend);

    /** It is gone; exchanges that were under way have been told already. */
    void closed(BackendConnection backend, String why);

    /** It can take more, or should be given no more for now. */
    void writabilityChanged(BackendConnection backend);

    /**
     * Somebody else wants it. An owner that can do without it forgets it, having written to it what
     * it wants to ask before it goes, and having said how it {@linkplain BackendConnection#leave
     * leaves} it.
     *
     * @return whether it may be taken
     */
    default boolean yields(BackendConnection backend) {
        return false;
    }

    /** An owner that only waits for answers. */
    BackendOwner NOBODY =
            new BackendOwner() {
                @Override
                public void readComplete(BackendConnection backend) {}

                @Override
                public void closed(BackendConnection backend, String why) {}

                @Override
                public void writabilityChanged(BackendConnection backend) {}
            };
}
