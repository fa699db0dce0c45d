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
}
