package io.dbmanager.sync.seed;

import io.dbmanager.common.Position;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.Coordinates;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source at one moment of its history: several readers that all see that moment, the position
 * of it, and what cannot be read later.
 *
 * <p>How it is opened:
 *
 * <ol>
 *   <li>MySQL 8 and later: {@code LOCK INSTANCE FOR BACKUP}, held to the end, lets rows be written
 *       and keeps definitions and accounts as they are. Elsewhere changed definitions are noticed:
 *       see {@link #changedDefinitions}.
 *   <li>{@code FLUSH TABLES WITH READ LOCK}: nothing commits from here.
 *   <li>Every reader starts its transaction, the position is read, counters, sequences and accounts
 *       are read, and tables whose engine knows no snapshots are locked against writing one by one.
 *   <li>{@code UNLOCK TABLES}: writing goes on.
 * </ol>
 *
 * <p>The global lock waits behind every running statement, and everybody waits behind it: so it
 * gives up after a few seconds and tries again later, a bounded number of times.
 */
final class PrimarySnapshot implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PrimarySnapshot.class);
    private static final int[] LOCK_WAIT_SECONDS = {3, 5, 10, 10};
    private static final long PAUSE_BETWEEN_ATTEMPTS_MILLIS = 1000;
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int SYNTAX_ERROR = 1064;
    private static final int NO_SUCH_PRIVILEGE = 1227;

    private final SeedSource source;
    private final ByteSession coordinator;
    private final ByteSession tableLocks;
    private final List<ByteSession> readers;
    private final Catalog catalog;
    private final boolean instanceLocked;
    private @Nullable Frozen frozen;

    /**
     * What was read while nothing could be committed.
     *
     * @param counters the next {@code AUTO_INCREMENT} value of each table that has one
     * @param sequences the one row of each sequence
     * @param tableIds InnoDB's own numbers of its tables, which change with every rebuild
     */
    record Frozen(
            Position position,
            Map<TableName, String> counters,
            Map<TableName, List<String>> sequences,
            SystemRows systemRows,
            Map<String, String> tableIds) {}

    private PrimarySnapshot(
            SeedSource source,
            ByteSession coordinator,
            ByteSession tableLocks,
            List<ByteSession> readers,
            Catalog catalog,
            boolean instanceLocked) {
        this.source = source;
        this.coordinator = coordinator;
        this.tableLocks = tableLocks;
        this.readers = readers;
        this.catalog = catalog;
        this.instanceLocked = instanceLocked;
    }

    static PrimarySnapshot open(
            ServerConnector connector, ReplicationDialect dialect, SeedSource source, int readers)
            throws SyncException, SQLException, InterruptedException {
        ByteSession coordinator = session(connector, source, ByteSession.Charset.UTF8);
        List<ByteSession> opened = new ArrayList<>();
        try {
            boolean instanceLocked = lockInstance(coordinator, source);
            Catalog catalog = new CatalogReader(coordinator, source.version()).read();
            ByteSession locks = session(connector, source, ByteSession.Charset.UTF8);
            opened.add(locks);
            List<ByteSession> readerSessions = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                ByteSession reader = session(connector, source, ByteSession.Charset.BINARY);
                opened.add(reader);
                readerSessions.add(reader);
            }
            PrimarySnapshot snapshot =
                    new PrimarySnapshot(
                            source, coordinator, locks, readerSessions, catalog, instanceLocked);
            snapshot.freeze(dialect);
            return snapshot;
        } catch (SyncException | SQLException | RuntimeException | InterruptedException e) {
            opened.forEach(ByteSession::close);
            coordinator.close();
            throw e;
        }
    }

    /** A session on the source that waits for slow readers and prints definitions plainly. */
    static ByteSession session(
            ServerConnector connector, SeedSource source, ByteSession.Charset charset)
            throws SQLException {
        ByteSession session = ByteSession.open(connector, source.server(), charset);
        try {
            session.run(
                    "SET SESSION sql_mode = '', time_zone = '+00:00', sql_quote_show_create = 1");
            session.set("wait_timeout", "2147483");
            session.set("net_write_timeout", "2147483");
            session.set("sql_select_limit", "18446744073709551615");
            session.set("max_execution_time", "0");
            session.set("max_statement_time", "0");
            session.set("information_schema_stats_expiry", "0");
            session.set("show_create_table_skip_secondary_engine", "0");
            session.set("show_gipk_in_create_table_and_information_schema", "1");
            session.set("character_set_collations", "''");
            session.run("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            return session;
        } catch (SQLException e) {
            session.close();
            throw e;
        }
    }

    private static boolean lockInstance(ByteSession session, SeedSource source)
            throws SQLException {
        if (source.version().isMariaDb() || !source.version().atLeast(8, 0, 0)) {
            return false;
        }
        try {
            session.run("SET SESSION lock_wait_timeout = " + LOCK_WAIT_SECONDS[0]);
            session.run("LOCK INSTANCE FOR BACKUP");
            return true;
        } catch (SQLException e) {
            boolean cannot =
                    e.getErrorCode() == SYNTAX_ERROR
                            || e.getErrorCode() == NO_SUCH_PRIVILEGE
                            || e.getErrorCode() == LOCK_WAIT_TIMEOUT;
            if (!cannot) {
                throw e;
            }
            log.atInfo()
                    .addKeyValue("server", source.server().name())
                    .addKeyValue("code", e.getErrorCode())
                    .log("definitions are watched instead of locked during the copy");
            return false;
        }
    }

    private void freeze(ReplicationDialect dialect)
            throws SyncException, SQLException, InterruptedException {
        String preparedXa = "";
        for (int waitSeconds : LOCK_WAIT_SECONDS) {
            coordinator.run("SET SESSION lock_wait_timeout = " + waitSeconds);
            if (globalLock()) {
                try {
                    preparedXa = preparedTransactions();
                    if (preparedXa.isEmpty()) {
                        frozen = readFrozen(dialect);
                        return;
                    }
                } finally {
                    coordinator.run("UNLOCK TABLES");
                }
            }
            Thread.sleep(PAUSE_BETWEEN_ATTEMPTS_MILLIS);
        }
        if (!preparedXa.isEmpty()) {
            throw new SyncException(
                    source.server().name()
                            + " has "
                            + preparedXa
                            + " prepared XA transactions that a copy would lose: commit or roll"
                            + " them back (XA RECOVER lists them) and start again");
        }
        throw new SyncException(
                source.server().name()
                        + " could not be locked for the moment that a consistent copy needs, since "
                        + blocker()
                        + ": wait for it or end it, and start again");
    }

    private boolean globalLock() throws SQLException {
        try {
            coordinator.run("FLUSH TABLES WITH READ LOCK");
            return true;
        } catch (SQLException e) {
            if (e.getErrorCode() == LOCK_WAIT_TIMEOUT) {
                return false;
            }
            throw e;
        }
    }

    /** How many there are, as digits; empty for none, and where this login may not ask. */
    private String preparedTransactions() throws SQLException {
        try {
            int count = coordinator.rows("XA RECOVER").size();
            return count == 0 ? "" : Integer.toString(count);
        } catch (SQLException e) {
            if (e.getErrorCode() == 1401 || e.getErrorCode() == NO_SUCH_PRIVILEGE) {
                return "";
            }
            throw e;
        }
    }

    /** Says what has been running longest, without its text. */
    private String blocker() throws SQLException {
        List<List<@Nullable String>> rows =
                coordinator.rows(
                        "SELECT ID, TIME FROM information_schema.PROCESSLIST WHERE COMMAND NOT IN"
                                + " ('Sleep', 'Daemon', 'Binlog Dump', 'Binlog Dump GTID') AND ID"
                                + " <> CONNECTION_ID() AND USER NOT IN ('system user',"
                                + " 'event_scheduler') ORDER BY TIME DESC LIMIT 1");
        if (rows.isEmpty()) {
            return "a session holds a lock on its tables (LOCK TABLES)";
        }
        List<@Nullable String> row = rows.getFirst();
        return "connection " + row.get(0) + " runs a statement for " + row.get(1) + " s";
    }

    private Frozen readFrozen(ReplicationDialect dialect) throws SQLException, SyncException {
        lockNonTransactional();
        for (ByteSession reader : readers) {
            reader.run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
        }
        Position position = Coordinates.ofSource(coordinator.connection(), dialect, source.gtids());
        if (position instanceof Position.Unknown(String why)) {
            throw new SyncException(source.server().name() + " cannot be replicated from: " + why);
        }
        return new Frozen(
                position,
                readCounters(),
                readSequences(),
                SystemRows.read(coordinator),
                readTableIds());
    }

    private void lockNonTransactional() throws SQLException {
        StringJoiner tables = new StringJoiner(" READ, ", "LOCK TABLES ", " READ");
        tables.setEmptyValue("");
        catalog.tables().stream()
                .filter(t -> t.contents() == Contents.NON_TRANSACTIONAL)
                .forEach(t -> tables.add(t.name().sql()));
        if (tables.length() > 0) {
            tableLocks.run(tables.toString());
        }
    }

    private Map<TableName, String> readCounters() throws SQLException {
        Map<TableName, String> counters = new HashMap<>();
        for (List<@Nullable String> row :
                coordinator.rows(
                        "SELECT TABLE_SCHEMA, TABLE_NAME, AUTO_INCREMENT FROM"
                                + " information_schema.TABLES WHERE AUTO_INCREMENT IS NOT NULL AND"
                                + " TABLE_SCHEMA NOT IN "
                                + CatalogReader.UNTOUCHED_SCHEMAS)) {
            counters.put(nameOf(row), valueOf(row, 2));
        }
        return counters;
    }

    private Map<TableName, List<String>> readSequences() throws SQLException {
        Map<TableName, List<String>> sequences = new HashMap<>();
        for (Table table : catalog.tables()) {
            if (table.contents() == Contents.SEQUENCE) {
                List<String> row = new ArrayList<>();
                for (String value :
                        coordinator.rows("SELECT * FROM " + table.name().sql()).getFirst()) {
                    row.add(value == null ? "NULL" : value);
                }
                sequences.put(table.name(), row);
            }
        }
        return sequences;
    }

    /** Empty where definitions are locked, and where this login may not ask. */
    private Map<String, String> readTableIds() throws SQLException {
        Map<String, String> ids = new HashMap<>();
        if (instanceLocked) {
            return ids;
        }
        for (String view : List.of("INNODB_SYS_TABLES", "INNODB_TABLES")) {
            try {
                for (List<@Nullable String> row :
                        coordinator.rows(
                                "SELECT NAME, TABLE_ID FROM information_schema."
                                        + view
                                        + " WHERE NAME NOT LIKE 'mysql/%' AND NAME NOT LIKE"
                                        + " '%#sql%' AND NAME NOT LIKE '%/FTS\\_0%'")) {
                    ids.put(valueOf(row, 0), valueOf(row, 1));
                }
                return ids;
            } catch (SQLException e) {
                // 1109: this version calls the view by its other name.
                if (e.getErrorCode() != 1109 && e.getErrorCode() != NO_SUCH_PRIVILEGE) {
                    throw e;
                }
            }
        }
        return ids;
    }

    private static TableName nameOf(List<@Nullable String> row) {
        return new TableName(valueOf(row, 0), valueOf(row, 1));
    }

    private static String valueOf(List<@Nullable String> row, int index) {
        String value = row.get(index);
        return value == null ? "" : value;
    }

    Catalog catalog() {
        return catalog;
    }

    Frozen frozen() {
        if (frozen == null) {
            throw new IllegalStateException("the snapshot has not been opened");
        }
        return frozen;
    }

    List<ByteSession> readers() {
        return readers;
    }

    /** Lets tables without snapshots be written again: they have been copied. */
    void unlockTables() throws SQLException {
        tableLocks.run("UNLOCK TABLES");
    }

    /**
     * What has been defined differently since the catalog was read, for people; sorted. What was
     * read before the snapshot and is the same now was the same at the snapshot.
     */
    List<String> changedDefinitions() throws SQLException {
        return instanceLocked
                ? List.of()
                : catalog.differences(new CatalogReader(coordinator, source.version()).read());
    }

    /**
     * Whether a table was rebuilt, emptied or exchanged since the snapshot: its rows are then not
     * those of the snapshot, even where its definition is the same.
     */
    boolean tablesReplaced() throws SQLException {
        Map<String, String> now = readTableIds();
        for (Map.Entry<String, String> entry : frozen().tableIds().entrySet()) {
            if (!entry.getValue().equals(now.get(entry.getKey()))) {
                return true;
            }
        }
        return false;
    }

    /** Breaks every reader off, for when the copy is given up. */
    void abort() {
        readers.forEach(ByteSession::abort);
    }

    @Override
    public void close() {
        readers.forEach(ByteSession::close);
        tableLocks.close();
        // Ends LOCK INSTANCE FOR BACKUP as well.
        coordinator.close();
    }
}
