package io.dbmanager.sync.run;

import io.dbmanager.common.Position;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncPlan.ServerPlan;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.jdbc.Failures;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.plan.SyncStep;
import io.dbmanager.sync.seed.CopySeeder;
import io.dbmanager.sync.seed.Neighbours;
import io.dbmanager.sync.seed.SeedListener;
import io.dbmanager.sync.seed.SeedSettings;
import io.dbmanager.sync.seed.SeedSource;
import io.dbmanager.sync.seed.SeedTarget;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies for several replicas from one reading of one server, which the plan has chosen. */
final class CopyJobs {
    private static final Logger log = LoggerFactory.getLogger(CopyJobs.class);

    private final ServerConnector connector;
    private final Logins logins;
    private final SeedSettings settings;
    private final Neighbours neighbours;
    private final Inspection inspection;
    private final SeedListener listener;
    private boolean attempted;

    CopyJobs(
            ServerConnector connector,
            Logins logins,
            SeedSettings settings,
            Neighbours neighbours,
            Inspection inspection,
            SeedListener listener) {
        this.connector = connector;
        this.logins = logins;
        this.settings = settings;
        this.neighbours = neighbours;
        this.inspection = inspection;
        this.listener = listener;
    }

    /** The replica that the plan says is to be copied; empty for the primary. */
    Optional<ServerFacts> donor(List<ServerPlan> parts) {
        return parts.stream()
                .flatMap(part -> part.work().stream())
                .filter(SyncStep.Copy.class::isInstance)
                .map(step -> ((SyncStep.Copy) step).donor().name())
                .filter(name -> !name.equals(inspection.primary().name()))
                .findFirst()
                .map(inspection::server);
    }

    /**
     * Copies.
     *
     * @param from the primary or a replica of it
     * @return the position in the primary's history that the copies stand at
     * @throws SyncException if it cannot be read, or no replica is left: those that have dropped
     *     out have been told of
     */
    Position copy(ServerFacts from, List<ServerPlan> parts)
            throws SyncException, InterruptedException {
        try (Connection connection = connector.open(from.server(), StepRunner.PATIENCE)) {
            SeedRun.requireSameServer(connection, from);
        } catch (SQLException e) {
            throw new SyncException(from.name() + " cannot be copied: " + Failures.brief(e), e);
        }
        SeedSource primary = primary(parts);
        SeedSource source =
                from.name().equals(inspection.primary().name())
                        ? primary
                        : new SeedSource(
                                from.server(),
                                from.version(),
                                primary.identity(),
                                primary.gtids(),
                                Optional.of(primary.server()));
        boolean secondAttempt = attempted;
        attempted = true;
        return new CopySeeder(connector, from.dialect(), settings, neighbours)
                .seed(
                        source,
                        parts.stream().map(part -> target(part, secondAttempt)).toList(),
                        listener);
    }

    /** A copy that failed may have brought the primary's accounts already. */
    private SeedTarget target(ServerPlan part, boolean secondAttempt) {
        ServerFacts facts = inspection.server(part.name());
        if (!secondAttempt) {
            return new SeedTarget(facts.server(), facts.version());
        }
        try {
            return new SeedTarget(logins.resolve(facts.server()), facts.version());
        } catch (SQLException e) {
            // The copy goes to the others, and says itself that it cannot log in to this one.
            log.debug("login not settled server={} reason={}", part.name(), e.getMessage());
            return new SeedTarget(facts.server(), facts.version());
        }
    }

    /** The primary as what is read, for replicas that have these plans. */
    SeedSource primary(List<ServerPlan> parts) {
        ServerFacts primary = inspection.primary();
        boolean gtids =
                parts.stream()
                        .flatMap(part -> part.work().stream())
                        .anyMatch(step -> step instanceof SyncStep.Replicate r && r.gtids());
        return new SeedSource(primary.server(), primary.version(), primary.identity(), gtids);
    }
}
