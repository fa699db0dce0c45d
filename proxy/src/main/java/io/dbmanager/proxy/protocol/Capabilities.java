package io.dbmanager.proxy.protocol;

/**
 * What a client and a server agree on, one bit each. The upper half is MariaDB's own and travels
 * apart from the rest.
 */
public final class Capabilities {
    /** MariaDB's servers leave it out to say that their own bits follow. */
    public static final long LONG_PASSWORD = 1L;

    public static final long FOUND_ROWS = 1L << 1;
    public static final long LONG_FLAG = 1L << 2;
    public static final long CONNECT_WITH_DB = 1L << 3;
    public static final long NO_SCHEMA = 1L << 4;
    public static final long ODBC = 1L << 6;
    public static final long COMPRESS = 1L << 5;
    public static final long LOCAL_FILES = 1L << 7;
    public static final long IGNORE_SPACE = 1L << 8;
    public static final long PROTOCOL_41 = 1L << 9;
    public static final long INTERACTIVE = 1L << 10;
    public static final long SSL = 1L << 11;
    public static final long IGNORE_SIGPIPE = 1L << 12;
    public static final long TRANSACTIONS = 1L << 13;
    public static final long RESERVED = 1L << 14;
    public static final long SECURE_CONNECTION = 1L << 15;
    public static final long MULTI_STATEMENTS = 1L << 16;
    public static final long MULTI_RESULTS = 1L << 17;
    public static final long PS_MULTI_RESULTS = 1L << 18;
    public static final long PLUGIN_AUTH = 1L << 19;
    public static final long CONNECT_ATTRS = 1L << 20;
    public static final long PLUGIN_AUTH_LENENC = 1L << 21;
    public static final long EXPIRED_PASSWORDS = 1L << 22;
    public static final long SESSION_TRACK = 1L << 23;
    public static final long DEPRECATE_EOF = 1L << 24;
    public static final long OPTIONAL_METADATA = 1L << 25;
    public static final long ZSTD = 1L << 26;
    public static final long QUERY_ATTRIBUTES = 1L << 27;

    public static final long MARIADB_PROGRESS = 1L << 32;
    public static final long MARIADB_BULK = 1L << 34;
    public static final long MARIADB_EXTENDED_METADATA = 1L << 35;
    public static final long MARIADB_BULK_UNIT_RESULTS = 1L << 37;

    /**
     * Those the proxy keeps its word on. MariaDB's leaving out of column definitions that a client
     * knows from its prepare is not among them: which it knows is known to one server alone.
     */
    public static final long HONOURED =
            LONG_PASSWORD
                    | FOUND_ROWS
                    | LONG_FLAG
                    | CONNECT_WITH_DB
                    | NO_SCHEMA
                    | ODBC
                    | COMPRESS
                    | LOCAL_FILES
                    | IGNORE_SPACE
                    | PROTOCOL_41
                    | INTERACTIVE
                    | IGNORE_SIGPIPE
                    | TRANSACTIONS
                    | RESERVED
                    | SECURE_CONNECTION
                    | MULTI_STATEMENTS
                    | MULTI_RESULTS
                    | PS_MULTI_RESULTS
                    | PLUGIN_AUTH
                    | CONNECT_ATTRS
                    | PLUGIN_AUTH_LENENC
                    | EXPIRED_PASSWORDS
                    | SESSION_TRACK
                    | DEPRECATE_EOF
                    | OPTIONAL_METADATA
                    | ZSTD
                    | QUERY_ATTRIBUTES
                    | MARIADB_PROGRESS
                    | MARIADB_BULK
                    | MARIADB_EXTENDED_METADATA
                    | MARIADB_BULK_UNIT_RESULTS;

    /**
     * Those that change the bytes of commands and answers: a server without them cannot serve such
     * a client.
     */
    public static final long SHAPING =
            DEPRECATE_EOF
                    | OPTIONAL_METADATA
                    | QUERY_ATTRIBUTES
                    | MARIADB_EXTENDED_METADATA
                    | PROTOCOL_41;

    /** Those that concern the way between client and proxy alone. */
    public static final long NEAR = SSL | COMPRESS | ZSTD;

    private static final long LOWER_HALF = 0xFFFFFFFFL;

    private Capabilities() {}

    public static boolean has(long capabilities, long bit) {
        return (capabilities & bit) != 0;
    }

    static int lower(long capabilities) {
        return (int) (capabilities & LOWER_HALF);
    }

    static int upper(long capabilities) {
        return (int) (capabilities >>> 32);
    }

    static long of(long lower, long upper) {
        return (lower & LOWER_HALF) | (upper << 32);
    }
}
