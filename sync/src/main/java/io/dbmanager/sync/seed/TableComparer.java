package io.dbmanager.sync.seed;

import io.dbmanager.common.Position;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.Coordinates;
import io.dbmanager.sync.dialect.Dialects;
import io.dbmanager.sync.dialect.OwnSchemas;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.Catalog.CodeObject;
import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.Kind;
import io.dbmanager.sync.seed.Catalog.Table;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Compares a replica with its primary, table by table, while both are in use.
 *
 * <p>A table is compared at one position of the primary's history: it is locked against writing on
 * the primary, a snapshot is opened there, and as soon as the replica has applied everything up to
 * that point a snapshot is opened there too. Then the lock is let go, and both servers reckon a
 * {@link TableDigest}. So writers wait no longer than the replica lags, which is waited for before;
 * only a table whose engine knows no snapshots stays locked until both have read it.
 *
 * <p>Definitions and accounts are read from both servers and read again after the replica has
 * caught up where they differ.
 */
public final class TableComparer {
    private static final int LOCK_WAIT_SECONDS = 5;
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int ATTEMPTS_MAX = 3;

    private final ServerConnector connector;
    private final ReplicationDialect sourceDialect;
    private final Duration patience;

    /**
     * @param patience how long the replica may take to reach a position of the primary, and so how
     *     long writers to one table may be made to wait at worst
     */
    public TableComparer(
            ServerConnector connector, ReplicationDialect sourceDialect, Duration patience) {
        this.connector = connector;
        this.sourceDialect = sourceDialect;
        this.patience = patience;
    }

    /**
     * What differs, by name, a phrase each such as {@code table shop.orders: rows}; empty when the
     * replica is equal. Values are never told.
     *
     * @throws SyncException if the two cannot be compared, as when the replica does not keep up
     */
    public List<String> differences(SeedSource primary, SeedTarget replica)
            throws SyncException, InterruptedException {
        try (Pair pair = new Pair(primary, replica)) {
            List<String> differences = new ArrayList<>();
            Catalog catalog = compareDefinitions(pair, differences);
            for (Table table : catalog.tables()) {
                if (table.hasRows() && !table.name().schema().equals(OwnSchemas.SHARED)) {
                    compareRows(pair, table, differences);
                }
            }
            return differences;
        } catch (SQLException e) {
            throw new SyncException(
                    replica.name()
                            + " could not be compared with "
                            + primary.server().name()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** The sessions of one comparison. */
    private final class Pair implements AutoCloseable {
        final SeedSource primary;
        final SeedTarget replica;
        final ReplicationDialect replicaDialect;
        final ByteSession lock;
        final ByteSession here;
        final ByteSession there;

        Pair(SeedSource primary, SeedTarget replica) throws SQLException {
            this.primary = primary;
            this.replica = replica;
            this.replicaDialect = Dialects.forVersion(replica.version());
            SeedSource asSource =
                    new SeedSource(replica.server(), replica.version(), primary.gtids());
            List<ByteSession> opened = new ArrayList<>();
            try {
                lock = open(primary, opened);
                here = open(primary, opened);
                there = open(asSource, opened);
                lock.run("SET SESSION lock_wait_timeout = " + LOCK_WAIT_SECONDS);
            } catch (SQLException e) {
                opened.forEach(ByteSession::close);
                throw e;
            }
        }

        private ByteSession open(SeedSource server, List<ByteSession> opened) throws SQLException {
            ByteSession session =
                    PrimarySnapshot.session(connector, server, ByteSession.Charset.UTF8);
            opened.add(session);
            return session;
        }

        /** Waits until the replica has all that the primary has now. */
        void catchUp() throws SQLException, SyncException {
            Position position =
                    Coordinates.ofSource(lock.connection(), sourceDialect, primary.gtids());
            boolean reached =
                    Coordinates.await(there.connection(), replicaDialect, position, patience);
            if (!reached) {
                throw new SyncException(
                        replica.name()
                                + " did not reach the primary's position within "
                                + patience.toSeconds()
                                + " s, so it could not be compared: look at its lag and state in"
                                + " /status");
            }
        }

        @Override
        public void close() {
            lock.close();
            here.close();
            there.close();
        }
    }

    private Catalog compareDefinitions(Pair pair, List<String> into)
            throws SQLException, SyncException {
        for (int attempt = 1; ; attempt++) {
            pair.catchUp();
            Catalog ours = read(pair.here, pair.primary.version());
            Catalog theirs = read(pair.there, pair.replica.version());
            List<String> found = new ArrayList<>(definitions(ours, theirs, pair));
            AccountDifferences.between(SystemRows.read(pair.here), SystemRows.read(pair.there))
                    .forEach(account -> found.add("account " + account));
            // What differs only since one of them was read a moment later is equal the next time.
            if (found.isEmpty() || attempt == ATTEMPTS_MAX) {
                into.addAll(found);
                return inBoth(ours, theirs);
            }
        }
    }

    private static Catalog read(ByteSession session, io.dbmanager.common.ServerVersion version)
            throws SQLException {
        Catalog catalog = new CatalogReader(session, version).read();
        List<CodeObject> code = new ArrayList<>();
        for (CodeObject object : catalog.code()) {
            code.add(
                    object.kind() == Kind.EVENT
                            ? new CodeObject(
                                    object.kind(),
                                    object.name(),
                                    EventText.disabledOnReplica(object.create(), version),
                                    object.context().withoutCreated())
                            : object);
        }
        return new Catalog(catalog.schemas(), catalog.tables(), code);
    }

    private static List<String> definitions(Catalog ours, Catalog theirs, Pair pair) {
        boolean sameVersion =
                pair.primary.version().major() == pair.replica.version().major()
                        && pair.primary.version().minor() == pair.replica.version().minor();
        if (sameVersion) {
            return ours.differences(theirs);
        }
        // Versions print the same definition in different words: only what exists is compared.
        java.util.TreeSet<String> names = new java.util.TreeSet<>(ours.fingerprint().keySet());
        names.addAll(theirs.fingerprint().keySet());
        names.removeIf(name ->
                ours.fingerprint().containsKey(name) && theirs.fingerprint().containsKey(name));
        return List.copyOf(names);
    }

    private static Catalog inBoth(Catalog ours, Catalog theirs) {
        Map<TableName, Table> replicas = theirs.tablesByName();
        List<Table> tables =
                ours.tables().stream()
                        .filter(table -> {
                            Table other = replicas.get(table.name());
                            return other != null && other.columns().equals(table.columns());
                        })
                        .toList();
        return new Catalog(ours.schemas(), tables, ours.code());
    }

    private void compareRows(Pair pair, Table table, List<String> into)
            throws SQLException, SyncException, InterruptedException {
        pair.catchUp();
        if (!lock(pair, table)) {
            into.add("table " + table.name().display() + ": not compared, since it stayed locked");
            return;
        }
        boolean locked = true;
        try {
            pair.here.run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
            pair.catchUp();
            pair.there.run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
            if (table.contents() == Contents.TRANSACTIONAL) {
                pair.lock.run("UNLOCK TABLES");
                locked = false;
            }
            if (!digestsEqual(pair, table)) {
                into.add("table " + table.name().display() + ": rows");
            }
        } finally {
            if (locked) {
                pair.lock.run("UNLOCK TABLES");
            }
            pair.here.run("ROLLBACK");
            pair.there.run("ROLLBACK");
        }
    }

    private static boolean lock(Pair pair, Table table) throws SQLException {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            try {
                pair.lock.run("LOCK TABLES " + table.name().sql() + " READ");
                return true;
            } catch (SQLException e) {
                if (e.getErrorCode() != LOCK_WAIT_TIMEOUT) {
                    throw e;
                }
            }
        }
        return false;
    }

    /** Both servers reckon at the same time. */
    private static boolean digestsEqual(Pair pair, Table table)
            throws SQLException, SyncException, InterruptedException {
        AtomicReference<@Nullable TableDigest> ours = new AtomicReference<>();
        AtomicReference<@Nullable TableDigest> theirs = new AtomicReference<>();
        Workers workers =
                new Workers(
                        "compare",
                        () -> {
                            pair.here.abort();
                            pair.there.abort();
                        });
        workers.start(() -> ours.set(TableDigest.of(pair.here, table)));
        workers.start(() -> theirs.set(TableDigest.of(pair.there, table)));
        try {
            workers.await();
        } catch (TableCopier.DefinitionChanged e) {
            throw new IllegalStateException("a digest does not throw this", e);
        }
        return java.util.Objects.equals(ours.get(), theirs.get());
    }
}
