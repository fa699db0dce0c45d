package io.dbmanager.proxy.route;

import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.route.Route.LeaveReplica;
import io.dbmanager.proxy.route.Route.Stay;
import io.dbmanager.proxy.route.Route.ToPrimary;
import io.dbmanager.proxy.route.Route.ToReplica;
import io.dbmanager.proxy.sql.SessionChange;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.Traits;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a statement runs while a transaction that only reads is open on a replica. Reads stay
 * there, and so does what the server refuses for certain; what is about the session alone runs on
 * the primary beside the transaction; with all else the transaction goes to the primary.
 */
final class ReadOnlyTransaction {
    /** Setting them may end the transaction, or speaks of it. */
    private static final Set<String> OF_TRANSACTIONS =
            Set.of("autocommit", "transaction_read_only", "tx_read_only");

    private ReadOnlyTransaction() {}

    static Route route(
            Statement statement, SessionView session, TopologySnapshot topology, String replica) {
        return switch (RoutingPolicy.effectiveKind(statement, session)) {
            case READ -> read(statement, session, topology, replica);
            case SERVER_STATE ->
                    statement.has(Traits.NAMES_TABLE)
                            ? read(statement, session, topology, replica)
                            : new ToPrimary(statement.reason());
            case WRITE ->
                    statement.has(Traits.CHANGES_ROWS) && !statement.has(Traits.MALFORMED)
                            ? there(replica)
                            : leave();
            case COMMIT, ROLLBACK, SAVEPOINT -> there(replica);
            case DIAGNOSTIC -> new Stay(statement.reason());
            case PRIMARY_READ ->
                    statement.has(Traits.NAMES_TABLE) ? leave() : new ToPrimary(statement.reason());
            case SET -> isBeside(statement) ? new ToPrimary(statement.reason()) : leave();
            case USE,
                    UNLOCK_TABLES,
                    PREPARE_TEXT,
                    DEALLOCATE_TEXT,
                    KILL,
                    EXPLAIN_ROUTE,
                    SHOW_PROXY_STATUS,
                    EMPTY ->
                    new ToPrimary(statement.reason());
            case FUNCTION_READ,
                    LOCKING_READ,
                    BEGIN,
                    BEGIN_READ_ONLY,
                    XA,
                    LOCK_TABLES,
                    EXECUTE_TEXT,
                    CALL,
                    LOAD_DATA_LOCAL,
                    MULTI ->
                    leave();
        };
    }

    private static Route there(String replica) {
        return new ToReplica(replica, RouteReasons.IN_READ_ONLY_TRANSACTION, null);
    }

    private static Route leave() {
        return new LeaveReplica(RouteReasons.NOT_IN_READ_ONLY_TRANSACTION);
    }

    private static Route read(
            Statement statement, SessionView session, TopologySnapshot topology, String replica) {
        String held = whatTheReplicaLacks(statement, session);
        if (held != null) {
            return new LeaveReplica(held);
        }
        if (session.readOnlyTransactionHasRead()) {
            return there(replica);
        }
        // It sees the data as of its first read, so now is when the replica must have them.
        Route now =
                Replicas.namedBecause(
                        replica, topology, session, RouteReasons.IN_READ_ONLY_TRANSACTION);
        return now instanceof ToReplica ? now : new LeaveReplica(now.why());
    }

    private static @Nullable String whatTheReplicaLacks(Statement statement, SessionView session) {
        String pinned = session.pinnedToPrimary();
        if (pinned != null) {
            return pinned;
        }
        if (!RoutingPolicy.variablesFollow(statement.userVariables(), session)) {
            return RouteReasons.USER_VARIABLE;
        }
        return RoutingPolicy.whatNamesMayMean(statement, session);
    }

    /** Whether a SET neither reads data nor means the transaction. */
    private static boolean isBeside(Statement statement) {
        if (statement.has(Traits.NAMES_TABLE | Traits.CALLS_UNKNOWN_FUNCTION)) {
            return false;
        }
        for (SessionChange change : statement.changes()) {
            boolean beside =
                    switch (change) {
                        case SessionChange.SessionVariable variable ->
                                !OF_TRANSACTIONS.contains(variable.name());
                        case SessionChange.UserVariable variable -> variable.literal();
                        case SessionChange.TransactionCharacteristics characteristics ->
                                !characteristics.nextOnly();
                        case SessionChange.Names _,
                                SessionChange.CharacterSet _,
                                SessionChange.Role _,
                                SessionChange.GlobalOrPersist _ ->
                                true;
                        case SessionChange.Schema _,
                                SessionChange.Password _,
                                SessionChange.TemporaryTable _,
                                SessionChange.TextPrepared _,
                                SessionChange.UserLock _,
                                SessionChange.Other _ ->
                                false;
                    };
            if (!beside) {
                return false;
            }
        }
        return true;
    }
}
