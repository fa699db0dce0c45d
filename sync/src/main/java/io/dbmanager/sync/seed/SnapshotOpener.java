package io.dbmanager.sync.seed;

import io.dbmanager.common.Position;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.Coordinates;
import io.dbmanager.sync.dialect.ReplicationDialect;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes several readers see the source at one and the same position of its history, at the least
 * cost to those who write there:
 *
 * <ul>
 *   <li>MySQL with GTIDs: without any lock. The end of the binary log is read, no transaction may
 *       be between binary log and engine ({@code gtid_owned}), the readers start, and the end of
 *       the binary log must still be where it was: then nothing was committed meanwhile. Else
 *       again.
 *   <li>MariaDB: {@code BACKUP STAGE BLOCK_COMMIT} lets statements run and makes commits wait.
 *   <li>A replica: without any lock, too, where its binary log shows what it applies; else it does
 *       not apply for a moment, and nobody else writes there.
 *   <li>Otherwise, or when that does not succeed: {@code FLUSH TABLES WITH READ LOCK}, which makes
 *       all statements that write wait. It waits itself for those that run, and among writers of
 *       the same rows for ever: one waits for a row whose owner waits for this lock. So it gives up
 *       after seconds, and is tried a bounded number of times.
 * </ul>
 *
 * <p>Tables whose engine knows no snapshots are locked one by one and stay locked.
 */
final class SnapshotOpener {
    private static final Logger log = LoggerFactory.getLogger(SnapshotOpener.class);
    static final int LOCK_WAIT_TIMEOUT = 1205;
    static final int SYNTAX_ERROR = 1064;
    static final int NO_SUCH_PRIVILEGE = 1227;
    private static final int NO_XA_RECOVER_PRIVILEGE = 1401;
    private static final String NOTHING_READ = "nothing_read";
    private static final int[] LOCK_WAIT_SECONDS = {2, 3, 5, 8};
    private static final long PAUSE_MILLIS = 500;
    private static final int LOCKLESS_ATTEMPTS_MAX = 300;

    private final SeedSource source;
    private final ReplicationDialect dialect;
    private final ByteSession coordinator;
    private final ByteSession tableLocks;
    private final List<ByteSession> readers;
    private final String lockTables;

    /** Reads what must be read at the very position; nothing is committed meanwhile. */
    interface AtPosition {
        void read() throws SQLException;
    }

    private enum Outcome {
        OPENED,
        BUSY,
        PREPARED_XA
    }

    /**
     * @param lockTables the statement that locks the tables without snapshots; empty for none
     */
    SnapshotOpener(
            SeedSource source,
            ReplicationDialect dialect,
            ByteSession coordinator,
            ByteSession tableLocks,
            List<ByteSession> readers,
            String lockTables) {
        this.source = source;
        this.dialect = dialect;
        this.coordinator = coordinator;
        this.tableLocks = tableLocks;
        this.readers = readers;
        this.lockTables = lockTables;
    }

    Position open(AtPosition also) throws SQLException, SyncException, InterruptedException {
        Outcome outcome = Outcome.BUSY;
        for (int waitSeconds : LOCK_WAIT_SECONDS) {
            String wait = "SET SESSION lock_wait_timeout = " + waitSeconds;
            coordinator.run(wait);
            tableLocks.run(wait);
            for (Way way : ways()) {
                position = Optional.empty();
                outcome = way.open(also);
                if (outcome == Outcome.OPENED && position.isPresent()) {
                    return position.get();
                }
                tableLocks.run("UNLOCK TABLES");
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        throw new SyncException(
                outcome == Outcome.PREPARED_XA
                        ? source.server().name()
                                + " has prepared XA transactions that a copy would lose: commit or"
                                + " roll them back (XA RECOVER lists them) and start again"
                        : source.server().name()
                                + " could not be held still for the moment that a consistent copy"
                                + " needs, since "
                                + blocker()
                                + ": wait for it or end it, and start again");
    }

    private interface Way {
        Outcome open(AtPosition also) throws SQLException, SyncException;
    }

    private Optional<Position> position = Optional.empty();

    private List<Way> ways() throws SQLException {
        if (source.isReplica()) {
            return !source.version().isMariaDb() && donor().logsWhatItApplies()
                    ? List.of(this::betweenCommits, this::whileNothingIsApplied)
                    : List.of(this::whileNothingIsApplied);
        }
        if (source.version().isMariaDb()) {
            return source.version().atLeast(10, 4, 1)
                    ? List.of(this::whileCommitsWait)
                    : List.of(this::whileWritersWait);
        }
        return source.gtids()
                ? List.of(this::betweenCommits, this::whileWritersWait)
                : List.of(this::whileWritersWait);
    }

    /** MySQL with GTIDs: looks for a moment in which nothing was committed. */
    private Outcome betweenCommits(AtPosition also) throws SQLException, SyncException {
        if (!lockTablesWithoutSnapshots()) {
            return Outcome.BUSY;
        }
        for (int attempt = 0; attempt < LOCKLESS_ATTEMPTS_MAX; attempt++) {
            Position before = Coordinates.ofSource(coordinator.connection(), dialect, false);
            List<String> underWay = coordinator.column("SELECT @@GLOBAL.gtid_owned");
            if (!underWay.getFirst().isEmpty()) {
                continue;
            }
            Position at = currentPosition();
            if (hasPreparedTransactions()) {
                return Outcome.PREPARED_XA;
            }
            startReaders();
            if (Coordinates.ofSource(coordinator.connection(), dialect, false).equals(before)) {
                also.read();
                position = Optional.of(at);
                return Outcome.OPENED;
            }
        }
        return Outcome.BUSY;
    }

    private Outcome whileCommitsWait(AtPosition also) throws SQLException, SyncException {
        if (!lockTablesWithoutSnapshots()) {
            return Outcome.BUSY;
        }
        try {
            for (String stage : List.of("START", "FLUSH", "BLOCK_DDL", "BLOCK_COMMIT")) {
                if (!locks(coordinator, "BACKUP STAGE " + stage)) {
                    return Outcome.BUSY;
                }
            }
            return startAll(also);
        } finally {
            coordinator.run("BACKUP STAGE END");
        }
    }

    private Outcome whileWritersWait(AtPosition also) throws SQLException, SyncException {
        // Tables that another session has locked would make the flush wait: they come after it.
        if (!locks(coordinator, "FLUSH TABLES WITH READ LOCK")) {
            return Outcome.BUSY;
        }
        try {
            return lockTablesWithoutSnapshots() ? startAll(also) : Outcome.BUSY;
        } finally {
            coordinator.run("UNLOCK TABLES");
        }
    }

    private DonorReplica donor() {
        return new DonorReplica(source, dialect, coordinator);
    }

    /**
     * A crash in between leaves a channel that is stopped without an error, which whoever watches
     * it starts; so that may happen in between, too, and is looked for.
     */
    private Outcome whileNothingIsApplied(AtPosition also) throws SQLException, SyncException {
        coordinator.run(dialect.stopApplying());
        try {
            // Only now: what is applied may wait for these locks, and who stops it would, too.
            if (!lockTablesWithoutSnapshots()) {
                return Outcome.BUSY;
            }
            Position before = donor().position();
            Outcome outcome = startAll(also);
            return donor().isApplying() || !donor().position().equals(before)
                    ? Outcome.BUSY
                    : outcome;
        } finally {
            coordinator.run(dialect.startApplying());
        }
    }

    private Outcome startAll(AtPosition also) throws SQLException, SyncException {
        if (hasPreparedTransactions()) {
            return Outcome.PREPARED_XA;
        }
        startReaders();
        Position at = currentPosition();
        also.read();
        position = Optional.of(at);
        return Outcome.OPENED;
    }

    private void startReaders() throws SQLException {
        for (ByteSession reader : readers) {
            // Ends the snapshot that an earlier attempt has left.
            reader.run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
            reader.run("SAVEPOINT " + NOTHING_READ);
        }
    }

    /** Lets a reader's tables be altered again; its snapshot stays. */
    static void letGoOfTables(ByteSession reader) throws SQLException {
        reader.run("ROLLBACK TO SAVEPOINT " + NOTHING_READ);
    }

    private Position currentPosition() throws SQLException, SyncException {
        Position at =
                source.isReplica()
                        ? donor().position()
                        : Coordinates.ofSource(coordinator.connection(), dialect, source.gtids());
        if (at instanceof Position.Unknown(String why)) {
            throw new SyncException(source.server().name() + " cannot be replicated from: " + why);
        }
        return at;
    }

    private boolean lockTablesWithoutSnapshots() throws SQLException {
        return lockTables.isEmpty() || locks(tableLocks, lockTables);
    }

    private static boolean locks(ByteSession session, String statement) throws SQLException {
        try {
            session.run(statement);
            return true;
        } catch (SQLException e) {
            if (e.getErrorCode() == LOCK_WAIT_TIMEOUT) {
                log.debug("lock timed out statement={}", statement.split(" ")[0]);
                return false;
            }
            throw e;
        }
    }

    /** Whether there are any; a login that may not ask is told of none. */
    private boolean hasPreparedTransactions() throws SQLException {
        try {
            return !coordinator.rows("XA RECOVER").isEmpty();
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_XA_RECOVER_PRIVILEGE
                    || e.getErrorCode() == NO_SUCH_PRIVILEGE) {
                return false;
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
                                + " <> CONNECTION_ID() AND TIME > 1 AND USER NOT IN ('system user',"
                                + " 'event_scheduler') ORDER BY TIME DESC LIMIT 1");
        if (rows.isEmpty()) {
            return "its sessions hold locks (LOCK TABLES) or wait for each other's rows";
        }
        List<@Nullable String> row = rows.getFirst();
        return "connection " + row.get(0) + " runs a statement for " + row.get(1) + " s";
    }
}
