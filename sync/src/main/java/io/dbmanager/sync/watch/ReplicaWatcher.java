package io.dbmanager.sync.watch;

import io.dbmanager.common.Finding;
import io.dbmanager.common.FindingKind;
import io.dbmanager.common.GtidSet;
import io.dbmanager.common.Lag;
import io.dbmanager.common.MySqlGtidSet;
import io.dbmanager.common.Position;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.dialect.Dialects;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.inspect.ServerInspector;
import io.dbmanager.sync.inspect.SessionDefaults;
import io.dbmanager.sync.jdbc.ConnectFailure;
import io.dbmanager.sync.jdbc.Failures;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.plan.SettingsJudge;
import io.dbmanager.sync.run.Logins;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at one replica with each heartbeat: judges it, publishes it, and does what helps. */
final class ReplicaWatcher {
    private static final Set<Integer> NO_TABLE_ERRORS = Set.of(1049, 1146);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    /** By so much of its reason one trouble is told from another: error codes are in it. */
    private static final int TROUBLE_PREFIX = 40;

    /** Restarts and repairs that lie further apart than this are not told as one trouble. */
    private static final Duration QUIET = Duration.ofMinutes(2);

    private final ServerSpec server;
    private final Supplier<ServerAddress> primaryAddress;
    private final Probing probing;
    private final ClusterState state;
    private final LagMeter meter;
    private final Clock clock;
    private final Duration maxLag;
    private final Supplier<PrimaryView> primary;
    private final Function<String, Optional<Finding>> accounts;
    private final Repairs repairs;
    private final BackOff startBackOff = new BackOff(FIRST_PAUSE, LONGEST_PAUSE, QUIET);
    private final BackOff repairBackOff = new BackOff(FIRST_PAUSE, LONGEST_PAUSE, QUIET);

    private final DefaultsReader defaults = new DefaultsReader();

    private String lastTrouble = "";
    private Set<FindingKind> told = Set.of();
    private volatile @Nullable ReplicaProbe previous;
    private GtidSet errant;
    private volatile boolean repaired;
    private volatile String obstacle = "";

    /** What a watcher asks for when it cannot help by itself. */
    interface Repairs {
        /** Whether something is being done to the replica now, so that it is left alone. */
        boolean isBusy(String replica);

        /** Asks for the replica to be looked at closely and put right, in the background. */
        void repair(String replica, String why);

        /** Asks for a copy, since no look shows what is wrong. */
        void copyAgain(String replica, String why);
    }

    ReplicaWatcher(
            ServerSpec server,
            Supplier<ServerAddress> primaryAddress,
            Logins logins,
            Duration patience,
            Duration maxLag,
            ClusterState state,
            Beats beats,
            Clock clock,
            Supplier<PrimaryView> primary,
            Function<String, Optional<Finding>> accounts,
            Repairs repairs) {
        this.server = server;
        this.primaryAddress = primaryAddress;
        this.probing = new Probing(logins, server, patience);
        this.state = state;
        this.meter = new LagMeter(beats);
        this.clock = clock;
        this.maxLag = maxLag;
        this.primary = primary;
        this.accounts = accounts;
        this.repairs = repairs;
        this.errant = MySqlGtidSet.empty();
    }

    ServerSpec server() {
        return server;
    }

    /** One look, which may take as long as the patience given for finding the newest heartbeat. */
    void look(Duration heartbeatPatience) throws InterruptedException {
        if (repairs.isBusy(server.name())) {
            probing.close();
            return;
        }
        if (repaired) {
            repaired = false;
            forget();
        }
        try {
            look(probing.connection(), heartbeatPatience);
        } catch (SQLException e) {
            probing.close();
            unreachable(ConnectFailure.of(e));
        } catch (IllegalArgumentException e) {
            probing.close();
            failed(
                    ReplicaState.NEEDS_RESYNC,
                    FindingKind.VERSION.because(String.valueOf(e.getMessage())));
        }
    }

    /**
     * A repair has ended.
     *
     * @param changed whether something was done to the replica, so that what was known of it no
     *     longer holds
     * @param why why it could not be put right; empty text if it was
     */
    void afterRepair(boolean changed, String why) {
        obstacle = why;
        repaired |= changed;
    }

    /** The newest heartbeat known to have arrived there. */
    long arrivedBeat() {
        return meter.arrived();
    }

    void close() {
        probing.close();
    }

    /** What it has, if it answers. */
    Optional<GtidSet> gtids() {
        ReplicaProbe last = previous;
        return last == null ? Optional.empty() : Optional.of(last.has());
    }

    private void forget() {
        previous = null;
        errant = MySqlGtidSet.empty();
        meter.reset();
        probing.close();
    }

    private void look(Connection connection, Duration heartbeatPatience)
            throws SQLException, InterruptedException {
        ServerVersion version = ServerInspector.version(connection);
        ReplicationDialect dialect = Dialects.forVersion(version);
        long arrivedBefore = meter.arrived();
        measureLag(connection, heartbeatPatience);
        ReplicaProbe probe = ReplicaProbe.take(connection, version, dialect);
        SessionDefaults own = defaults.read(connection, version);
        if (repairs.isBusy(server.name())) {
            return;
        }
        updateErrant();
        noteIfItWentBack(probe, meter.arrived() < arrivedBefore);
        previous = probe;
        ReplicaAnalysis.Judgement judgement =
                ReplicaAnalysis.judge(
                        new ReplicaAnalysis.Sight(
                                probe.channels(),
                                primaryAddress.get(),
                                errant,
                                meter.lag(),
                                maxLag,
                                before(),
                                primary.get().reachable(),
                                primary.get().gtids(),
                                primary.get()
                                        .defaults()
                                        .map(theirs -> SettingsJudge.judge(theirs, own))
                                        .orElse(List.of()),
                                state.standing(server.name())));
        List<Finding> findings = new ArrayList<>(judgement.findings());
        if (!probe.readOnly() && isOurs(probe)) {
            findings.add(FindingKind.WRITABLE.because("it lets writers in"));
            Queries.runAll(connection, dialect.readOnlyOn());
            state.event(server.name(), "made_read_only", "it had let writers in");
        }
        accounts.apply(server.name()).ifPresent(findings::add);
        publish(judgement, probe, findings);
        act(judgement, connection, dialect);
    }

    /** A server that does not replicate from the primary may have become one of its own. */
    private boolean isOurs(ReplicaProbe probe) {
        return probe.channels().stream()
                .anyMatch(channel -> channel.leadsTo("", primaryAddress.get()));
    }

    /**
     * A server restored from a backup has an older heartbeat with its fewer GTIDs, and catches up.
     * Where the GTIDs alone went back, it would apply again what its rows hold already.
     */
    private void noteIfItWentBack(ReplicaProbe now, boolean heartbeatToo) {
        ReplicaProbe before = previous;
        if (before == null
                || !isOurs(now)
                || !primary.get().gtids()
                || now.has().contains(before.has())) {
            return;
        }
        Finding finding =
                FindingKind.WENT_BACK.because(
                        "it had %s and has %s: %s"
                                .formatted(
                                        before.has(),
                                        now.has(),
                                        heartbeatToo
                                                ? "it was replaced by an older state of itself"
                                                : "its GTIDs were reset, and its rows were not"));
        if (heartbeatToo) {
            state.found(server.name(), finding);
        } else {
            state.stand(server.name(), finding);
        }
    }

    private ReplicaState before() {
        return state.replica(server.name()).map(ReplicaStatus::state).orElse(ReplicaState.WAITING);
    }

    private void measureLag(Connection connection, Duration patience)
            throws SQLException, InterruptedException {
        try {
            meter.measure(connection, patience, clock::millis);
        } catch (SQLException e) {
            if (!NO_TABLE_ERRORS.contains(e.getErrorCode())) {
                throw e;
            }
            meter.reset();
        }
    }

    /**
     * Compares the last look's GTIDs with the primary's, once those were read later: read the other
     * way round, what replicated in between would seem to be errant.
     */
    private void updateErrant() {
        PrimaryView view = primary.get();
        ReplicaProbe last = previous;
        boolean comparable =
                last != null
                        && view.gtids()
                        && view.reachable()
                        && view.executed().isPresent()
                        && view.readAfterNanos() > last.takenNanos();
        if (last != null && comparable) {
            errant = ReplicaAnalysis.errant(last, view);
        }
    }

    private void act(
            ReplicaAnalysis.Judgement judgement, Connection connection, ReplicationDialect dialect)
            throws SQLException {
        switch (judgement.action()) {
            case NONE -> {}
            case START -> {
                if (startBackOff.mayTry(System.nanoTime())) {
                    start(judgement.reason().orElse(""), connection, dialect);
                }
            }
            case REPAIR -> repair(judgement.reason().orElse(""));
        }
    }

    /** Asks for a repair; when the trouble has become another one, without waiting. */
    private void repair(String why) {
        String trouble = why.substring(0, Math.min(why.length(), TROUBLE_PREFIX));
        if (!trouble.equals(lastTrouble)) {
            lastTrouble = trouble;
            repairBackOff.reset();
        }
        if (!repairBackOff.mayTry(System.nanoTime())) {
            return;
        }
        if (state.standing(server.name()).isEmpty()) {
            repairs.repair(server.name(), why);
        } else {
            repairs.copyAgain(server.name(), why);
        }
    }

    /**
     * Starts what has stopped. If the server refuses, or it has been tried just now, something
     * about the replica must be put right first, such as a setting that a restart has undone.
     */
    private void start(String why, Connection connection, ReplicationDialect dialect)
            throws SQLException {
        if (startBackOff.isFirst()) {
            try {
                Queries.run(connection, dialect.startReplica());
                state.event(server.name(), "replication_started", why);
                return;
            } catch (SQLException e) {
                if (e.getErrorCode() == 0) {
                    // No answer of the server's: the connection is lost.
                    throw e;
                }
                repairs.repair(server.name(), Failures.brief(e));
                return;
            }
        }
        repairs.repair(server.name(), why);
    }

    private void publish(
            ReplicaAnalysis.Judgement judgement, ReplicaProbe probe, List<Finding> findings) {
        Optional<ChannelStatus> channel = probe.channels().stream().findFirst();
        Optional<String> reason =
                judgement.action() == ReplicaAnalysis.Action.REPAIR
                        ? judgement.reason().map(this::withObstacle)
                        : judgement.reason();
        publish(
                new ReplicaStatus(
                        server.name(),
                        server.address(),
                        judgement.state(),
                        reason,
                        meter.lag(),
                        position(probe, channel),
                        errant.toString(),
                        channel.map(ChannelStatus::ioRunning).orElse(false),
                        channel.map(ChannelStatus::sqlRunning).orElse(false),
                        channel.flatMap(ReplicaWatcher::lastError),
                        judgement.takesReads(),
                        meter.seen(),
                        Optional.empty(),
                        findings));
    }

    private String withObstacle(String why) {
        String told = obstacle;
        return told.isEmpty() ? why : why + ". " + told;
    }

    private Position position(ReplicaProbe probe, Optional<ChannelStatus> channel) {
        if (primary.get().gtids()) {
            return new Position.Gtids(probe.has());
        }
        return channel.<Position>map(ChannelStatus::executed)
                .orElseGet(() -> new Position.Unknown("it does not replicate"));
    }

    private static Optional<String> lastError(ChannelStatus channel) {
        return Stream.of(channel.sqlError(), channel.ioError())
                .filter(error -> !error.isNone())
                .map(error -> error.code() + ": " + error.message())
                .findFirst();
    }

    private void unreachable(ConnectFailure failure) {
        FindingKind kind =
                failure.kind() == ConnectFailure.Kind.WRONG_PASSWORD
                        ? FindingKind.LOGIN_REFUSED
                        : FindingKind.UNREACHABLE;
        failed(ReplicaState.UNREACHABLE, kind.because(failure.sentence()));
    }

    private void failed(ReplicaState next, Finding finding) {
        String why = finding.detail();
        ReplicaStatus old =
                state.replica(server.name()).orElseGet(() -> ReplicaStatus.waiting(server));
        publish(
                new ReplicaStatus(
                        server.name(),
                        server.address(),
                        next,
                        Optional.of(why),
                        Lag.unknown(why),
                        old.position(),
                        old.errant(),
                        false,
                        false,
                        old.lastError(),
                        false,
                        old.heartbeatSeen(),
                        Optional.empty(),
                        List.of(finding)));
    }

    private void publish(ReplicaStatus next) {
        ReplicaState old = before();
        // A look that began before the work on it did says nothing about now.
        state.replica(server.name(), known -> repairs.isBusy(server.name()) ? known : next);
        Set<FindingKind> before = told;
        next.findings().stream()
                .filter(finding -> !before.contains(finding.kind()))
                .forEach(finding -> state.found(server.name(), finding));
        told = next.findings().stream().map(Finding::kind).collect(Collectors.toSet());
        if (old != next.state()) {
            state.event(
                    server.name(),
                    next.state().word(),
                    next.reason().orElse("it replicates within the allowed lag"));
        }
    }
}
