package io.dbmanager.proxy.route;

import io.dbmanager.common.GtidSet;
import java.time.Instant;

/**
 * What a read must see. With {@code session} consistency: the session's own writes; with {@code
 * global}: every write acknowledged through this proxy; with {@code eventual}: nothing.
 */
public sealed interface Requirement {
    Requirement NOTHING = new Nothing();

    record Nothing() implements Requirement {}

    /** The transactions of this set. */
    record Gtids(GtidSet set) implements Requirement {}

    /** What was written up to this moment of this process's clock; for servers without GTIDs. */
    record WrittenAt(Instant at) implements Requirement {}

    /** Both: some writes came with their transactions, of others only the time is known. */
    record GtidsAndWrittenAt(GtidSet set, Instant at) implements Requirement {}
}
