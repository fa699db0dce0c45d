package io.dbmanager.common;

import java.util.Locale;

/** What a replica is doing; the words of {@code /status}. */
public enum ReplicaState {
    /** Not reached or not looked at yet since the start. */
    WAITING,
    /** Its first copy, or a resync, is being made. */
    SEEDING,
    /** Replicates, but has not been within the allowed lag since it was started. */
    CATCHING_UP,
    /** Replicates within the allowed lag. */
    REPLICATING,
    /** Replicates, but further behind than allowed. */
    LAGGING,
    /** One of its replication threads does not run. */
    STOPPED,
    UNREACHABLE,
    /** It cannot go on from where it is. */
    NEEDS_RESYNC;

    /** The state as {@code /status} spells it: {@code catching_up}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
