package io.dbmanager.sync.watch;

import io.dbmanager.common.Services;
import io.dbmanager.sync.ActionAnswer;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.sync.SyncSettings;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.plan.Donor;
import io.dbmanager.sync.plan.SyncPlanner;
import io.dbmanager.sync.run.PlanRunner;
import io.dbmanager.sync.run.RunLock;
import io.dbmanager.sync.run.Survey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts single replicas right while the others go on: looks closely, plans, and runs the plan, by
 * the same planner and runner as at the start. One thing at a time is done to a replica, and one
 * copy at a time is read from the primary.
 */
public final class RepairShop implements ReplicaWatcher.Repairs {
    private static final Logger log = LoggerFactory.getLogger(RepairShop.class);

    private final Supplier<Services> services;
    private final SyncSettings settings;
    private final Survey survey;
    private final PlanRunner runner;
    private final RunLock runLock;
    private final ClusterState state;
    private final ExecutorService threads;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    /** Named by the environment since the start, and not made yet: nobody has to ask for a copy. */
    private final Set<String> added = ConcurrentHashMap.newKeySet();

    private final ReentrantLock oneAtATime = new ReentrantLock();
    private volatile EndListener onEnd = (_, _, _) -> {};

    /** Told when work on a replica has ended. */
    @FunctionalInterface
    interface EndListener {
        /**
         * @param changed whether something was done to it
         * @param whyNotRight empty text if it is right now
         */
        void onEnd(String replica, boolean changed, String whyNotRight);
    }

    public RepairShop(
            Supplier<Services> services,
            SyncSettings settings,
            Survey survey,
            PlanRunner runner,
            RunLock runLock,
            ClusterState state,
            ExecutorService threads) {
        this.services = services;
        this.settings = settings;
        this.survey = survey;
        this.runner = runner;
        this.runLock = runLock;
        this.state = state;
        this.threads = threads;
    }

    void onEnd(EndListener listener) {
        onEnd = listener;
    }

    @Override
    public boolean isBusy(String replica) {
        return busy.contains(replica);
    }

    /** Keeps watchers and repairs away from a replica that is being worked on elsewhere. */
    public boolean claim(String replica) {
        return busy.add(replica);
    }

    /** The environment names a replica that it has not named before. */
    void add(String replica) {
        added.add(replica);
    }

    /** The environment names it no more. */
    void remove(String replica) {
        added.remove(replica);
    }

    /**
     * Ends a claim.
     *
     * @param changed whether something was done to the replica
     * @param whyNotRight empty text if it is right now
     */
    public void release(String replica, boolean changed, String whyNotRight) {
        // Told first: the watcher must not look at it with what it knew before.
        onEnd.onEnd(replica, changed, whyNotRight);
        busy.remove(replica);
    }

    @Override
    public void repair(String replica, String why) {
        if (claim(replica)) {
            threads.execute(() -> repairNow(replica, why, Set.of()));
        }
    }

    @Override
    public void copyAgain(String replica, String why) {
        if (claim(replica)) {
            threads.execute(() -> repairNow(replica, why, Set.of(replica)));
        }
    }

    private void repairNow(String replica, String why, Set<String> copyAnyway) {
        String obstacle = "";
        boolean changed = false;
        try {
            Prepared prepared = prepare(replica, settings.overwrite(), copyAnyway);
            obstacle = obstacle(prepared.plan(), replica);
            if (obstacle.isEmpty() && hasWork(prepared.plan())) {
                state.event(
                        replica,
                        "repair_started",
                        why + ". What is done: " + describe(prepared.plan()));
                changed = true;
                obstacle = run(prepared, replica);
            }
            if (obstacle.isEmpty()) {
                added.remove(replica);
            }
        } catch (SyncException e) {
            obstacle = String.valueOf(e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("repair failed server={}", replica, e);
            obstacle = "repairing it failed: " + e;
        } finally {
            release(replica, changed, obstacle);
        }
    }

    /** Why a plan is not run by itself; empty text if it is. */
    private String obstacle(SyncPlan plan, String replica) {
        if (!plan.refusals().isEmpty()) {
            SyncPlan.Refusal refusal = plan.refusals().getFirst();
            return refusal.describe();
        }
        boolean copies =
                !added.contains(replica)
                        && plan.servers().stream().anyMatch(SyncPlan.ServerPlan::copies);
        return copies && settings.resync() == SyncSettings.ResyncMode.MANUAL
                ? "Resyncs are manual: ask for one with startsync resync " + replica
                : "";
    }

    private static boolean hasWork(SyncPlan plan) {
        return plan.servers().stream().anyMatch(part -> !part.work().isEmpty());
    }

    /**
     * Copies a replica again, whatever state it is in.
     *
     * @param overwrite consent to lose what only it has
     */
    public ActionAnswer resync(String replica, boolean overwrite) {
        if (services.get().replica(replica).isEmpty()) {
            return new ActionAnswer.UnknownReplica(replica);
        }
        if (!claim(replica)) {
            return new ActionAnswer.Busy(replica + " is being worked on already");
        }
        boolean begun = false;
        try {
            Set<String> consent = new HashSet<>(settings.overwrite());
            if (overwrite) {
                consent.add(replica);
            }
            Prepared prepared = prepare(replica, consent, Set.of(replica));
            if (!prepared.plan().refusals().isEmpty()) {
                SyncPlan.Refusal refusal = prepared.plan().refusals().getFirst();
                return new ActionAnswer.Refused(refusal.describe(), refusal.wouldLoseData());
            }
            threads.execute(() -> resyncNow(prepared, replica));
            begun = true;
            return new ActionAnswer.Accepted(describe(prepared.plan(), replica));
        } catch (SyncException e) {
            return new ActionAnswer.Refused(String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new ActionAnswer.Refused("interrupted");
        } finally {
            if (!begun) {
                release(replica, false, "");
            }
        }
    }

    private static String describe(SyncPlan plan) {
        return plan.servers().stream()
                .filter(part -> !part.work().isEmpty())
                .map(part -> part.name() + ": " + String.join("; ", part.steps()))
                .collect(Collectors.joining(". "));
    }

    private static String describe(SyncPlan plan, String replica) {
        return plan.servers().stream()
                .filter(part -> part.name().equals(replica))
                .findFirst()
                .map(part -> replica + ": " + String.join("; ", part.steps()))
                .orElse("");
    }

    private void resyncNow(Prepared prepared, String replica) {
        String obstacle = "";
        try {
            state.event(replica, "resync_started", "it was asked for");
            obstacle = run(prepared, replica);
        } catch (SyncException e) {
            obstacle = String.valueOf(e.getMessage());
            state.failed(replica, obstacle);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("resync failed server={}", replica, e);
            obstacle = "the resync failed: " + e;
        } finally {
            release(replica, true, obstacle);
        }
    }

    private record Prepared(SyncPlan plan, Inspection inspection) {}

    private Prepared prepare(String replica, Set<String> overwrite, Set<String> copyAnyway)
            throws SyncException, InterruptedException {
        boolean seen = state.primary().version().isPresent();
        if (seen && !state.primary().reachable()) {
            throw new SyncException(
                    "nothing can be done while the primary is not there: "
                            + state.primary().whyUnreachable().orElse("it was not seen yet"));
        }
        // The others are looked at, too: server ids and GTIDs are a matter of all.
        Inspection inspection = survey.around(replica);
        requireTheBelieved(inspection.primary());
        SyncPlan whole =
                SyncPlanner.plan(
                        inspection.primary(),
                        inspection.replicas(),
                        overwrite,
                        copyAnyway,
                        settings.cloning(),
                        Donor.Choice.of(settings, state.replicas(), this::isBusy));
        return new Prepared(
                whole.only(Set.of(services.get().primary().name(), replica)), inspection);
    }

    /** What has not been examined yet is no reason to change a replica. */
    private void requireTheBelieved(ServerFacts primary) throws SyncException {
        Optional<String> believed = state.primary().serverUuid();
        if (believed.isPresent() && !believed.get().equals(primary.identity())) {
            throw new SyncException(
                    "nothing can be done before the server that answers at %s now (%s, not %s) has been examined"
                            .formatted(
                                    primary.server().address(),
                                    primary.identity(),
                                    believed.get()));
        }
    }

    /** What went wrong; empty text if nothing did. */
    private String run(Prepared prepared, String replica)
            throws SyncException, InterruptedException {
        oneAtATime.lockInterruptibly();
        try {
            runLock.hold();
            runner.runPrimary(prepared.plan(), prepared.inspection());
            Map<String, SyncException> failures =
                    runner.runReplicas(prepared.plan(), prepared.inspection());
            SyncException failure = failures.get(replica);
            return failure == null ? "" : String.valueOf(failure.getMessage());
        } finally {
            oneAtATime.unlock();
        }
    }

    /** Brings settings of the primary back that its restart has undone. */
    void tendPrimary() throws SyncException, InterruptedException {
        Inspection inspection = survey.primary();
        SyncPlan plan =
                SyncPlanner.plan(inspection.primary(), List.of(), Set.of(), settings.cloning());
        if (plan.refusals().isEmpty() && hasWork(plan)) {
            runner.runPrimary(plan, inspection);
        }
    }
}
