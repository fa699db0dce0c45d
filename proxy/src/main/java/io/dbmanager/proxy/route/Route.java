package io.dbmanager.proxy.route;

import io.dbmanager.common.GtidSet;
import org.jspecify.annotations.Nullable;

/** Where a statement runs, and why: the sentence is logged, counted and shown to people. */
public sealed interface Route {
    /** One of a fixed set of sentences, fit for counting. */
    String why();

    record ToPrimary(String why) implements Route {}

    /**
     * @param server the replica's name
     * @param waitFor what must be awaited there first, for a bounded time, before the statement
     *     goes to the primary instead; null when the replica is known to have all it needs
     */
    record ToReplica(String server, String why, @Nullable GtidSet waitFor) implements Route {}

    /** On the backend that ran the last statement; the primary's when none has run yet. */
    record Stay(String why) implements Route {}

    /**
     * On the primary, to which the transaction that only reads goes with it, from the replica on
     * which it was begun. Where that transaction has read already, the statement is refused: what
     * it would see is not what was seen before.
     */
    record LeaveReplica(String why) implements Route {}

    /** Runs nowhere: the client gets this error. */
    record Reject(int errorCode, String sqlState, String message) implements Route {
        @Override
        public String why() {
            return "the statement is refused";
        }
    }
}
