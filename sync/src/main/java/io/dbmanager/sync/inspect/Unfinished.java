package io.dbmanager.sync.inspect;

/** What was begun with a replica and did not end. */
public enum Unfinished {
    NOTHING,
    /** A copy that has finished some tables: another one goes on there. */
    COPY,
    /** A repair, or a copy that had not finished anything. */
    REPAIR
}
