package io.dbmanager.sync.run;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Finding;
import io.dbmanager.common.FindingKind;
import io.dbmanager.common.Position;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.dialect.Coordinates;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.dialect.SourceEndpoint;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.inspect.ServerInspector;
import io.dbmanager.sync.jdbc.Failures;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.plan.ChannelJudge;
import io.dbmanager.sync.plan.SyncStep;
import io.dbmanager.sync.seed.ReplicaEvents;
import io.dbmanager.sync.seed.SeedTarget;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs single steps, all but copies. Each can be run again, whatever became of it before. */
final class StepRunner {
    private static final Logger log = LoggerFactory.getLogger(StepRunner.class);

    /** No statement of a step takes longer, unless the server is frozen. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration START_PATIENCE = Duration.ofSeconds(15);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final ServerConnector connector;
    private final Inspection inspection;
    private final BiConsumer<String, Finding> onFound;
    private final ReplicationAccounts accounts = new ReplicationAccounts();

    /**
     * @param onFound told of what shows itself only while a step is done, with the server's name
     */
    StepRunner(
            ServerConnector connector, Inspection inspection, BiConsumer<String, Finding> onFound) {
        this.connector = connector;
        this.inspection = inspection;
        this.onFound = onFound;
    }

    /**
     * @param server with credentials that work now
     * @param facts what the server was found to be
     * @param copiedAt where the copy that it has just been given was taken, if it was
     */
    void run(SyncStep step, ServerSpec server, ServerFacts facts, Optional<Position> copiedAt)
            throws SyncException, InterruptedException {
        try (Connection connection = connector.open(server, PATIENCE)) {
            run(step, server, connection, facts, copiedAt);
            log.info("step done server={} step=\"{}\"", server.name(), step.describe());
        } catch (SQLException e) {
            throw new SyncException(
                    "on %s, this did not work: %s. The server says: %s"
                            .formatted(server.name(), step.describe(), Failures.brief(e)),
                    e);
        }
    }

    private void run(
            SyncStep step,
            ServerSpec server,
            Connection connection,
            ServerFacts facts,
            Optional<Position> copiedAt)
            throws SQLException, SyncException, InterruptedException {
        ReplicationDialect dialect = facts.dialect();
        switch (step) {
            case SyncStep.SetVariable set ->
                    Queries.run(connection, dialect.setVariable(set.variable(), set.value()));
            case SyncStep.EnableGtids(List<String> servers) ->
                    new GtidSwitch(connector).run(inspection, servers);
            case SyncStep.CreateHeartbeat _ -> Heartbeat.create(connection);
            case SyncStep.ForgetChannels _ -> forgetChannels(connection, dialect);
            case SyncStep.DisableEvents _ ->
                    ReplicaEvents.disable(connector, new SeedTarget(server, facts.version()));
            case SyncStep.Repair _, SyncStep.Clone _, SyncStep.Copy _ ->
                    throw new IllegalStateException("copies are made in one go");
            case SyncStep.Replicate replicate -> replicate(replicate, connection, facts, copiedAt);
            case SyncStep.ClearFilters _ -> {
                Queries.run(connection, dialect.stopReplica());
                Queries.runAll(connection, dialect.clearFilters());
            }
            case SyncStep.StartReplication _ -> {
                Queries.run(connection, dialect.stopReplica());
                startOrFetchAgain(connection, facts);
                awaitRunning(connection, facts);
            }
            case SyncStep.MakeReadOnly _ -> Queries.runAll(connection, dialect.readOnlyOn());
        }
    }

    /** Where what was fetched is gone or damaged, the primary still has it. */
    private void startOrFetchAgain(Connection connection, ServerFacts facts)
            throws SQLException, SyncException {
        try {
            Queries.run(connection, facts.dialect().startReplica());
        } catch (SQLException e) {
            if (!ChannelJudge.RELAY_LOG_ERRORS.contains(e.getErrorCode())) {
                throw e;
            }
            onFound.accept(
                    facts.name(), FindingKind.RELAY_LOG_UNREADABLE.because(Failures.brief(e)));
            fetchAgain(connection, facts);
            Queries.run(connection, facts.dialect().startReplica());
        }
    }

    private void fetchAgain(Connection connection, ServerFacts facts)
            throws SQLException, SyncException {
        ReplicationDialect dialect = facts.dialect();
        ChannelStatus channel =
                ServerInspector.channels(connection, dialect).stream()
                        .findFirst()
                        .orElseThrow(() ->
                                new SyncException(
                                        facts.name() + " has lost its channel meanwhile"));
        Position applied =
                channel.autoPosition()
                        ? Coordinates.ofReplica(connection, dialect)
                        : channel.executed();
        forgetChannels(connection, dialect);
        Queries.run(connection, dialect.changeSource(endpoint(facts), applied));
    }

    static void forgetChannels(Connection connection, ReplicationDialect dialect)
            throws SQLException {
        List<String> names =
                ServerInspector.channels(connection, dialect).stream()
                        .map(ChannelStatus::name)
                        .toList();
        if (!names.isEmpty()) {
            Queries.runAll(connection, dialect.forgetChannels(names));
        }
    }

    private void replicate(
            SyncStep.Replicate step,
            Connection connection,
            ServerFacts facts,
            Optional<Position> copiedAt)
            throws SQLException, SyncException, InterruptedException {
        ReplicationDialect dialect = facts.dialect();
        Queries.run(connection, dialect.stopReplica());
        switch (step.from()) {
            case ITS_PLACE -> {
                SourceEndpoint source = endpoint(facts);
                Queries.run(connection, dialect.changeSourceLogin(source));
            }
            case ITS_APPLIED -> fetchAgain(connection, facts);
            case OWN_GTIDS -> {
                Position own = new Position.Gtids(facts.replicaGtids());
                Queries.run(connection, dialect.changeSource(endpoint(facts), own));
            }
            case THE_COPY -> {
                Position position = copiedAt.orElseThrow();
                forgetChannels(connection, dialect);
                if (!stands(connection, facts, position)) {
                    boolean binaryLog = facts.binaryLog();
                    Queries.runAll(
                            connection,
                            position instanceof Position.Gtids(var set)
                                    ? dialect.setExecuted(set, binaryLog)
                                    : dialect.forgetOwnHistory(binaryLog));
                }
                Queries.run(connection, dialect.changeSource(endpoint(facts), position));
            }
        }
        Queries.run(connection, dialect.startReplica());
        awaitRunning(connection, facts);
    }

    /** Whether it has these GTIDs already, as a clone has; MariaDB's also stand in its log. */
    private static boolean stands(Connection connection, ServerFacts facts, Position position)
            throws SQLException {
        return !facts.version().isMariaDb()
                && position instanceof Position.Gtids
                && Coordinates.ofReplica(connection, facts.dialect()).equals(position);
    }

    /** A new login on the primary for this replica, and where to use it. */
    private SourceEndpoint endpoint(ServerFacts replica) throws SQLException {
        ServerFacts primary = inspection.primary();
        Credentials account;
        try (Connection connection = connector.open(primary.server(), PATIENCE)) {
            account = accounts.renew(connection, primary.dialect(), replica.name());
        }
        return new SourceEndpoint(
                primary.server().address(), account, primary.tls() && canUseTls(replica));
    }

    /** A server built without TLS says so; later versions always have it and no such variable. */
    static boolean canUseTls(ServerFacts replica) {
        return !replica.variable("have_ssl").equalsIgnoreCase("NO")
                && (replica.version().isMariaDb()
                        || replica.version().atLeast(8, 0, 0)
                        || replica.tls());
    }

    /** Replication that has been started must run, or say why it does not. */
    static void awaitRunning(Connection connection, ServerFacts facts)
            throws SQLException, SyncException, InterruptedException {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        while (true) {
            Optional<ChannelStatus> channel =
                    ServerInspector.channels(connection, facts.dialect()).stream().findFirst();
            if (channel.filter(ChannelStatus::running).isPresent()) {
                return;
            }
            String why =
                    channel.map(ChannelJudge::judge).map(StepRunner::reason).orElse("no channel");
            boolean hopeless =
                    channel.map(ChannelJudge::judge).filter(StepRunner::isFinal).isPresent();
            if (hopeless || System.nanoTime() > deadline) {
                throw new SyncException("replication does not run on " + facts.name() + ": " + why);
            }
            Thread.sleep(PAUSE);
        }
    }

    private static boolean isFinal(ChannelJudge.Verdict verdict) {
        return verdict instanceof ChannelJudge.Verdict.DataDiffers
                || verdict instanceof ChannelJudge.Verdict.LostItsPlace;
    }

    private static String reason(ChannelJudge.Verdict verdict) {
        return verdict.found().map(Finding::detail).orElse("it is still connecting");
    }
}
