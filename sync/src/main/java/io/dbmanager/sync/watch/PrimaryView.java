package io.dbmanager.sync.watch;

import io.dbmanager.common.GtidSet;
import io.dbmanager.sync.inspect.BinlogState;
import io.dbmanager.sync.inspect.SessionDefaults;
import java.util.Optional;

/**
 * What replicas are judged against: the primary as it was last seen.
 *
 * @param reachable whether it answers and is believed
 * @param gtids whether its history goes by GTIDs
 * @param executed its GTIDs; empty until it has been seen
 * @param readAfterNanos {@code System.nanoTime()} before {@code executed} was read: what a replica
 *     had applied by then must be in it
 * @param binlogState on MariaDB, who wrote what
 * @param defaults what new sessions there begin with; empty until it has been seen
 */
record PrimaryView(
        boolean reachable,
        boolean gtids,
        Optional<GtidSet> executed,
        long readAfterNanos,
        BinlogState binlogState,
        long serverId,
        Optional<SessionDefaults> defaults) {
    static final PrimaryView UNSEEN =
            new PrimaryView(
                    false, false, Optional.empty(), 0, BinlogState.NONE, 0, Optional.empty());

    /** The same, out of reach. */
    PrimaryView away() {
        return new PrimaryView(
                false, gtids, executed, readAfterNanos, binlogState, serverId, defaults);
    }
}
