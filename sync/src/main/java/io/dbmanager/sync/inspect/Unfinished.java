package io.dbmanager.sync.inspect;

/** What was begun with a replica and did not end. */
public enum Unfinished {
    NOTHING,
    /** A copy that has noted which tables it has finished: another one goes on there. */
    COPY,
    /** A repair, or a copy that had not begun to note anything. */
    REPAIR
}
