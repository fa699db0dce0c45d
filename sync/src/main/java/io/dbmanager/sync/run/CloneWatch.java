package io.dbmanager.sync.run;

import io.dbmanager.common.Position;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.CloneStatements;
import io.dbmanager.sync.dialect.Coordinates;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.ConnectFailure;
import io.dbmanager.sync.jdbc.Failures;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.Row;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.SeedListener;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Watches a server while it is cloned into, over a connection that is made again when it is lost,
 * until the clone has failed or the server is back as one.
 */
final class CloneWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final String METHOD = "clone";
    private static final Set<Integer> NO_TABLE_ERRORS = Set.of(1049, 1146);

    private final Restarts restarts;
    private final ServerSpec server;
    private final ReplicationDialect dialect;
    private final Expected expected;
    private final SeedListener listener;
    private final long began = System.nanoTime();
    private long lastAnswer = began;
    private long lastStep = began;
    private String lastSeen = "";
    private String lastFailure = "no answer";
    private boolean toldToStart;
    private @Nullable Connection connection;

    /**
     * What is awaited.
     *
     * @param before when the last clone before this one began; empty text for none, or where this
     *     one has begun already
     * @param history of the primary, by which a clone of it is told; the server has none meanwhile
     * @param gtids whether its position is to be a GTID set
     * @param rows how many there are in all, about
     */
    record Expected(String before, String history, boolean gtids, long rows) {}

    CloneWatch(
            Restarts restarts,
            ServerSpec server,
            ReplicationDialect dialect,
            Expected expected,
            SeedListener listener) {
        this.restarts = restarts;
        this.server = server;
        this.dialect = dialect;
        this.expected = expected;
        this.listener = listener;
    }

    /**
     * Watches until the end.
     *
     * @param statement the error with which the statement ended that clones
     * @throws SyncException if the server does not come back, does not get on, or is no clone of
     *     the primary
     */
    ReplicaClone.Outcome follow(Future<Optional<SQLException>> statement)
            throws SQLException, SyncException, InterruptedException {
        while (true) {
            // In this order: what is seen after it has ended is how it ended.
            boolean ended = statement.isDone();
            Optional<String> refused = ended ? refused(result(statement)) : Optional.empty();
            Optional<ReplicaClone.Outcome> outcome = look(ended, refused);
            if (outcome.isPresent()) {
                return outcome.get();
            }
            if (System.nanoTime() - lastStep > restarts.patience().toNanos()) {
                throw new SyncException(
                        "%s has been cloned into for %d s without getting on: restart it"
                                .formatted(server.name(), restarts.patience().toSeconds()));
            }
            if (System.nanoTime() - lastAnswer > restarts.patience().toNanos()) {
                throw restarts.notBack(server.name(), lastFailure);
            }
            Thread.sleep(PAUSE);
        }
    }

    private static Optional<SQLException> result(Future<Optional<SQLException>> statement)
            throws InterruptedException {
        try {
            return statement.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a statement ended in a way it must not", e.getCause());
        }
    }

    /** What the server said instead of cloning; nothing where it was lost, as when it restarts. */
    private Optional<String> refused(Optional<SQLException> error) {
        if (error.isEmpty() || Restarts.isLost(error.get())) {
            return Optional.empty();
        }
        if (error.get().getErrorCode() != CloneStatements.NOT_SUPERVISED) {
            return Optional.of(Failures.brief(error.get()));
        }
        if (!toldToStart) {
            toldToStart = true;
            listener.onNote(
                    server.name(),
                    "it has been cloned into and has shut down, since no supervisor restarts it:"
                            + " start it now");
        }
        return Optional.empty();
    }

    private Optional<ReplicaClone.Outcome> look(boolean ended, Optional<String> refused)
            throws SQLException, SyncException {
        try {
            Connection open = connection;
            if (open == null) {
                open = restarts.open(server);
                connection = open;
            }
            Optional<ReplicaClone.Outcome> outcome =
                    refused.isPresent()
                            ? Optional.of(notCloned(open, refused.get()))
                            : outcome(open, ended);
            lastAnswer = System.nanoTime();
            return outcome;
        } catch (SQLException e) {
            ConnectFailure failure = ConnectFailure.of(e);
            if (!failure.kind().mayPass()) {
                throw e;
            }
            lastFailure = failure.sentence();
            lastStep = System.nanoTime();
            close();
            return Optional.empty();
        }
    }

    private Optional<ReplicaClone.Outcome> outcome(Connection open, boolean ended)
            throws SQLException, SyncException {
        Optional<CloneStatus> status =
                CloneStatus.read(open).filter(s -> !s.begun().equals(expected.before()));
        if (status.isEmpty()) {
            return ended && !toldToStart
                    ? Optional.of(new ReplicaClone.Outcome.NotCloned("it did not begin", false))
                    : Optional.empty();
        }
        return switch (status.get().outcome()) {
            case RUNS -> {
                report(open);
                yield Optional.empty();
            }
            case FAILED -> Optional.of(notCloned(open, why(status.get())));
            case COMPLETED -> Optional.of(cloned(open, status.get()));
        };
    }

    private ReplicaClone.Outcome notCloned(Connection open, String why) throws SQLException {
        boolean begun =
                CloneStatus.read(open).filter(s -> !s.begun().equals(expected.before())).isPresent()
                        && progress(open).number("DROPPED") > 0;
        return new ReplicaClone.Outcome.NotCloned(why, begun);
    }

    private static String why(CloneStatus status) {
        return status.error().isEmpty() || status.state().equals("In Progress")
                ? "its server ended in the middle of it"
                : status.error();
    }

    private ReplicaClone.Outcome cloned(Connection open, CloneStatus status)
            throws SQLException, SyncException {
        if (!history(open).equals(Optional.of(expected.history()))) {
            throw new SyncException(
                    "%s has become a clone of another server than the primary: the primary's address leads elsewhere from there"
                            .formatted(server.name()));
        }
        listener.onProgress(
                server.name(),
                new SeedProgress(
                        METHOD,
                        expected.rows(),
                        expected.rows(),
                        progress(open).number("DONE"),
                        Optional.of(Duration.ZERO)));
        return new ReplicaClone.Outcome.Cloned(
                expected.gtids()
                        ? Coordinates.ofReplica(open, dialect)
                        : new Position.FileOffset(status.binlogFile(), status.binlogOffset()));
    }

    private static Optional<String> history(Connection open) throws SQLException {
        try {
            return Heartbeat.read(open).map(Heartbeat.Beat::history);
        } catch (SQLException e) {
            if (NO_TABLE_ERRORS.contains(e.getErrorCode())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void report(Connection open) throws SQLException {
        Row progress = progress(open);
        if (!progress.toString().equals(lastSeen)) {
            lastSeen = progress.toString();
            lastStep = System.nanoTime();
        }
        long done = progress.number("DONE");
        long all = Math.max(done, progress.number("EXPECTED"));
        long rows = all == 0 ? 0 : (long) ((double) expected.rows() * done / all);
        Optional<Duration> eta =
                done == 0
                        ? Optional.empty()
                        : Optional.of(
                                Duration.ofNanos(
                                        (long)
                                                ((System.nanoTime() - began)
                                                        / (double) done
                                                        * (all - done))));
        listener.onProgress(
                server.name(), new SeedProgress(METHOD, rows, expected.rows(), done, eta));
    }

    private static Row progress(Connection open) throws SQLException {
        return Queries.rows(open, CloneStatements.selectProgress()).getFirst();
    }

    @Override
    public void close() {
        Connection old = connection;
        connection = null;
        if (old != null) {
            ServerConnector.closeQuietly(old);
        }
    }
}
