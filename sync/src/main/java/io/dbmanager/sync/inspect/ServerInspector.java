package io.dbmanager.sync.inspect;

import io.dbmanager.common.GtidSet;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.dialect.Dialects;
import io.dbmanager.sync.dialect.OwnSchemas;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.Row;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.jdbc.Sql;
import io.dbmanager.sync.seed.SeedMarker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads what a server is and holds. Changes nothing. */
public final class ServerInspector {
    /** Internal accounts that every server of a flavour has and that no copy may touch. */
    private static final Set<String> INTERNAL_USERS =
            Set.of("mysql.sys", "mysql.session", "mysql.infoschema", "mariadb.sys", "PUBLIC");

    /** Tables up to this estimate are counted exactly; a larger one's estimate serves. */
    private static final long COUNT_EXACTLY_BELOW = 1_000_000;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ServerConnector connector;

    public ServerInspector(ServerConnector connector) {
        this.connector = connector;
    }

    /**
     * @param server with credentials that work
     * @param countRows whether tables are to be counted, else the servers' estimates serve
     */
    public ServerFacts inspect(ServerSpec server, boolean countRows) throws SQLException {
        try (Connection connection = connector.open(server, PATIENCE)) {
            return inspect(server, connection, countRows);
        }
    }

    /** The flavour and version of a server. */
    public static ServerVersion version(Connection connection) throws SQLException {
        Row row =
                Queries.rows(connection, "SELECT VERSION() AS v, @@GLOBAL.version_comment AS c")
                        .getFirst();
        return ServerVersion.parse(row.text("v"), row.text("c"));
    }

    private static ServerFacts inspect(ServerSpec server, Connection connection, boolean countRows)
            throws SQLException {
        ServerVersion version = version(connection);
        ReplicationDialect dialect = Dialects.forVersion(version);
        Map<String, String> variables = variables(connection);
        boolean gtids =
                version.isMariaDb()
                        || GtidMode.parse(variables.getOrDefault("gtid_mode", "OFF"))
                                != GtidMode.OFF;
        Optional<Row> heartbeat = heartbeat(connection);
        return new ServerFacts(
                server,
                version,
                ServerIdentity.read(connection, version.isMariaDb()),
                variables,
                gtids(connection, dialect, Optional.of(dialect.selectSourceGtids())),
                gtids(connection, dialect, Optional.of(dialect.selectReplicaGtids())),
                binlogState(connection, version),
                gtids(connection, dialect, gtids ? purged(connection, dialect) : Optional.empty()),
                schemas(connection, countRows),
                accounts(connection),
                Privileges.missing(Queries.column(connection, "SHOW GRANTS")),
                channels(connection, dialect),
                Queries.rows(connection, dialect.showReplicas()).stream()
                        .map(row -> row.number("Server_Id"))
                        .toList(),
                offersTls(connection),
                heartbeat.map(row -> row.text("history")),
                heartbeat.map(row -> row.number("beat")).orElse(0L),
                unfinished(connection, !version.isMariaDb()),
                TimeFacts.read(connection),
                leftOutOfLog(connection, dialect),
                CloneFacts.read(connection, version));
    }

    /** Filters of the binary log are no variables; the log's status tells them. */
    private static String leftOutOfLog(Connection connection, ReplicationDialect dialect)
            throws SQLException {
        return Queries.rows(connection, dialect.showBinaryLogStatus()).stream()
                .map(row -> filter(row, "Binlog_Do_DB") + filter(row, "Binlog_Ignore_DB"))
                .collect(Collectors.joining());
    }

    private static String filter(Row row, String column) {
        String databases = row.text(column);
        return databases.isEmpty()
                ? ""
                : "%s=%s ".formatted(column.toLowerCase(Locale.ROOT), databases);
    }

    private static Map<String, String> variables(Connection connection) throws SQLException {
        Map<String, String> variables = new HashMap<>();
        for (Row row : Queries.rows(connection, "SHOW GLOBAL VARIABLES")) {
            variables.put(row.text("Variable_name").toLowerCase(Locale.ROOT), row.text("Value"));
        }
        return variables;
    }

    private static GtidSet gtids(
            Connection connection, ReplicationDialect dialect, Optional<String> query)
            throws SQLException {
        String text = query.isPresent() ? Queries.text(connection, query.get()).orElse("") : "";
        return GtidSet.parse(dialect.flavour(), text);
    }

    /** MariaDB keeps no list of what it has purged; its oldest log tells what came before it. */
    private static Optional<String> purged(Connection connection, ReplicationDialect dialect)
            throws SQLException {
        if (dialect.selectPurgedGtids().isPresent()) {
            return dialect.selectPurgedGtids();
        }
        if (Queries.rows(connection, dialect.showBinaryLogStatus()).isEmpty()) {
            return Optional.empty();
        }
        return Queries.rows(connection, dialect.showBinaryLogs()).stream()
                .findFirst()
                .map(log -> "SELECT BINLOG_GTID_POS(" + Sql.text(log.text("Log_name")) + ", 4)");
    }

    /** Who wrote what into the binary log; {@link BinlogState#NONE} on MySQL. */
    public static BinlogState binlogState(Connection connection, ServerVersion version)
            throws SQLException {
        return version.isMariaDb()
                ? BinlogState.parse(
                        Queries.text(connection, "SELECT @@GLOBAL.gtid_binlog_state").orElse(""))
                : BinlogState.NONE;
    }

    /** Reads all channels; a server may have several. */
    public static List<ChannelStatus> channels(Connection connection, ReplicationDialect dialect)
            throws SQLException {
        return Queries.rows(connection, dialect.showChannels()).stream()
                .map(dialect::channel)
                // MySQL keeps an empty row of a channel that was reset but for its place.
                .filter(channel -> !channel.sourceHost().isEmpty())
                .toList();
    }

    private static List<SchemaFacts> schemas(Connection connection, boolean countRows)
            throws SQLException {
        Map<String, List<SchemaFacts.TableFacts>> tables = new TreeMap<>();
        Map<String, Integer> others = new TreeMap<>();
        for (String schema :
                Queries.column(
                        connection, "SELECT SCHEMA_NAME AS n FROM information_schema.SCHEMATA")) {
            if (OwnSchemas.isUserData(schema)) {
                tables.put(schema, new ArrayList<>());
                others.put(schema, 0);
            }
        }
        addTables(connection, tables, others, countRows);
        for (String from :
                List.of(
                        "SELECT ROUTINE_SCHEMA AS s FROM information_schema.ROUTINES",
                        "SELECT EVENT_SCHEMA AS s FROM information_schema.EVENTS")) {
            for (String schema : Queries.column(connection, from)) {
                others.computeIfPresent(schema, (_, n) -> n + 1);
            }
        }
        List<SchemaFacts> facts = new ArrayList<>();
        tables.forEach((schema, list) ->
                facts.add(new SchemaFacts(schema, list, others.getOrDefault(schema, 0))));
        return facts;
    }

    private static void addTables(
            Connection connection,
            Map<String, List<SchemaFacts.TableFacts>> tables,
            Map<String, Integer> others,
            boolean countRows)
            throws SQLException {
        for (Row row :
                Queries.rows(
                        connection,
                        """
                        SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, TABLE_TYPE AS k, TABLE_ROWS AS r
                        FROM information_schema.TABLES ORDER BY 1, 2
                        """)) {
            List<SchemaFacts.TableFacts> list = tables.get(row.text("s"));
            if (list == null) {
                continue;
            }
            if (row.text("k").startsWith("BASE") || row.text("k").startsWith("SYSTEM VERS")) {
                list.add(table(connection, row, countRows));
            } else {
                others.computeIfPresent(row.text("s"), (_, n) -> n + 1);
            }
        }
    }

    private static SchemaFacts.TableFacts table(Connection connection, Row row, boolean countRows) {
        long estimate = row.number("r");
        String name = row.text("t");
        if (!countRows || estimate >= COUNT_EXACTLY_BELOW) {
            return new SchemaFacts.TableFacts(name, estimate, false);
        }
        String count = "SELECT COUNT(*) FROM " + Sql.name(row.text("s")) + "." + Sql.name(name);
        try {
            String exact = Queries.text(connection, count).orElse("0");
            return new SchemaFacts.TableFacts(name, Long.parseLong(exact), true);
        } catch (SQLException _) {
            // Dropped meanwhile, broken or locked: its estimate is still worth telling.
            return new SchemaFacts.TableFacts(name, estimate, false);
        }
    }

    private static List<String> accounts(Connection connection) throws SQLException {
        return Queries.rows(connection, "SELECT User AS u, Host AS h FROM mysql.user").stream()
                .filter(row -> !INTERNAL_USERS.contains(row.text("u")))
                .map(row -> row.text("u") + "@" + row.text("h"))
                .sorted()
                .toList();
    }

    private static boolean offersTls(Connection connection) throws SQLException {
        return Queries.rows(connection, "SHOW SESSION STATUS LIKE 'Ssl_cipher'").stream()
                .anyMatch(row -> !row.text("Value").isEmpty());
    }

    private static Optional<Row> heartbeat(Connection connection) throws SQLException {
        if (!tableExists(connection, OwnSchemas.SHARED, "heartbeat")) {
            return Optional.empty();
        }
        return Queries.rows(
                        connection,
                        "SELECT history, beat FROM "
                                + OwnSchemas.SHARED
                                + ".heartbeat WHERE id = 1")
                .stream()
                .findFirst();
    }

    private static Unfinished unfinished(Connection connection, boolean mySql) throws SQLException {
        if (SeedMarker.find(connection, mySql).isEmpty()) {
            return Unfinished.NOTHING;
        }
        return SeedMarker.isCopy(connection, mySql) ? Unfinished.COPY : Unfinished.REPAIR;
    }

    static boolean tableExists(Connection connection, String schema, String table)
            throws SQLException {
        return Queries.text(
                        connection,
                        "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                                + Sql.text(schema)
                                + " AND TABLE_NAME = "
                                + Sql.text(table))
                .isPresent();
    }
}
