package io.dbmanager.sync;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Finding;
import io.dbmanager.common.FindingKind;
import io.dbmanager.common.ManagingLogin;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.Secret;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.Services;
import io.dbmanager.common.Topology;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerInspector;
import io.dbmanager.sync.jdbc.ConnectFailure;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.plan.Doctor;
import io.dbmanager.sync.plan.Donor;
import io.dbmanager.sync.plan.SyncPlanner;
import io.dbmanager.sync.ready.ServerWaiter;
import io.dbmanager.sync.run.AccountCare;
import io.dbmanager.sync.run.ClaimsSurvey;
import io.dbmanager.sync.run.Logins;
import io.dbmanager.sync.run.PlanRunner;
import io.dbmanager.sync.run.PrimaryMemory;
import io.dbmanager.sync.run.RunLock;
import io.dbmanager.sync.run.Survey;
import io.dbmanager.sync.seed.Neighbours;
import io.dbmanager.sync.seed.SeedSettings;
import io.dbmanager.sync.watch.ClusterState;
import io.dbmanager.sync.watch.RepairShop;
import io.dbmanager.sync.watch.Watch;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the replicas and keeps them. The methods are called in the order in which they stand here;
 * {@link #plan} and {@link #doctor} change nothing.
 */
public final class ReplicationManager implements AutoCloseable {
    /** How long a replica whose steps are done may take to be within the allowed lag. */
    private static final Duration SETTLE_PATIENCE = Duration.ofSeconds(20);

    /** A server that does not answer a login in this time is not looked at. */
    private static final Duration LOGIN_PATIENCE = Duration.ofSeconds(10);

    /** What has failed as often as this is not waited for at the start, but left to the watch. */
    private static final int TRIES_AWAITED = 2;

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final AtomicReference<Services> services;
    private final ManagingLogin managing;
    private final ClaimsSurvey claims;
    private final SyncSettings settings;
    private final SyncListener listener;
    private final ServerConnector connector = new ServerConnector();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Logins logins;
    private final Survey survey;
    private final RunLock runLock;
    private final ClusterState state;
    private final RepairShop repairs;
    private final Watch watch;
    private final Verification verification;
    private final PasswordRotation rotation;
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private volatile @Nullable Planned planned;

    /** A plan with the facts that it was made from. */
    private record Planned(SyncPlan plan, Inspection inspection, long newestEpoch) {}

    /** With an account whose password stays, and no memory of its own. */
    public ReplicationManager(
            Services services,
            SyncSettings settings,
            Topology topology,
            SyncListener listener,
            Clock clock) {
        this(
                services,
                new ManagingLogin(services.primary().credentials()),
                new PrimaryMemory(Optional.empty()),
                PasswordKeeper.NONE,
                settings,
                topology,
                listener,
                clock);
    }

    /**
     * @param managing shared with all that log in to the servers
     * @param keeper whence its password comes at the next start
     */
    public ReplicationManager(
            Services first,
            ManagingLogin managing,
            PrimaryMemory memory,
            PasswordKeeper keeper,
            SyncSettings settings,
            Topology topology,
            SyncListener listener,
            Clock clock) {
        this.services = new AtomicReference<>(first);
        this.managing = managing;
        this.claims = new ClaimsSurvey(connector, memory);
        this.settings = settings;
        this.listener = listener;
        this.logins = new Logins(connector, managing);
        this.runLock =
                new RunLock(
                        connector,
                        logins.withPatience(LOGIN_PATIENCE),
                        () -> services.get().primary());
        this.survey =
                new Survey(
                        services::get,
                        new ServerInspector(connector),
                        logins.withPatience(LOGIN_PATIENCE),
                        threads);
        this.state = new ClusterState(topology, listener, clock);
        this.repairs =
                new RepairShop(
                        services::get,
                        settings,
                        survey,
                        newRunner(new Telling()),
                        runLock,
                        state,
                        threads);
        this.watch =
                new Watch(
                        first,
                        settings,
                        logins,
                        repairs,
                        runLock,
                        memory,
                        new AccountCare(connector, logins, settings.stateDir()),
                        state,
                        clock,
                        threads);
        this.verification =
                new Verification(
                        services::get, settings, connector, survey, state, listener, threads);
        this.rotation =
                new PasswordRotation(
                        services::get,
                        managing,
                        keeper,
                        settings,
                        connector,
                        survey,
                        runLock,
                        repairs,
                        state,
                        threads);
        rotation.recall();
    }

    private PlanRunner newRunner(PlanRunner.Progress progress) {
        return new PlanRunner(
                connector,
                logins,
                new SeedSettings(settings.copyThreads(), settings.copyBytesPerSecond()),
                new Neighbours(state::lags, settings.maxLag().dividedBy(2)),
                restartPatience(),
                settings.stateDir(),
                progress);
    }

    /** After a clone, a large server has much to recover; commands that ask wait for less. */
    private Duration restartPatience() {
        Duration usual = SyncSettings.DEFAULT_WAIT_TIMEOUT;
        return settings.waitTimeout().compareTo(usual) > 0 ? settings.waitTimeout() : usual;
    }

    /**
     * Waits until every server accepts a login and a query.
     *
     * @throws SyncException.NotReady if the time allowed has passed
     * @throws SyncException if waiting cannot help, such as with a wrong password
     */
    public void awaitServers() throws SyncException, InterruptedException {
        new ServerWaiter(logins, listener).await(services.get(), settings.waitTimeout());
    }

    /** Looks at every server and says what is to be done; changes nothing. */
    public SyncPlan plan() throws SyncException, InterruptedException {
        Inspection inspection = survey.all();
        ClaimsSurvey.Outcome claimed = claims.take(inspection, settings.overwrite());
        SyncPlan plan =
                SyncPlanner.plan(
                                inspection.primary(),
                                inspection.replicas(),
                                settings.overwrite(),
                                Set.of(),
                                settings.cloning(),
                                Donor.Choice.of(settings, state.replicas(), repairs::isBusy))
                        .refused(claimed.refusals());
        planned = new Planned(plan, inspection, claimed.newest());
        return plan;
    }

    /** Says all that stands in the way or will, worst first; changes nothing. */
    public List<Diagnosis> doctor() throws InterruptedException {
        Survey.Answers answers = survey.asFarAsTheyAnswer();
        List<Diagnosis> diagnoses = new ArrayList<>();
        answers.silent().forEach((name, why) -> diagnoses.add(silent(name, why)));
        answers.inspection()
                .map(inspection ->
                        Doctor.examine(inspection, settings.overwrite(), settings.cloning()))
                .ifPresent(diagnoses::addAll);
        return diagnoses;
    }

    private Diagnosis silent(String server, SyncException why) {
        boolean refused =
                why.getCause() instanceof SQLException e
                        && ConnectFailure.of(e).kind() == ConnectFailure.Kind.WRONG_PASSWORD;
        FindingKind kind = refused ? FindingKind.LOGIN_REFUSED : FindingKind.UNREACHABLE;
        if (server.equals(services.get().primary().name())) {
            kind = FindingKind.PRIMARY_UNREACHABLE;
        }
        return new Diagnosis(
                server,
                kind.because(String.valueOf(why.getMessage())),
                Diagnosis.Weight.BLOCKS,
                refused
                        ? "correct its login and password in environment.json"
                        : "start it, and see that it can be reached from here");
    }

    /**
     * Does what can be done without a copy and without losing anything: settings, read-only,
     * stopped or misled channels.
     *
     * @return what has been done, in sentences
     * @throws SyncException if the primary will not do, a step fails, or another process works on
     *     these servers
     */
    public List<String> fix() throws SyncException, InterruptedException {
        Inspection inspection = survey.all();
        SyncPlan plan =
                SyncPlanner.plan(
                        inspection.primary(),
                        inspection.replicas(),
                        settings.overwrite(),
                        settings.cloning());
        String primary = services.get().primary().name();
        Optional<SyncPlan.Refusal> refused =
                plan.refusals().stream().filter(r -> r.server().equals(primary)).findFirst();
        if (refused.isPresent()) {
            throw new SyncException(refused.get().describe());
        }
        SyncPlan fixes = Doctor.fixes(plan);
        runLock.hold();
        PlanRunner runner = newRunner(new Telling());
        runner.runPrimary(fixes, inspection);
        Map<String, SyncException> failed = runner.runReplicas(fixes, inspection);
        if (!failed.isEmpty()) {
            throw failed.values().iterator().next();
        }
        return fixes.servers().stream()
                .flatMap(part -> part.steps().stream().map(step -> part.name() + ": " + step))
                .toList();
    }

    /**
     * Does what the plan says. Replicas that need nothing are watched, and may take reads, while
     * others are still being copied.
     *
     * @param plan the last one that {@link #plan} has made
     * @return whether every replica replicates now
     * @throws SyncException.WouldLoseData before anything is changed, if the plan holds a refusal
     * @throws SyncException before anything is changed, if another process works on these servers
     */
    public boolean apply(SyncPlan plan) throws SyncException, InterruptedException {
        Planned made = planned;
        if (made == null || !made.plan().equals(plan)) {
            throw new IllegalArgumentException("the plan is not the last one made");
        }
        refuse(plan);
        runLock.hold();
        threads.execute(runLock::keep);
        Set<String> worked =
                plan.servers().stream()
                        .filter(part -> !part.primary() && !part.work().isEmpty())
                        .map(SyncPlan.ServerPlan::name)
                        .collect(Collectors.toSet());
        worked.forEach(repairs::claim);
        try {
            PlanRunner runner = newRunner(new Releasing());
            runner.runPrimary(plan, made.inspection());
            watch.expect(made.inspection().primary().identity(), made.newestEpoch());
            watch.begin();
            runner.runReplicas(plan, made.inspection());
            boolean settled = awaitReplicating();
            state.started();
            rotation.finish();
            return settled;
        } finally {
            worked.stream()
                    .filter(repairs::isBusy)
                    .forEach(name -> repairs.release(name, true, ""));
        }
    }

    private static void refuse(SyncPlan plan) throws SyncException {
        if (plan.refusals().isEmpty()) {
            return;
        }
        String sentences =
                plan.refusals().stream()
                        .map(SyncPlan.Refusal::describe)
                        .collect(Collectors.joining(". "));
        if (plan.refusals().stream().allMatch(SyncPlan.Refusal::wouldLoseData)) {
            throw new SyncException.WouldLoseData(sentences);
        }
        throw new SyncException(sentences);
    }

    /**
     * Waits while replicas catch up or are being repaired: a step that failed may have shown what
     * the watch can put right. Others get a moment.
     */
    private boolean awaitReplicating() throws InterruptedException {
        long deadline = System.nanoTime() + SETTLE_PATIENCE.toNanos();
        while (true) {
            List<ReplicaStatus> replicas = state.replicas();
            if (replicas.stream().allMatch(ReplicationManager::isSettled)) {
                return true;
            }
            if (replicas.stream().allMatch(r -> isSettled(r) || isGivenUp(r))) {
                return false;
            }
            if (replicas.stream().anyMatch(r -> isUnderWay(r) && !isGivenUp(r))) {
                deadline = System.nanoTime() + SETTLE_PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(PAUSE);
        }
    }

    private static boolean isSettled(ReplicaStatus replica) {
        return replica.state() == ReplicaState.REPLICATING;
    }

    private boolean isGivenUp(ReplicaStatus replica) {
        return !isSettled(replica) && failures.getOrDefault(replica.name(), 0) >= TRIES_AWAITED;
    }

    private boolean isUnderWay(ReplicaStatus replica) {
        return replica.state() == ReplicaState.CATCHING_UP
                || replica.state() == ReplicaState.SEEDING;
    }

    /** Begins to watch, in the background, until closed. */
    public void startWatching() {
        watch.begin();
        state.started();
        verification.schedule();
        rotation.tend();
    }

    /**
     * The environment names other servers, or other logins: replicas that are new are made in the
     * background, those that are gone are left alone as they are, and another primary is examined
     * before it is followed.
     */
    public synchronized void follow(Services next) {
        Services before = services.getAndSet(next);
        Credentials login = next.primary().credentials();
        if (!login.equals(before.primary().credentials())) {
            managing.change(login);
            state.event(
                    next.primary().name(),
                    "login_changed",
                    "the environment gives another login; those before are tried after it");
        }
        watch.follow(next);
    }

    /** What is to be told of the environment by whoever reads it. */
    public void tell(String event, String detail) {
        state.event("environment", event, detail);
    }

    /**
     * Asks for a replica to be copied again.
     *
     * @param overwrite consent to lose what only this replica has
     */
    public ActionAnswer resync(String replica, boolean overwrite) {
        return repairs.resync(replica, overwrite);
    }

    /**
     * Compares one replica, or all, with the primary in the background; the outcome is an event
     * each.
     */
    public ActionAnswer verify(Optional<String> replica) {
        return verification.begin(replica);
    }

    /**
     * Changes the passwords of the managing account and of the replication accounts in the
     * background; the outcome is an event of the primary, {@code password_rotated} or {@code
     * rotation_failed}.
     *
     * @param password the managing account's new one; empty for one that is made up
     */
    public ActionAnswer rotatePassword(Optional<Secret> password) {
        return rotation.begin(password);
    }

    /** How far comparisons under way have come, by replica. */
    public Map<String, SeedProgress> verifying() {
        return verification.underWay();
    }

    @Override
    public void close() {
        state.close();
        watch.close();
        threads.shutdownNow();
        runLock.close();
    }

    /** Tells of what is done to replicas. */
    private class Telling implements PlanRunner.Progress {
        @Override
        public void onSeeding(String replica, SeedProgress progress) {
            state.seeding(replica, progress);
            listener.onSeeding(replica, progress);
        }

        @Override
        public void onNote(String replica, String sentence) {
            state.event(replica, "note", sentence);
        }

        @Override
        public void onFound(String server, Finding finding) {
            state.found(server, finding);
        }

        @Override
        public void onDone(String replica, Optional<String> how) {
            how.ifPresent(text -> {
                state.clear(replica);
                state.event(replica, "seeded", text);
            });
        }

        @Override
        public void onFailed(String replica, SyncException failure) {
            failures.merge(replica, 1, Integer::sum);
            state.failed(replica, String.valueOf(failure.getMessage()));
        }
    }

    /** At the start, replicas are handed to the watch one by one as their steps end. */
    private final class Releasing extends Telling {
        @Override
        public void onDone(String replica, Optional<String> how) {
            super.onDone(replica, how);
            repairs.release(replica, true, "");
        }

        @Override
        public void onFailed(String replica, SyncException failure) {
            super.onFailed(replica, failure);
            repairs.release(replica, true, String.valueOf(failure.getMessage()));
        }
    }
}
