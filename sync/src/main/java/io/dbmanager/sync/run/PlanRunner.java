package io.dbmanager.sync.run;

import io.dbmanager.common.Finding;
import io.dbmanager.common.Position;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.sync.SyncPlan.ServerPlan;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.inspect.ServerIdentity;
import io.dbmanager.sync.jdbc.Failures;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.plan.SyncStep;
import io.dbmanager.sync.seed.Neighbours;
import io.dbmanager.sync.seed.RepairSeeder;
import io.dbmanager.sync.seed.SeedListener;
import io.dbmanager.sync.seed.SeedMarker;
import io.dbmanager.sync.seed.SeedSettings;
import io.dbmanager.sync.seed.SeedTarget;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a plan: the primary's steps, then the replicas side by side. Those that get a copy get it
 * from one reading of the primary. A replica on which a step fails is left where it is, and the
 * others go on.
 */
public final class PlanRunner {
    private static final Logger log = LoggerFactory.getLogger(PlanRunner.class);

    private final ServerConnector connector;
    private final Logins logins;
    private final SeedSettings seedSettings;
    private final Neighbours neighbours;
    private final Path stateDir;
    private final Progress progress;

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
     * @param stateDir where is saved what only a replica has and loses
     */
    public PlanRunner(
            ServerConnector connector,
            Logins logins,
            SeedSettings seedSettings,
            Neighbours neighbours,
            Path stateDir,
            Progress progress) {
        this.connector = connector;
        this.logins = logins;
        this.seedSettings = seedSettings;
        this.neighbours = neighbours;
        this.stateDir = stateDir;
        this.progress = progress;
    }

    /**
     * Runs the primary's steps.
     *
     * @throws SyncException if one fails: nothing can be done for replicas then
     */
    public void runPrimary(SyncPlan plan, Inspection inspection)
            throws SyncException, InterruptedException {
        StepRunner steps = new StepRunner(connector, inspection, progress::onFound);
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
                            new CopyRun(inspection, failures).run(copies);
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
        StepRunner steps = new StepRunner(connector, inspection, progress::onFound);
        ServerFacts facts = inspection.server(part.name());
        try {
            for (SyncStep step : part.work()) {
                steps.run(step, facts.server(), facts, Optional.empty());
            }
            progress.onDone(part.name(), Optional.empty());
        } catch (SyncException e) {
            fail(part.name(), e, failures);
        }
    }

    /** Much may happen between a look and a copy that had to wait for another one. */
    static void requireSameServer(Connection connection, ServerFacts facts)
            throws SQLException, SyncException {
        String now = ServerIdentity.read(connection, facts.version().isMariaDb());
        if (!now.equals(facts.identity())) {
            throw new SyncException(
                    "another server (%s) has appeared at %s since %s was looked at (%s): nothing was copied"
                            .formatted(
                                    now, facts.server().address(), facts.name(), facts.identity()));
        }
    }

    private void fail(String replica, SyncException e, Map<String, SyncException> failures) {
        if (failures.putIfAbsent(replica, e) == null) {
            progress.onFailed(replica, e);
        }
    }

    /** One reading of the primary for all replicas that need a copy. */
    private final class CopyRun implements SeedListener {
        private final Inspection inspection;
        private final Map<String, SyncException> failures;
        private final StepRunner steps;
        private final CopyJobs jobs;

        CopyRun(Inspection inspection, Map<String, SyncException> failures) {
            this.inspection = inspection;
            this.failures = failures;
            this.steps = new StepRunner(connector, inspection, progress::onFound);
            this.jobs = new CopyJobs(connector, logins, seedSettings, neighbours, inspection, this);
        }

        void run(List<ServerPlan> parts) throws InterruptedException {
            List<ServerPlan> prepared = new ArrayList<>();
            for (ServerPlan part : parts) {
                if (prepare(part)) {
                    prepared.add(part);
                }
            }
            List<ServerPlan> toCopy = new ArrayList<>();
            for (ServerPlan part : prepared) {
                Optional<SyncStep.Repair> step = repairStep(part);
                if (step.isEmpty() || !repair(part, step.get())) {
                    toCopy.add(part);
                }
            }
            toCopy.removeIf(part -> failures.containsKey(part.name()));
            if (toCopy.isEmpty()) {
                return;
            }
            Optional<Position> position = copy(toCopy);
            if (position.isEmpty()) {
                return;
            }
            for (ServerPlan part : toCopy) {
                if (!failures.containsKey(part.name())) {
                    finish(part, position.get(), "it is a copy of the primary and replicates");
                }
            }
        }

        private static Optional<SyncStep.Repair> repairStep(ServerPlan part) {
            return part.work().stream()
                    .filter(SyncStep.Repair.class::isInstance)
                    .map(SyncStep.Repair.class::cast)
                    .findFirst();
        }

        /** Returns false where a copy costs less; true when it is done, well or not. */
        private boolean repair(ServerPlan part, SyncStep.Repair step) throws InterruptedException {
            ServerFacts facts = inspection.server(part.name());
            ServerFacts primary = inspection.primary();
            try (Connection connection = connector.open(primary.server(), StepRunner.PATIENCE)) {
                requireSameServer(connection, primary);
            } catch (SQLException e) {
                fail(
                        part.name(),
                        new SyncException(
                                primary.name() + " cannot be read: " + Failures.brief(e), e),
                        failures);
                return true;
            } catch (SyncException e) {
                fail(part.name(), e, failures);
                return true;
            }
            try {
                RepairSeeder.Outcome outcome =
                        new ReplicaRepair(connector, seedSettings, neighbours, stateDir)
                                .run(
                                        step,
                                        jobs.primary(List.of(part)),
                                        new SeedTarget(facts.server(), facts.version()),
                                        this);
                return switch (outcome) {
                    case RepairSeeder.Outcome.TooDifferent(String why) -> {
                        progress.onNote(
                                part.name(), "it is copied instead of repaired, since " + why);
                        yield false;
                    }
                    case RepairSeeder.Outcome.Repaired(Position at, long rows, int tables) -> {
                        finish(
                                part,
                                at,
                                "%d rows and %d whole tables that differed from the primary were repaired, and it replicates"
                                        .formatted(rows, tables));
                        yield true;
                    }
                };
            } catch (SyncException e) {
                fail(part.name(), e, failures);
                return true;
            }
        }

        private boolean prepare(ServerPlan part) throws InterruptedException {
            ServerFacts facts = inspection.server(part.name());
            try {
                proveItCanReplicate(facts);
                for (SyncStep step : part.work()) {
                    if (step.seeds()) {
                        return true;
                    }
                    steps.run(step, facts.server(), facts, Optional.empty());
                }
            } catch (SyncException e) {
                fail(part.name(), e, failures);
            }
            return false;
        }

        /**
         * Better to learn before the copy than after it that replication words are refused. From
         * here on the server lets nobody write: a copy that cannot begin leaves it as it was looked
         * at.
         */
        private void proveItCanReplicate(ServerFacts facts) throws SyncException {
            try (Connection connection = connector.open(facts.server(), StepRunner.PATIENCE)) {
                requireSameServer(connection, facts);
                Queries.run(connection, facts.dialect().stopReplica());
                Queries.runAll(connection, facts.dialect().readOnlyOn());
            } catch (SQLException e) {
                throw new SyncException(
                        facts.name() + " cannot become a replica: " + Failures.brief(e), e);
            }
        }

        /** From a replica as long as that is one, if the plan says so; else from the primary. */
        private Optional<Position> copy(List<ServerPlan> parts) throws InterruptedException {
            Optional<ServerFacts> donor = jobs.donor(parts);
            if (donor.isPresent()) {
                try {
                    return Optional.of(jobs.copy(donor.get(), parts));
                } catch (SyncException e) {
                    String instead =
                            "it is copied from %s and not from %s any more: %s"
                                    .formatted(
                                            inspection.primary().name(),
                                            donor.get().name(),
                                            e.getMessage());
                    lacking(parts).forEach(part -> progress.onNote(part.name(), instead));
                }
            }
            List<ServerPlan> lacking = lacking(parts);
            if (lacking.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(jobs.copy(inspection.primary(), lacking));
            } catch (SyncException e) {
                lacking.forEach(part -> fail(part.name(), e, failures));
                return Optional.empty();
            }
        }

        private List<ServerPlan> lacking(List<ServerPlan> parts) {
            return parts.stream().filter(part -> !failures.containsKey(part.name())).toList();
        }

        private void finish(ServerPlan part, Position position, String how)
                throws InterruptedException {
            ServerFacts facts = inspection.server(part.name());
            try {
                // The copy has brought the primary's accounts, and ended the replica's own.
                ServerSpec server = logins.resolve(facts.server());
                boolean afterCopy = false;
                for (SyncStep step : part.work()) {
                    if (afterCopy) {
                        steps.run(step, server, facts, Optional.of(position));
                    }
                    if (step instanceof SyncStep.Replicate) {
                        clearMarker(server);
                    }
                    afterCopy |= step.seeds();
                }
                log.info("seeded server={} position={}", part.name(), position);
                progress.onDone(part.name(), Optional.of(how));
            } catch (SQLException e) {
                fail(
                        part.name(),
                        new SyncException(
                                "after the copy, %s refuses: %s"
                                        .formatted(part.name(), Failures.brief(e)),
                                e),
                        failures);
            } catch (SyncException e) {
                fail(part.name(), e, failures);
            }
        }

        private void clearMarker(ServerSpec server) throws SQLException {
            try (Connection connection = connector.open(server, StepRunner.PATIENCE)) {
                SeedMarker.clear(connection);
            }
        }

        @Override
        public void onProgress(String replica, SeedProgress seedProgress) {
            progress.onSeeding(replica, seedProgress);
        }

        @Override
        public void onNote(String replica, String sentence) {
            progress.onNote(replica, sentence);
        }

        @Override
        public void onFailed(String replica, SyncException failure) {
            fail(replica, failure, failures);
        }
    }
}
