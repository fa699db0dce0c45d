package io.dbmanager.proxy.sql;

/** What else is known of a statement: bits of {@link Statement#traits()}. */
public final class Traits {
    /** Reads {@code @a}; the names are in {@link Statement#userVariables()}. */
    public static final int READS_USER_VARIABLE = 1;

    /** Sets {@code @a} by any means; a {@link SessionChange.UserVariable} each. */
    public static final int WRITES_USER_VARIABLE = 1 << 1;

    /** GET_LOCK and kin: the session may hold user locks afterwards. */
    public static final int TAKES_USER_LOCK = 1 << 2;

    /** Is exactly a call of RELEASE_ALL_LOCKS(): no user lock is left when it has succeeded. */
    public static final int RELEASES_ALL_LOCKS = 1 << 3;

    /** A {@link SessionChange.TemporaryTable} each. */
    public static final int CREATES_TEMPORARY_TABLE = 1 << 4;

    public static final int DROPS_TABLE = 1 << 5;

    /** Reads by functions that are no built-ins; the names: {@link Statement#functions()}. */
    public static final int CALLS_UNKNOWN_FUNCTION = 1 << 6;

    /** MariaDB's NEXTVAL and kin. */
    public static final int USES_SEQUENCE = 1 << 7;

    /** LAST_INSERT_ID() or {@code @@identity}. */
    public static final int NEEDS_LAST_INSERT_ID = 1 << 8;

    /** CONNECTION_ID() or {@code @@pseudo_thread_id}. */
    public static final int USES_CONNECTION_ID = 1 << 9;

    public static final int CALCULATES_FOUND_ROWS = 1 << 10;

    /** Has a SET_VAR hint, or is a SET STATEMENT ... FOR: settings for this statement alone. */
    public static final int SETS_VARIABLE_FOR_ITSELF = 1 << 11;

    /** INTO OUTFILE or INTO DUMPFILE. */
    public static final int WRITES_FILE = 1 << 12;

    /** Of MULTI: every part is a read. */
    public static final int EVERY_PART_READS = 1 << 13;

    /** A string or comment does not end, or the bytes can be read in two ways. */
    public static final int MALFORMED = 1 << 14;

    /**
     * Runs code that is not in its text (CALL, EXECUTE, compound statements, unknown functions):
     * user variables and session variables may be other than before.
     */
    public static final int MAY_CHANGE_SESSION = 1 << 15;

    /** COMMIT RELEASE, ROLLBACK RELEASE: the server closes the connection. */
    public static final int ENDS_CONNECTION = 1 << 16;

    /** COMMIT AND CHAIN: another transaction begins at once. */
    public static final int CHAINS = 1 << 17;

    /** HANDLER ... OPEN: the session holds a cursor of its own. */
    public static final int OPENS_HANDLER = 1 << 18;

    /** Names a table, so a temporary one or the current schema may be meant. */
    public static final int NAMES_TABLE = 1 << 19;

    /**
     * Of MULTI: a part of it locks tables, prepares by text, opens a handler or begins a
     * distributed transaction. Which, and whether it came to that, is not told.
     */
    public static final int PART_HOLDS_SESSION = 1 << 20;

    /** Makes, changes or drops a stored routine or trigger, or a schema with all that is in it. */
    public static final int CHANGES_ROUTINE = 1 << 21;

    /** FOUND_ROWS(): of the last statement that had rows, whatever was run since. */
    public static final int SPEAKS_OF_LAST_QUERY = 1 << 22;

    /** RELEASE_LOCK and kin: the session may hold no user lock any more. */
    public static final int RELEASES_USER_LOCK = 1 << 23;

    /** Takes a user lock that is not named by a literal, so there is no {@link SessionChange}. */
    public static final int TAKES_UNNAMED_USER_LOCK = 1 << 24;

    /** IS_USED_LOCK and kin: they answer with the server's own ids of connections. */
    public static final int ASKS_USER_LOCK = 1 << 25;

    /** START TRANSACTION WITH CONSISTENT SNAPSHOT: what it reads is as of now. */
    public static final int TAKES_SNAPSHOT = 1 << 26;

    /** INSERT, REPLACE, UPDATE or DELETE: a transaction that only reads refuses it, always. */
    public static final int CHANGES_ROWS = 1 << 27;

    /** Names tables about the server, some of which have the server's own ids of connections. */
    public static final int NAMES_SERVER_TABLE = 1 << 28;

    /** Locks more than tables: BEGIN does not end it. */
    public static final int LOCKS_SERVER = 1 << 29;

    /** SHOW PROCESSLIST: its first column has the server's own ids of connections. */
    public static final int LISTS_PROCESSES = 1 << 30;

    private Traits() {}
}
