package io.dbmanager.sync.seed;

import io.dbmanager.common.Position;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.Coordinates;
import io.dbmanager.sync.dialect.Dialects;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.Table;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The sessions of one comparison, and how both sides come to stand at one position. */
final class ComparePair implements AutoCloseable {
    /** Writers to the table wait behind whoever waits for its lock. */
    private static final int LOCK_WAIT_SECONDS = 2;

    /** How long the lock may be held while the replica comes to where the primary is. */
    private static final Duration LOCKED_PATIENCE = Duration.ofSeconds(5);

    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int ATTEMPTS_MAX = 5;
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final SeedSource primary;
    private final SeedTarget replica;
    private final Duration patience;
    private final ReplicationDialect primaryDialect;
    private final ReplicationDialect replicaDialect;
    private final ByteSession lock;
    private final BothSides sides;

    /** What is done while a table is the same moment's on both sides. */
    interface AtOnePosition {
        void run() throws SQLException, SyncException, InterruptedException;
    }

    ComparePair(
            ServerConnector connector, SeedSource primary, SeedTarget replica, Duration patience)
            throws SQLException, SyncException {
        this.primary = primary;
        this.replica = replica;
        this.patience = patience;
        this.primaryDialect = Dialects.forVersion(primary.version());
        this.replicaDialect = Dialects.forVersion(replica.version());
        List<ByteSession> opened = new ArrayList<>();
        try {
            lock = open(connector, primary.server(), opened);
            sides =
                    new BothSides(
                            open(connector, primary.server(), opened),
                            open(connector, replica.server(), opened));
            lock.run("SET SESSION lock_wait_timeout = " + LOCK_WAIT_SECONDS);
        } catch (SQLException e) {
            opened.forEach(ByteSession::close);
            throw e;
        }
    }

    private static ByteSession open(
            ServerConnector connector, ServerSpec server, List<ByteSession> opened)
            throws SQLException {
        ByteSession session = PrimarySnapshot.session(connector, server, ByteSession.Charset.UTF8);
        opened.add(session);
        return session;
    }

    SeedSource primary() {
        return primary;
    }

    SeedTarget replica() {
        return replica;
    }

    BothSides sides() {
        return sides;
    }

    /**
     * Waits until the replica has all that the primary has now.
     *
     * @throws SyncException if it does not come there in time
     */
    void catchUp() throws SQLException, SyncException {
        if (!reached(patience)) {
            throw new SyncException(
                    replica.name()
                            + " did not reach the primary's position within "
                            + patience.toSeconds()
                            + " s, so it could not be compared: look at its lag and state in"
                            + " /status");
        }
    }

    private boolean reached(Duration within) throws SQLException {
        Position position =
                Coordinates.ofSource(lock.connection(), primaryDialect, primary.gtids());
        return Coordinates.await(sides.replica().connection(), replicaDialect, position, within);
    }

    /**
     * Does something while both sides show a table as of one position of the primary's history: it
     * is locked against writing on the primary, a snapshot is opened there, and another on the
     * replica as soon as it has applied all up to that point. Then the lock is let go, unless the
     * table's engine knows no snapshots.
     *
     * @return false if the table could not be locked, or the replica did not come there while it
     *     was
     */
    boolean atOnePosition(Table table, AtOnePosition action)
            throws SQLException, SyncException, InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            catchUp();
            if (lock(table) && runLocked(table, action)) {
                return true;
            }
            Thread.sleep(PAUSE);
        }
        return false;
    }

    private boolean runLocked(Table table, AtOnePosition action)
            throws SQLException, SyncException, InterruptedException {
        boolean locked = true;
        try {
            sides.primary().run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
            if (!reached(LOCKED_PATIENCE)) {
                return false;
            }
            sides.replica().run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
            if (table.contents() == Contents.TRANSACTIONAL) {
                lock.run("UNLOCK TABLES");
                locked = false;
            }
            action.run();
            return true;
        } finally {
            if (locked) {
                lock.run("UNLOCK TABLES");
            }
            sides.primary().run("ROLLBACK");
            sides.replica().run("ROLLBACK");
        }
    }

    private boolean lock(Table table) throws SQLException {
        try {
            lock.run("LOCK TABLES " + table.name().sql() + " READ");
            return true;
        } catch (SQLException e) {
            if (e.getErrorCode() != LOCK_WAIT_TIMEOUT) {
                throw e;
            }
            return false;
        }
    }

    @Override
    public void close() {
        lock.close();
        sides.primary().close();
        sides.replica().close();
    }
}
