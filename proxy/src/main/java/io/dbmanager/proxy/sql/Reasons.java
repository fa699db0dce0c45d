package io.dbmanager.proxy.sql;

/**
 * Why a statement is of its kind, in sentences for people. They are counted in metrics, so they are
 * constants and hold nothing of any statement.
 */
final class Reasons {
    static final String PLAIN_READ = "a plain read";
    static final String SHOW_OBJECTS = "shows schema objects, which replicas have too";
    static final String DESCRIBE = "describes a table, which replicas have too";
    static final String EXPLAIN_READ = "explains a plain read";
    static final String EVERY_PART_READS = "several statements, each a plain read";
    static final String UNKNOWN_FUNCTION =
            "calls a function that is not built in: on the primary until it is known to write"
                    + " nothing";

    static final String MODIFIES = "changes data";
    static final String DEFINES = "changes the schema or accounts";
    static final String ADMINISTERS = "administers the server";
    static final String UNKNOWN = "is not understood, so it is not taken for a read";
    static final String MALFORMED =
            "does not end properly or can be read in two ways, so it is not taken for a read";
    static final String NOT_A_QUERY = "explains or analyzes something that is not a SELECT";
    static final String COMPOUND = "a compound statement may do anything";
    static final String DO = "DO evaluates for its effects";
    static final String HANDLER = "HANDLER keeps its place on one backend";
    static final String INTO = "SELECT ... INTO stores its result";
    static final String OUTFILE = "writes a file on the server";
    static final String ASSIGNS = "sets a user variable";
    static final String DML_IN_QUERY = "a query that changes data";
    static final String SEQUENCE = "uses a sequence";

    static final String LOCKS_ROWS = "locks the rows it reads";
    static final String USER_LOCK = "uses locks that belong to the session";
    static final String WAITS = "waits for replication";
    static final String LAST_INSERT_ID = "the last insert id belongs to the primary";
    static final String UNIQUE = "UUID_SHORT must not repeat between servers";
    static final String READS_FILE = "reads a file of the server";
    static final String PROCEDURE = "PROCEDURE ANALYSE runs on the primary";
    static final String CONNECTION_ID = "asks for the connection's id";
    static final String XPATH = "an XPath may read user variables";

    static final String SERVER_VARIABLE = "reads a variable of the server";
    static final String SERVER_FUNCTION = "calls a function about the server";
    static final String SERVER_TABLE = "reads tables about the server";
    static final String SHOW_SERVER = "shows the state of the server";
    static final String EXPLAIN_CONNECTION = "explains what another connection runs";
    static final String HELP = "asks for the server's help";

    static final String LAST_STATEMENT = "speaks of the last statement";
    static final String LAST_QUERY = "speaks of the last statement that had rows";
    static final String SHOW_UNKNOWN = "a SHOW that is not known runs on the primary";
    static final String RAISES = "raises a condition for the session";

    static final String BEGINS = "begins a transaction";
    static final String BEGINS_READ_ONLY = "begins a transaction that only reads";
    static final String ENDS = "ends a transaction";
    static final String SAVEPOINT = "a savepoint of a transaction";
    static final String XA = "part of a distributed transaction";
    static final String SETS = "changes the session";
    static final String SETS_GLOBAL = "changes settings of the server";
    static final String USES = "changes the current schema";
    static final String LOCKS = "takes locks for the session";
    static final String UNLOCKS = "gives back locks of the session";
    static final String PREPARED = "a statement prepared by text belongs to one backend";
    static final String KILL = "ends another connection or its statement";
    static final String CALL = "a procedure may do anything";
    static final String LOAD_LOCAL = "loads a file of the client";
    static final String EXPLAIN_ROUTE = "the proxy answers it";
    static final String EMPTY = "an empty statement";
    static final String MULTI = "several statements, of which not every one is a plain read";

    private Reasons() {}
}
