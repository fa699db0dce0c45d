package io.dbmanager.sync.run;

import io.dbmanager.common.Finding;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.sync.SyncPlan.ServerPlan;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.plan.SyncStep;
import io.dbmanager.sync.seed.Neighbours;
import io.dbmanager.sync.seed.SeedSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs a plan: the primary's steps, then the replicas side by side. Those that get a copy get it
 * from one reading of the primary. A replica on which a step fails is left where it is, and the
 * others go on.
 */
public final class PlanRunner {
    private final SeedRun.Means means;

    /** Told what becomes of each replica; called from several threads. */
    public interface Progress {
        void onSeeding(String replica, SeedProgress progress);

        void onNote(String replica, String sentence);

        /** Something is wrong with a server that showed itself only now. */
        void onFound(String server, Finding finding);

        /**
         * The replica's steps are done.
         *
         * @param how how it was made a copy of the primary, for people; empty if it was not
         */
        void onDone(String replica, Optional<String> how);

        void onFailed(String replica, SyncException failure);
    }

    /**
     * @param neighbours replicas that a copy must leave in use as they are
     * @param restartPatience how long a server that is cloned into may take to come back
     * @param stateDir where is saved what only a replica has and loses
     */
    public PlanRunner(
            ServerConnector connector,
            Logins logins,
            SeedSettings seedSettings,
            Neighbours neighbours,
            Duration restartPatience,
            Path stateDir,
            Progress progress) {
        this.means =
                new SeedRun.Means(
                        connector,
                        logins,
                        seedSettings,
                        neighbours,
                        restartPatience,
                        stateDir,
                        progress);
    }

    /**
     * Runs the primary's steps.
     *
     * @throws SyncException if one fails: nothing can be done for replicas then
     */
    public void runPrimary(SyncPlan plan, Inspection inspection)
            throws SyncException, InterruptedException {
        StepRunner steps = means.steps(inspection);
        ServerFacts primary = inspection.primary();
        for (ServerPlan part : plan.servers()) {
            if (part.primary()) {
                for (SyncStep step : part.work()) {
                    steps.run(step, primary.server(), primary, Optional.empty());
                }
            }
        }
    }

    /**
     * Runs the replicas' steps.
     *
     * @return what went wrong, by replica
     */
    public Map<String, SyncException> runReplicas(SyncPlan plan, Inspection inspection)
            throws InterruptedException {
        Map<String, SyncException> failures = new ConcurrentHashMap<>();
        List<ServerPlan> copies = new ArrayList<>();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (ServerPlan part : plan.servers()) {
                if (part.primary()) {
                    continue;
                }
                if (part.copies()) {
                    copies.add(part);
                } else {
                    running.add(
                            threads.submit(() -> {
                                runWithoutCopy(part, inspection, failures);
                                return part;
                            }));
                }
            }
            if (!copies.isEmpty()) {
                running.add(
                        threads.submit(() -> {
                            new SeedRun(means, inspection, failures).run(copies);
                            return copies;
                        }));
            }
            awaitAll(threads, running);
        }
        return failures;
    }

    private static void awaitAll(ExecutorService threads, List<Future<?>> running)
            throws InterruptedException {
        try {
            for (Future<?> future : running) {
                future.get();
            }
        } catch (ExecutionException e) {
            threads.shutdownNow();
            if (e.getCause() instanceof InterruptedException) {
                throw new InterruptedException();
            }
            throw new IllegalStateException("a step ended in a way it must not", e.getCause());
        } catch (InterruptedException e) {
            threads.shutdownNow();
            throw e;
        }
    }

    private void runWithoutCopy(
            ServerPlan part, Inspection inspection, Map<String, SyncException> failures)
            throws InterruptedException {
        StepRunner steps = means.steps(inspection);
        ServerFacts facts = inspection.server(part.name());
        try {
            for (SyncStep step : part.work()) {
                steps.run(step, facts.server(), facts, Optional.empty());
            }
            means.progress().onDone(part.name(), Optional.empty());
        } catch (SyncException e) {
            fail(part.name(), e, failures);
        }
    }

    private void fail(String replica, SyncException e, Map<String, SyncException> failures) {
        if (failures.putIfAbsent(replica, e) == null) {
            means.progress().onFailed(replica, e);
        }
    }
}
