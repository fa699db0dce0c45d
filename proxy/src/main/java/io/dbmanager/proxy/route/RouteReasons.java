package io.dbmanager.proxy.route;

/** Why a statement runs where it does, beyond what it is: constants, since they are counted. */
final class RouteReasons {
    static final String IN_TRANSACTION = "a transaction is open on the primary";
    static final String NO_AUTOCOMMIT = "autocommit is off, so every statement is in a transaction";
    static final String IN_READ_ONLY_TRANSACTION =
            "a transaction that only reads is open on this replica";
    static final String NOT_IN_READ_ONLY_TRANSACTION =
            "cannot be part of a transaction that only reads on a replica";
    static final String NEXT_TRANSACTION_SET =
            "SET TRANSACTION speaks of the transaction this statement is";
    static final String TEMPORARY_TABLES = "may name a temporary table, which only the primary has";
    static final String USER_VARIABLE = "reads a user variable that only one backend has";
    static final String SERVER_SCHEMA = "the current schema is about the server";
    static final String HINT_PRIMARY = "a hint asks for the primary";
    static final String HINT_REPLICA = "a hint asks for a replica";
    static final String HINT_SERVER = "a hint asks for this server";
    static final String HINTED_TAKES_NO_READS = "the replica a hint asks for takes no reads";
    static final String NO_REPLICA = "a read, but no replica takes reads";
    static final String NOT_FRESH =
            "a read, but no replica is known to have the writes that it must see";

    private RouteReasons() {}
}
