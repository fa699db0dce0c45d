package io.dbmanager.proxy.route;

import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.route.Route.Reject;
import io.dbmanager.proxy.route.Route.Stay;
import io.dbmanager.proxy.route.Route.ToPrimary;
import io.dbmanager.proxy.sql.RouteHint;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.StatementKind;
import io.dbmanager.proxy.sql.Traits;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a statement runs. In this order: a hint that names nobody is refused; what speaks
 * of the last statement stays where that ran; what holds the session holds the statement; only a
 * read may go further; a hint, user variables and freshness decide which replica takes it.
 */
public final class RoutingPolicy {
    private static final int ER_UNKNOWN_ERROR = 1105;

    /** With one of these as the current schema, a bare table name means the server's state. */
    private static final Set<String> SERVER_SCHEMAS =
            Set.of("information_schema", "performance_schema", "sys", "mysql");

    private RoutingPolicy() {}

    /**
     * @param turn counts up by one with each statement routed, so that replicas take turns
     */
    public static Route route(
            Statement statement, SessionView session, TopologySnapshot topology, int turn) {
        if (statement.hint() instanceof RouteHint.Server(String name) && !exists(name, topology)) {
            return unknownServer(name, topology);
        }
        String replica = session.readOnlyTransactionOn();
        boolean beginsAnother =
                statement.kind() == StatementKind.BEGIN
                        || statement.kind() == StatementKind.BEGIN_READ_ONLY;
        if (replica != null && !beginsAnother) {
            return ReadOnlyTransaction.route(statement, session, topology, replica);
        }
        if (statement.kind() == StatementKind.DIAGNOSTIC) {
            return new Stay(statement.reason());
        }
        String holding = whatHolds(statement, session);
        if (holding != null) {
            return new ToPrimary(holding);
        }
        return switch (effectiveKind(statement, session)) {
            case READ -> read(statement, session, topology, turn);
            case SERVER_STATE -> serverState(statement, session, topology, turn);
            case BEGIN_READ_ONLY -> beginReadOnly(statement, session, topology, turn);
            case FUNCTION_READ,
                    WRITE,
                    LOCKING_READ,
                    PRIMARY_READ,
                    DIAGNOSTIC,
                    BEGIN,
                    COMMIT,
                    ROLLBACK,
                    SAVEPOINT,
                    XA,
                    SET,
                    USE,
                    LOCK_TABLES,
                    UNLOCK_TABLES,
                    PREPARE_TEXT,
                    EXECUTE_TEXT,
                    DEALLOCATE_TEXT,
                    KILL,
                    CALL,
                    LOAD_DATA_LOCAL,
                    EXPLAIN_ROUTE,
                    SHOW_PROXY_STATUS,
                    EMPTY,
                    MULTI ->
                    new ToPrimary(statement.reason());
        };
    }

    private static boolean exists(String name, TopologySnapshot topology) {
        return topology.primary().name().equals(name) || topology.replica(name).isPresent();
    }

    private static Reject unknownServer(String name, TopologySnapshot topology) {
        String known =
                Stream.concat(
                                Stream.of("primary", "replica", topology.primary().name()),
                                topology.replicas().stream().map(r -> r.name()))
                        .collect(Collectors.joining(", "));
        return new Reject(
                ER_UNKNOWN_ERROR,
                "HY000",
                "The route hint names '"
                        + name
                        + "', but there is no such server: use one of "
                        + known);
    }

    /** Why the statement has to run on the primary, whatever it is; null if nothing says so. */
    private static @Nullable String whatHolds(Statement statement, SessionView session) {
        String pinned = session.pinnedToPrimary();
        if (pinned != null) {
            return pinned;
        }
        if (session.inTransaction()) {
            return RouteReasons.IN_TRANSACTION;
        }
        if (!session.autocommit()) {
            return RouteReasons.NO_AUTOCOMMIT;
        }
        if (session.nextTransactionSet()) {
            return RouteReasons.NEXT_TRANSACTION_SET;
        }
        return whatNamesMayMean(statement, session);
    }

    /** What its names, and those within functions it calls, may mean that only the primary has. */
    static @Nullable String whatNamesMayMean(Statement statement, SessionView session) {
        if (!statement.has(Traits.NAMES_TABLE | Traits.CALLS_UNKNOWN_FUNCTION)) {
            return null;
        }
        if (session.hasTemporaryTables()) {
            return RouteReasons.TEMPORARY_TABLES;
        }
        return session.anyUserVariableStays() && session.functionsReadUserVariables()
                ? RouteReasons.USER_VARIABLE
                : null;
    }

    /** What only the primary has may be read in the transaction. */
    private static Route beginReadOnly(
            Statement statement, SessionView session, TopologySnapshot topology, int turn) {
        if (session.hasTemporaryTables()) {
            return new ToPrimary(RouteReasons.TEMPORARY_TABLES);
        }
        if (session.anyUserVariableStays()) {
            return new ToPrimary(RouteReasons.USER_VARIABLE);
        }
        return read(statement, session, topology, turn);
    }

    static StatementKind effectiveKind(Statement statement, SessionView session) {
        StatementKind kind = statement.kind();
        if (kind == StatementKind.FUNCTION_READ) {
            for (String function : statement.functions()) {
                if (!session.functionReadsOnly(function)) {
                    return StatementKind.FUNCTION_READ;
                }
            }
            kind = StatementKind.READ;
        }
        if (statement.reads()) {
            kind = StatementKind.READ;
        }
        boolean aboutServer =
                kind == StatementKind.READ
                        && statement.has(Traits.NAMES_TABLE)
                        && isServerSchema(session.schema());
        return aboutServer ? StatementKind.SERVER_STATE : kind;
    }

    private static boolean isServerSchema(String schema) {
        return SERVER_SCHEMAS.contains(schema)
                || SERVER_SCHEMAS.contains(schema.toLowerCase(Locale.ROOT));
    }

    private static Route read(
            Statement statement, SessionView session, TopologySnapshot topology, int turn) {
        if (!variablesFollow(statement.userVariables(), session)) {
            return whereVariablesAre(statement.userVariables(), session, topology);
        }
        return switch (statement.hint()) {
            case RouteHint.None() -> Replicas.choose(topology, session, turn, statement.reason());
            case RouteHint.Replica() ->
                    Replicas.choose(topology, session, turn, RouteReasons.HINT_REPLICA);
            case RouteHint.Primary() -> new ToPrimary(RouteReasons.HINT_PRIMARY);
            case RouteHint.Server(String name) -> Replicas.named(name, topology, session);
        };
    }

    static boolean variablesFollow(List<String> names, SessionView session) {
        for (String name : names) {
            if (!session.userVariableFollows(name)) {
                return false;
            }
        }
        return true;
    }

    /** On the one replica that has all of them; otherwise on the primary. */
    private static Route whereVariablesAre(
            List<String> names, SessionView session, TopologySnapshot topology) {
        String server = null;
        for (String name : names) {
            if (!session.userVariableFollows(name)) {
                String on = session.userVariableOn(name);
                if (on == null || (server != null && !server.equals(on))) {
                    return new ToPrimary(RouteReasons.USER_VARIABLE);
                }
                server = on;
            }
        }
        return server == null
                ? new ToPrimary(RouteReasons.USER_VARIABLE)
                : Replicas.namedBecause(server, topology, session, RouteReasons.USER_VARIABLE);
    }

    /** The primary's state is shown, unless a hint asks for another's. */
    private static Route serverState(
            Statement statement, SessionView session, TopologySnapshot topology, int turn) {
        if (!variablesFollow(statement.userVariables(), session)) {
            return new ToPrimary(RouteReasons.USER_VARIABLE);
        }
        return switch (statement.hint()) {
            case RouteHint.None() ->
                    new ToPrimary(
                            statement.kind() == StatementKind.SERVER_STATE
                                    ? statement.reason()
                                    : RouteReasons.SERVER_SCHEMA);
            case RouteHint.Replica() ->
                    Replicas.choose(topology, session, turn, RouteReasons.HINT_REPLICA);
            case RouteHint.Primary() -> new ToPrimary(RouteReasons.HINT_PRIMARY);
            case RouteHint.Server(String name) -> Replicas.inspect(name, topology);
        };
    }
}
