package io.dbmanager.proxy.sql;

import java.util.Locale;

/** What a statement does, as far as it matters to where it may run. */
public enum StatementKind {
    /** Proved to change nothing and to take no locks: any fresh replica may answer it. */
    READ,
    /**
     * A READ if every function in {@link Statement#functions()} is known to write nothing;
     * otherwise for the primary.
     */
    FUNCTION_READ,
    /** Changes something, or is not understood: the primary. */
    WRITE,
    /** A SELECT that locks rows, at any depth. */
    LOCKING_READ,
    /** Changes nothing, but only the primary's answer is right for this session. */
    PRIMARY_READ,
    /** Reads the state of a server, such as SHOW STATUS: the primary's, unless hinted. */
    SERVER_STATE,
    /** Speaks of the last statement, such as SHOW WARNINGS: the backend that ran that one. */
    DIAGNOSTIC,
    /** Releases table locks, as the other beginnings and ends of transactions do. */
    BEGIN,
    BEGIN_READ_ONLY,
    COMMIT,
    ROLLBACK,
    /** SAVEPOINT, RELEASE SAVEPOINT, ROLLBACK TO. */
    SAVEPOINT,
    XA,
    /** What it changes is in {@link Statement#changes()}. */
    SET,
    /** The schema is in {@link Statement#changes()}. */
    USE,
    /**
     * Also FLUSH TABLES WITH READ LOCK, LOCK INSTANCE and BACKUP STAGE: the session holds locks.
     */
    LOCK_TABLES,
    UNLOCK_TABLES,
    PREPARE_TEXT,
    /** EXECUTE and EXECUTE IMMEDIATE: may do anything. */
    EXECUTE_TEXT,
    DEALLOCATE_TEXT,
    /** The victim is in {@link Statement#kill()}. */
    KILL,
    CALL,
    LOAD_DATA_LOCAL,
    /**
     * {@code EXPLAIN ROUTE}; the statement asked about begins at {@link Statement#innerOffset()}.
     */
    EXPLAIN_ROUTE,
    SHOW_PROXY_STATUS,
    /** White space and comments only: the server says what it thinks of that. */
    EMPTY,
    /**
     * Several statements in one text; see {@link Traits#EVERY_PART_READS}. {@link
     * Statement#changes()} lists those of all parts, in order; after an error it is not known which
     * of them happened.
     */
    MULTI;

    /** As {@code EXPLAIN ROUTE} spells it: {@code locking_read}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
