package io.dbmanager.sync.watch;

import io.dbmanager.common.GtidSet;
import io.dbmanager.sync.inspect.BinlogState;
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
 */
record PrimaryView(
        boolean reachable,
        boolean gtids,
        Optional<GtidSet> executed,
        long readAfterNanos,
        BinlogState binlogState,
        long serverId) {
    static final PrimaryView UNSEEN =
            new PrimaryView(false, false, Optional.empty(), 0, BinlogState.NONE, 0);
}
