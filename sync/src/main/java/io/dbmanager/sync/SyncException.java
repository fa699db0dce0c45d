package io.dbmanager.sync;

/**
 * Something outside the program stands in the way; the message is one sentence for people that says
 * what is wrong, where, and what to do.
 */
public class SyncException extends Exception {
    private static final long serialVersionUID = 1L;

    public SyncException(String message) {
        super(message);
    }

    public SyncException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Servers did not become ready in the time allowed; the message names each and why. */
    public static final class NotReady extends SyncException {
        private static final long serialVersionUID = 1L;

        public NotReady(String message) {
            super(message);
        }
    }

    /** Going on would lose data that exists nowhere else; the message names it. */
    public static final class WouldLoseData extends SyncException {
        private static final long serialVersionUID = 1L;

        public WouldLoseData(String message) {
            super(message);
        }
    }
}
