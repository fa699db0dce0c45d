package io.dbmanager.sync.seed;

import io.dbmanager.common.Position;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source at one moment of its history: several readers that all see that moment, the position
 * of it, and what cannot be read later.
 *
 * <p>On MySQL 8 and later {@code LOCK INSTANCE FOR BACKUP} is held to the end: rows can be written,
 * definitions and accounts stay as they are. Elsewhere changed definitions are noticed: see {@link
 * #changedDefinitions} and {@link #tablesReplaced}. How all readers come to see the same moment is
 * told by {@link SnapshotOpener}.
 */
final class PrimarySnapshot implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PrimarySnapshot.class);
    private static final int INSTANCE_LOCK_WAIT_SECONDS = 3;

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
     * @param accounts as statements, where a target is of another version
     * @param sourceAccount which account the copy uses on the source
     * @param tableIds InnoDB's own numbers of its tables, which change with every rebuild
     */
    record Frozen(
            Position position,
            Map<TableName, String> counters,
            Map<TableName, List<String>> sequences,
            SystemRows systemRows,
            Optional<AccountStatements> accounts,
            AccountStatements.Account sourceAccount,
            Map<String, String> tableIds) {
        Frozen withSequences(Map<TableName, List<String>> others) {
            return new Frozen(
                    position, counters, others, systemRows, accounts, sourceAccount, tableIds);
        }
    }

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
            ServerConnector connector,
            ReplicationDialect dialect,
            SeedSource source,
            int readers,
            boolean accountStatements)
            throws SyncException, SQLException, InterruptedException {
        ByteSession coordinator = session(connector, source.server(), ByteSession.Charset.UTF8);
        List<ByteSession> opened = new ArrayList<>();
        try {
            boolean instanceLocked = lockInstance(coordinator, source);
            Catalog catalog = new CatalogReader(coordinator, source.version()).read();
            DonorReplica donor = new DonorReplica(source, dialect, coordinator);
            if (source.isReplica()) {
                donor.requireSnapshots(catalog);
                donor.requireReplicating();
            }
            ByteSession locks = session(connector, source.server(), ByteSession.Charset.UTF8);
            opened.add(locks);
            List<ByteSession> readerSessions = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                ByteSession reader =
                        session(connector, source.server(), ByteSession.Charset.BINARY);
                opened.add(reader);
                letSavepointsRelease(reader);
                readerSessions.add(reader);
            }
            PrimarySnapshot snapshot =
                    new PrimarySnapshot(
                            source, coordinator, locks, readerSessions, catalog, instanceLocked);
            snapshot.freeze(dialect, accountStatements);
            if (source.isReplica()) {
                donor.requirePartOfThePrimarysHistory(connector, snapshot.frozen().position());
            }
            return snapshot;
        } catch (SyncException | SQLException | RuntimeException | InterruptedException e) {
            opened.forEach(ByteSession::close);
            coordinator.close();
            throw e;
        }
    }

    /** A session that waits for slow readers and prints definitions plainly. */
    static ByteSession session(
            ServerConnector connector, ServerSpec server, ByteSession.Charset charset)
            throws SQLException {
        ByteSession session = ByteSession.open(connector, server, charset);
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

    /**
     * Going back to a savepoint lets tables go only where the server is sure that the binary log
     * needs none of them: MariaDB never is in a session that could write there.
     */
    private static void letSavepointsRelease(ByteSession reader) throws SQLException {
        try {
            reader.run("SET SESSION sql_log_bin = 0");
        } catch (SQLException e) {
            if (e.getErrorCode() != SnapshotOpener.NO_SUCH_PRIVILEGE) {
                throw e;
            }
            log.debug("tables stay as they are until they all are copied");
        }
    }

    private static boolean lockInstance(ByteSession session, SeedSource source)
            throws SQLException {
        // On a replica, definitions that are replicated would wait for it, and all after them.
        if (source.isReplica()
                || source.version().isMariaDb()
                || !source.version().atLeast(8, 0, 0)) {
            return false;
        }
        try {
            session.run("SET SESSION lock_wait_timeout = " + INSTANCE_LOCK_WAIT_SECONDS);
            session.run("LOCK INSTANCE FOR BACKUP");
            return true;
        } catch (SQLException e) {
            boolean cannot =
                    e.getErrorCode() == SnapshotOpener.SYNTAX_ERROR
                            || e.getErrorCode() == SnapshotOpener.NO_SUCH_PRIVILEGE
                            || e.getErrorCode() == SnapshotOpener.LOCK_WAIT_TIMEOUT;
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

    private void freeze(ReplicationDialect dialect, boolean accountStatements)
            throws SyncException, SQLException, InterruptedException {
        Map<TableName, List<String>> sequences = new HashMap<>();
        AtomicReference<@Nullable SystemRows> systemRows = new AtomicReference<>();
        SnapshotOpener opener =
                new SnapshotOpener(
                        source, dialect, coordinator, tableLocks, readers, lockStatement());
        Position position =
                opener.open(() -> {
                    // A sequence is read as it is now, not as it was at the snapshot.
                    sequences.putAll(readSequences());
                    if (source.version().isMariaDb()) {
                        systemRows.set(SystemRows.read(coordinator));
                    }
                });
        SystemRows accounts = systemRows.get();
        frozen =
                new Frozen(
                        position,
                        // A moment later: a counter that has moved on only leaves a gap.
                        readCounters(coordinator),
                        Map.copyOf(sequences),
                        accounts == null ? readSystemRows() : accounts,
                        accountStatements && !source.version().isMariaDb()
                                ? Optional.of(AccountStatements.read(coordinator, source.version()))
                                : Optional.empty(),
                        AccountTranslation.currentAccount(coordinator),
                        readTableIds());
    }

    /** MySQL's are in the snapshot from 8.0 on; before they are MyISAM's and locked. */
    private SystemRows readSystemRows() throws SQLException {
        if (grantTablesAreLocked()) {
            return SystemRows.read(tableLocks);
        }
        SystemRows rows = SystemRows.read(readers.getFirst());
        SnapshotOpener.letGoOfTables(readers.getFirst());
        return rows;
    }

    private boolean grantTablesAreLocked() {
        return !source.version().isMariaDb() && !source.version().atLeast(8, 0, 0);
    }

    private String lockStatement() {
        StringJoiner tables = new StringJoiner(" READ, ", "LOCK TABLES ", " READ");
        tables.setEmptyValue("");
        catalog.tables().stream()
                .filter(t -> t.contents() == Contents.NON_TRANSACTIONAL)
                .forEach(t -> tables.add(t.name().sql()));
        if (grantTablesAreLocked()) {
            SystemRows.MYSQL_57_TABLES.forEach(table -> tables.add("mysql." + table));
        }
        return tables.toString();
    }

    /** The next {@code AUTO_INCREMENT} value of each table that has one. */
    static Map<TableName, String> readCounters(ByteSession session) throws SQLException {
        Map<TableName, String> counters = new HashMap<>();
        for (List<@Nullable String> row :
                session.rows(
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
                if (e.getErrorCode() != 1109
                        && e.getErrorCode() != SnapshotOpener.NO_SUCH_PRIVILEGE) {
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
