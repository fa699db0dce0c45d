package io.dbmanager.sync;

/** What became of a request to act on replicas. */
public sealed interface ActionAnswer {
    /** It has begun in the background; {@code plan} says what will be done. */
    record Accepted(String plan) implements ActionAnswer {}

    record UnknownReplica(String name) implements ActionAnswer {}

    /** Something of the kind runs already. */
    record Busy(String detail) implements ActionAnswer {}

    /**
     * It would lose data that exists nowhere else, or cannot be done now; {@code reason} says why.
     *
     * @param wouldLoseData whether consent is what it takes
     */
    record Refused(String reason, boolean wouldLoseData) implements ActionAnswer {
        public Refused(String reason) {
            this(reason, false);
        }
    }
}
