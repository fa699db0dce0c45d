package io.dbmanager.sync.inspect;

import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.dialect.OwnSchemas;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What decides whether a MySQL server can be cloned, or become a clone, by the clone plugin. See
 * "Cloning Remote Data" and "Clone Plugin Limitations" in MySQL's manual.
 *
 * @param plugin the status of the clone plugin, such as {@code ACTIVE}; empty text where it is not
 *     installed
 * @param activePlugins names, in lower case
 * @param extensions plugins, components and loadable functions that its system tables tell it to
 *     load, but for the clone plugin: a clone has the donor's tables
 * @param privileges what the login may do everywhere, in capitals
 * @param otherEngines users' tables in other engines than InnoDB, which would be cloned empty
 * @param dataBytes how much users' tables take, keys included
 * @param tablespacesElsewhere files of InnoDB outside of the data directory
 * @param encrypted whether a tablespace is encrypted
 * @param enabledEvents how many events of users it runs
 * @param hasOwnNotes whether there is a table in {@link OwnSchemas#LOCAL}
 * @param seenFrom the host from which this login's connection comes, as the server sees it
 * @param admittedFrom the host pattern of the account that the login has
 */
public record CloneFacts(
        String plugin,
        Set<String> activePlugins,
        Set<String> extensions,
        Set<String> privileges,
        List<String> otherEngines,
        long dataBytes,
        List<String> tablespacesElsewhere,
        boolean encrypted,
        int enabledEvents,
        boolean hasOwnNotes,
        String seenFrom,
        String admittedFrom) {
    private static final String PLUGIN = "clone";

    public CloneFacts {
        activePlugins = Set.copyOf(activePlugins);
        extensions = Set.copyOf(extensions);
        privileges = Set.copyOf(privileges);
        otherEngines = List.copyOf(otherEngines);
        tablespacesElsewhere = List.copyOf(tablespacesElsewhere);
    }

    /** Whether servers of this version have the plugin at all. */
    public static boolean areKnownTo(ServerVersion version) {
        return !version.isMariaDb() && version.atLeast(8, 0, 17);
    }

    public boolean isInstalled() {
        return !plugin.isEmpty();
    }

    /** Reads them; empty for a server of a version without the plugin. */
    static Optional<CloneFacts> read(Connection connection, ServerVersion version)
            throws SQLException {
        if (!areKnownTo(version)) {
            return Optional.empty();
        }
        Set<String> privileges = Privileges.held(Queries.column(connection, "SHOW GRANTS"));
        // Without this, InnoDB's tablespaces are not shown, and an answer would be worth nothing.
        boolean sees = privileges.contains("PROCESS");
        String plugin = "";
        Set<String> active = new HashSet<>();
        for (Row row :
                Queries.rows(
                        connection,
                        "SELECT PLUGIN_NAME AS n, PLUGIN_STATUS AS s FROM"
                                + " information_schema.PLUGINS")) {
            String name = row.text("n").toLowerCase(Locale.ROOT);
            if (name.equals(PLUGIN)) {
                plugin = row.text("s");
            } else if (row.text("s").equals("ACTIVE")) {
                active.add(name);
            }
        }
        Row login =
                Queries.rows(
                                connection,
                                "SELECT SUBSTRING_INDEX(USER(), '@', -1) AS host,"
                                        + " SUBSTRING_INDEX(CURRENT_USER(), '@', -1) AS pattern")
                        .getFirst();
        return Optional.of(
                new CloneFacts(
                        plugin,
                        active,
                        extensions(connection),
                        privileges,
                        otherEngines(connection),
                        dataBytes(connection),
                        sees ? tablespacesElsewhere(connection) : List.of(),
                        sees && isEncrypted(connection),
                        enabledEvents(connection),
                        Queries.text(
                                        connection,
                                        "SELECT 1 FROM information_schema.TABLES WHERE"
                                                + " TABLE_SCHEMA = '"
                                                + OwnSchemas.LOCAL
                                                + "' LIMIT 1")
                                .isPresent(),
                        login.text("host"),
                        login.text("pattern")));
    }

    private static Set<String> extensions(Connection connection) throws SQLException {
        Set<String> all = new HashSet<>();
        for (String table :
                List.of(
                        "SELECT LOWER(name) FROM mysql.plugin",
                        "SELECT component_urn FROM mysql.component",
                        "SELECT CONCAT('function ', name) FROM mysql.func")) {
            all.addAll(Queries.column(connection, table));
        }
        all.remove(PLUGIN);
        return all;
    }

    private static List<String> otherEngines(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        for (Row row :
                Queries.rows(
                        connection,
                        "SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, ENGINE AS e FROM"
                                + " information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND"
                                + " IFNULL(ENGINE, '') <> 'InnoDB' ORDER BY 1, 2")) {
            if (!OwnSchemas.isSystem(row.text("s"))) {
                tables.add(row.text("s") + "." + row.text("t") + " (" + row.text("e") + ")");
            }
        }
        return tables;
    }

    private static long dataBytes(Connection connection) throws SQLException {
        // Else the server answers what it knew a day ago.
        Queries.run(connection, "SET SESSION information_schema_stats_expiry = 0");
        long bytes = 0;
        for (Row row :
                Queries.rows(
                        connection,
                        "SELECT TABLE_SCHEMA AS s, SUM(DATA_LENGTH + INDEX_LENGTH) AS bytes FROM"
                                + " information_schema.TABLES GROUP BY TABLE_SCHEMA")) {
            bytes += OwnSchemas.isUserData(row.text("s")) ? row.number("bytes") : 0;
        }
        return bytes;
    }

    private static List<String> tablespacesElsewhere(Connection connection) throws SQLException {
        return Queries.column(
                connection,
                "SELECT FILE_NAME FROM information_schema.FILES WHERE ENGINE = 'InnoDB' AND"
                        + " FILE_TYPE = 'TABLESPACE' AND LEFT(TABLESPACE_NAME, 7) <> 'innodb_'"
                        + " AND FILE_NAME NOT LIKE './%' ORDER BY 1");
    }

    private static boolean isEncrypted(Connection connection) throws SQLException {
        return Queries.text(
                        connection,
                        "SELECT 1 FROM information_schema.INNODB_TABLESPACES WHERE ENCRYPTION ="
                                + " 'Y' LIMIT 1")
                .isPresent();
    }

    private static int enabledEvents(Connection connection) throws SQLException {
        return (int)
                Queries.column(
                                connection,
                                "SELECT EVENT_SCHEMA FROM information_schema.EVENTS WHERE STATUS ="
                                        + " 'ENABLED'")
                        .stream()
                        .filter(OwnSchemas::isUserData)
                        .count();
    }
}
