package io.dbmanager.proxy.session;

import io.dbmanager.proxy.auth.ClientLogin;
import org.jspecify.annotations.Nullable;

/**
 * What a session is doing. Transactions, locks and the like are facts about its primary backend and
 * live in {@link SessionFacts}; here is only whose turn it is to speak.
 *
 * <pre>
 * Starting -> Idle -> Opening -> Running -> Idle
 *              |                  |   ^
 *              |                  v   |
 *              |               Uploading
 *              +-> ChangingUser -> Starting
 * any -> Closed
 * </pre>
 */
sealed interface SessionState {
    /** The primary is being asked about the session's settings. */
    record Starting() implements SessionState {}

    /** The client's turn. */
    record Idle() implements SessionState {}

    /** A backend is being opened for this job. */
    record Opening(Job job) implements SessionState {}

    /** A backend's turn. */
    record Running(Attempt attempt) implements SessionState {}

    /**
     * The client sends more of a command to this backend.
     *
     * @param attempt null for a command without an answer
     */
    record Uploading(SessionBackend backend, @Nullable Attempt attempt, Upload upload)
            implements SessionState {}

    record ChangingUser(ClientLogin login) implements SessionState {}

    record Closed(SessionEnd why) implements SessionState {}

    /** Packets of the client's that belong to a command under way. */
    final class Upload {
        /** Which packet is the last one. */
        enum Ends {
            /** The parts of a command of 16 MiB or more: one that is not full. */
            NOT_FULL,
            /** A file: an empty one. */
            EMPTY
        }

        private final Ends ends;
        private int left;
        private boolean last;
        private boolean answered;

        Upload(Ends ends) {
            this.ends = ends;
        }

        /** How much of the current packet is still to come. */
        int left() {
            return left;
        }

        void begin(int frame, int payload) {
            left = frame;
            last =
                    switch (ends) {
                        case NOT_FULL -> payload < io.dbmanager.proxy.protocol.Wire.MAX_PAYLOAD;
                        case EMPTY -> payload == 0;
                    };
        }

        void passed(int bytes) {
            left -= bytes;
        }

        /** The server has answered already, so that what is still to come is nobody's. */
        void answered() {
            answered = true;
        }

        boolean isAnswered() {
            return answered;
        }

        boolean over() {
            return last && left == 0;
        }
    }
}
