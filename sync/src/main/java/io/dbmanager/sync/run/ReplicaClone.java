package io.dbmanager.sync.run;

import io.dbmanager.common.Position;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.CloneStatements;
import io.dbmanager.sync.dialect.SourceEndpoint;
import io.dbmanager.sync.inspect.SchemaFacts;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.jdbc.Failures;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.plan.SyncStep;
import io.dbmanager.sync.seed.GivenUp;
import io.dbmanager.sync.seed.SeedListener;
import io.dbmanager.sync.seed.SeedSettings;
import io.dbmanager.sync.seed.SeedSource;
import io.dbmanager.sync.seed.SeedTarget;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one replica a clone of the primary by MySQL's clone plugin:
 *
 * <ol>
 *   <li>unless it has been consented to without, a restart proves that the replica's server comes
 *       back by itself, as it must at the end of a clone; nothing is lost by it;
 *   <li>the plugin is installed on both, and the replica's account on the primary may clone;
 *   <li>the replica is marked and emptied: see {@link GivenUp};
 *   <li>the server clones, and is watched over a connection that is made again when it is lost;
 *   <li>the server restarts as a clone, and tells so.
 * </ol>
 *
 * What stands against it before its third point is an {@link Outcome.NotCloned}: then the replica
 * is copied to. What goes wrong in the middle is tried again. When this process ends meanwhile, the
 * server goes on by itself. The next run finds it at some point of this: still at it, which it
 * {@linkplain #follow awaits}; empty; or a clone, which only has to be pointed at the primary.
 */
final class ReplicaClone {
    private static final Logger log = LoggerFactory.getLogger(ReplicaClone.class);
    private static final int ATTEMPTS_MAX = 3;
    private static final Duration DONOR_FREE_WITHIN = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final ServerConnector connector;
    private final SeedSettings settings;
    private final Restarts restarts;
    private final SeedListener listener;
    private final ServerFacts primary;
    private final ServerFacts replica;
    private final long rows;

    /** What has become of it. */
    sealed interface Outcome {
        /**
         * @param at where in the primary's history the replica stands
         */
        record Cloned(Position at) implements Outcome {}

        /**
         * @param why a phrase for people
         * @param begun whether it had begun to change the server. What is left of that may keep
         *     schemas from being made ("Schema directory already exists"), but no other clone
         */
        record NotCloned(String why, boolean begun) implements Outcome {}
    }

    /**
     * @param patience how long a server may take to come back from a restart
     */
    ReplicaClone(
            ServerConnector connector,
            Logins logins,
            SeedSettings settings,
            Duration patience,
            SeedListener listener,
            ServerFacts primary,
            ServerFacts replica) {
        this.connector = connector;
        this.settings = settings;
        this.restarts = new Restarts(connector, logins, patience);
        this.listener = listener;
        this.primary = primary;
        this.replica = replica;
        this.rows = primary.schemas().stream().mapToLong(SchemaFacts::rows).sum();
    }

    /**
     * Clones.
     *
     * @throws SyncException if the replica could not be copied to either, such as one that does not
     *     come back
     */
    Outcome run(SyncStep.Clone step, SeedSource source) throws SyncException, InterruptedException {
        listener.onProgress(
                replica.name(), new SeedProgress("clone", 0, rows, 0, Optional.empty()));
        try {
            Optional<String> obstacle = obstacle(step);
            if (obstacle.isPresent()) {
                return new Outcome.NotCloned(obstacle.get(), false);
            }
            SourceEndpoint donor = donor();
            GivenUp.empty(
                    connector,
                    source,
                    new SeedTarget(replica.server(), replica.version()),
                    listener);
            return cloneFrom(donor, source.gtids());
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Once an attempt has changed the server, others follow: only a clone is sure to fit there. */
    private Outcome cloneFrom(SourceEndpoint donor, boolean gtids)
            throws SQLException, SyncException, InterruptedException {
        Outcome outcome = cloneOnce(donor, gtids);
        if (outcome instanceof Outcome.NotCloned(_, boolean begun) && !begun) {
            return outcome;
        }
        for (int attempt = 2;
                attempt <= ATTEMPTS_MAX && outcome instanceof Outcome.NotCloned(String why, _);
                attempt++) {
            listener.onNote(replica.name(), "it is cloned once more, since " + why);
            outcome = cloneWhenFree(donor, gtids);
        }
        return outcome;
    }

    /** The primary may take a while to notice that the server it was cloned to has gone. */
    private Outcome cloneWhenFree(SourceEndpoint donor, boolean gtids)
            throws SQLException, SyncException, InterruptedException {
        long begun = System.nanoTime();
        Outcome outcome = cloneOnce(donor, gtids);
        while (outcome instanceof Outcome.NotCloned(String why, _)
                && why.contains(CloneStatements.DONOR_IS_BUSY)
                && System.nanoTime() - begun < DONOR_FREE_WITHIN.toNanos()) {
            Thread.sleep(PAUSE);
            outcome = cloneOnce(donor, gtids);
        }
        return outcome;
    }

    /**
     * Follows a clone that a process before this one has begun: the server goes on with it by
     * itself, and ending it is not safe (the statement that was to end one has been seen to hang,
     * and the clone with it).
     */
    Outcome follow(boolean gtids) throws SyncException, InterruptedException {
        log.info("a clone under way is awaited server={}", replica.name());
        try (CloneWatch watch = watch(new CloneWatch.Expected("", history(), gtids, rows))) {
            return watch.follow(new CompletableFuture<>());
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private SyncException failure(SQLException e) {
        return new SyncException(
                "%s could not be cloned from %s: %s"
                        .formatted(replica.name(), primary.name(), Failures.brief(e)),
                e);
    }

    private CloneWatch watch(CloneWatch.Expected expected) {
        return new CloneWatch(restarts, replica.server(), replica.dialect(), expected, listener);
    }

    /** Before anything is lost. */
    private Optional<String> obstacle(SyncStep.Clone step)
            throws SQLException, SyncException, InterruptedException {
        if (!CloneStatements.keepsTo(settings.bytesPerSecond())) {
            return Optional.of("a clone keeps to limits of a megabyte per second and more only");
        }
        if (!step.unsupervised()) {
            Optional<String> obstacle = restarts.prove(replica);
            if (obstacle.isPresent()) {
                return Optional.of(
                        obstacle.get()
                                + ", and a clone ends with a restart (with clone: always, an"
                                + " operator may start it)");
            }
        }
        try (Connection connection = connector.open(replica.server(), StepRunner.PATIENCE)) {
            // Channels start with their server.
            Queries.run(connection, replica.dialect().stopReplica());
        }
        Optional<String> obstacle = installPlugin(primary, false);
        return obstacle.isPresent() ? obstacle : installPlugin(replica, true);
    }

    /**
     * @param closed whether the server turns away even our writes
     */
    private Optional<String> installPlugin(ServerFacts server, boolean closed) throws SQLException {
        try (Connection connection = connector.open(server.server(), StepRunner.PATIENCE)) {
            if (isInstalled(connection)) {
                return Optional.empty();
            }
            if (closed) {
                Queries.runAll(connection, server.dialect().administratorsMayWrite());
            }
            try {
                Queries.run(connection, CloneStatements.installPlugin());
                log.info("clone plugin installed server={}", server.name());
                return Optional.empty();
            } catch (SQLException e) {
                if (Restarts.isLost(e)) {
                    throw e;
                }
                return Optional.of(
                        "%s cannot load the clone plugin: %s"
                                .formatted(server.name(), Failures.brief(e)));
            }
        }
    }

    private static boolean isInstalled(Connection connection) throws SQLException {
        return Queries.text(
                        connection,
                        "SELECT 1 FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'clone'")
                .isPresent();
    }

    private SourceEndpoint donor() throws SQLException {
        try (Connection connection = connector.open(primary.server(), StepRunner.PATIENCE)) {
            return new SourceEndpoint(
                    primary.server().address(),
                    new ReplicationAccounts()
                            .renewForCloning(connection, primary.dialect(), replica.name()),
                    primary.tls() && StepRunner.canUseTls(replica));
        }
    }

    private Outcome cloneOnce(SourceEndpoint donor, boolean gtids)
            throws SQLException, SyncException, InterruptedException {
        CloneWatch.Expected expected;
        try (Connection connection = connector.open(replica.server(), StepRunner.PATIENCE)) {
            // It may have restarted as what it is told to be at its start.
            Queries.runAll(connection, replica.dialect().readOnlyOff());
            StepRunner.forgetChannels(connection, replica.dialect());
            Queries.runAll(
                    connection,
                    CloneStatements.prepareRecipient(
                            donor.address(), settings.threads(), settings.bytesPerSecond()));
            expected =
                    new CloneWatch.Expected(
                            CloneStatus.read(connection).map(CloneStatus::begun).orElse(""),
                            history(),
                            gtids,
                            rows);
        }
        log.info("clone begins server={} donor={}", replica.name(), donor.address());
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
                CloneWatch watch = watch(expected);
                Connection statement = connector.open(replica.server())) {
            try {
                return watch.follow(
                        thread.submit(() -> run(statement, CloneStatements.cloneFrom(donor))));
            } finally {
                statement.abort(Runnable::run);
            }
        }
    }

    private String history() throws SQLException, SyncException {
        try (Connection connection = connector.open(primary.server(), StepRunner.PATIENCE)) {
            return Heartbeat.read(connection)
                    .map(Heartbeat.Beat::history)
                    .orElseThrow(() ->
                            new SyncException(
                                    primary.name() + " has lost its heartbeat meanwhile"));
        }
    }

    private static Optional<SQLException> run(Connection connection, String sql) {
        try {
            Queries.run(connection, sql);
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of(e);
        }
    }
}
