package io.dbmanager.sync.run;

import io.dbmanager.common.Position;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.SyncException;
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
import io.dbmanager.sync.seed.SeedSource;
import io.dbmanager.sync.seed.SeedTarget;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes replicas equal to the primary that are not: those that are repaired or cloned one after the
 * other, and all that are copied from one reading of the primary.
 */
final class SeedRun implements SeedListener {
    private static final Logger log = LoggerFactory.getLogger(SeedRun.class);

    private final ServerConnector connector;
    private final Logins logins;
    private final PlanRunner.Progress progress;
    private final Means means;
    private final Inspection inspection;
    private final Map<String, SyncException> failures;
    private final StepRunner steps;
    private final CopyJobs jobs;

    /**
     * What plans are run with.
     *
     * @param neighbours replicas that a copy must leave in use as they are
     * @param restartPatience how long a server that is cloned into may take to come back
     * @param stateDir where is saved what only a replica has and loses
     */
    record Means(
            ServerConnector connector,
            Logins logins,
            SeedSettings seedSettings,
            Neighbours neighbours,
            Duration restartPatience,
            Path stateDir,
            PlanRunner.Progress progress) {
        StepRunner steps(Inspection inspection) {
            return new StepRunner(connector, inspection, progress::onFound);
        }
    }

    /**
     * @param failures what has gone wrong so far, by replica; added to
     */
    SeedRun(Means means, Inspection inspection, Map<String, SyncException> failures) {
        this.connector = means.connector();
        this.logins = means.logins();
        this.progress = means.progress();
        this.means = means;
        this.inspection = inspection;
        this.failures = failures;
        this.steps = means.steps(inspection);
        this.jobs =
                new CopyJobs(
                        connector,
                        logins,
                        means.seedSettings(),
                        means.neighbours(),
                        inspection,
                        this);
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
            if (!isDoneWithoutCopy(part)) {
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

    /** Returns false where it is to be copied; true when it is done, well or not. */
    private boolean isDoneWithoutCopy(ServerPlan part) throws InterruptedException {
        SeedSource source = jobs.primary(List.of(part));
        try {
            if (isBeingClonedInto(inspection.server(part.name()))
                    && cloneInto(
                            part,
                            "a clone that was under way came to nothing, since ",
                            cloning -> cloning.follow(source.gtids()))) {
                return true;
            }
        } catch (SyncException e) {
            fail(part.name(), e);
            return true;
        }
        for (SyncStep step : part.work()) {
            switch (step) {
                case SyncStep.Repair repair -> {
                    return repair(part, repair);
                }
                case SyncStep.Clone clone -> {
                    return cloneInto(
                            part,
                            "it is copied instead of cloned, since ",
                            cloning -> cloning.run(clone, source));
                }
                default -> {}
            }
        }
        return false;
    }

    /** Whether the primary that was looked at is there; where not, nothing can be done. */
    private boolean finds(ServerFacts primary, List<ServerPlan> parts) {
        try (Connection connection = connector.open(primary.server(), StepRunner.PATIENCE)) {
            requireSameServer(connection, primary);
            return true;
        } catch (SQLException e) {
            SyncException failure =
                    new SyncException(primary.name() + " cannot be read: " + Failures.brief(e), e);
            parts.forEach(part -> fail(part.name(), failure));
        } catch (SyncException e) {
            parts.forEach(part -> fail(part.name(), e));
        }
        return false;
    }

    /** What is to be done with a replica by cloning. */
    private interface Cloning {
        ReplicaClone.Outcome run(ReplicaClone cloning) throws SyncException, InterruptedException;
    }

    /** Returns false where it came to nothing; true when it is done, well or not. */
    private boolean cloneInto(ServerPlan part, String toldOfFailure, Cloning work)
            throws InterruptedException {
        if (!finds(inspection.primary(), List.of(part))) {
            return true;
        }
        ReplicaClone cloning =
                new ReplicaClone(
                        connector,
                        logins,
                        means.seedSettings(),
                        means.restartPatience(),
                        this,
                        inspection.primary(),
                        inspection.server(part.name()));
        try {
            return switch (work.run(cloning)) {
                case ReplicaClone.Outcome.NotCloned(String why, _) -> {
                    progress.onNote(part.name(), toldOfFailure + why);
                    yield false;
                }
                case ReplicaClone.Outcome.Cloned(Position at) -> {
                    finish(part, at, "it is a clone of the primary and replicates");
                    yield true;
                }
            };
        } catch (SyncException e) {
            fail(part.name(), e);
            return true;
        }
    }

    /** Whatever the plan says, a server that is being cloned into can be nothing but awaited. */
    private boolean isBeingClonedInto(ServerFacts facts) throws SyncException {
        try (Connection connection = connector.open(facts.server(), StepRunner.PATIENCE)) {
            return CloneStatus.isUnderWay(connection, facts);
        } catch (SQLException e) {
            throw new SyncException(
                    facts.name()
                            + " does not tell whether it is being cloned into: "
                            + Failures.brief(e),
                    e);
        }
    }

    /** Returns false where a copy costs less; true when it is done, well or not. */
    private boolean repair(ServerPlan part, SyncStep.Repair step) throws InterruptedException {
        ServerFacts facts = inspection.server(part.name());
        if (!finds(inspection.primary(), List.of(part))) {
            return true;
        }
        try {
            RepairSeeder.Outcome outcome =
                    new ReplicaRepair(
                                    connector,
                                    means.seedSettings(),
                                    means.neighbours(),
                                    means.stateDir())
                            .run(
                                    step,
                                    jobs.primary(List.of(part)),
                                    new SeedTarget(facts.server(), facts.version()),
                                    this);
            return switch (outcome) {
                case RepairSeeder.Outcome.TooDifferent(String why) -> {
                    progress.onNote(part.name(), "it is copied instead of repaired, since " + why);
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
            fail(part.name(), e);
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
            fail(part.name(), e);
        }
        return false;
    }

    /**
     * Better to learn before the copy than after it that replication words are refused. From here
     * on the server lets nobody write: a copy that cannot begin leaves it as it was looked at.
     */
    private void proveItCanReplicate(ServerFacts facts) throws SyncException, InterruptedException {
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
            lacking.forEach(part -> fail(part.name(), e));
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
                            e));
        } catch (SyncException e) {
            fail(part.name(), e);
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

    private void fail(String replica, SyncException e) {
        if (failures.putIfAbsent(replica, e) == null) {
            progress.onFailed(replica, e);
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
        fail(replica, failure);
    }
}
