package io.dbmanager.sync;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.sync.inspect.GtidMode;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.run.Survey;
import io.dbmanager.sync.seed.SeedSource;
import io.dbmanager.sync.seed.SeedTarget;
import io.dbmanager.sync.seed.TableComparer;
import io.dbmanager.sync.watch.ClusterState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares replicas with the primary in the background, one after the other. */
final class Verification {
    private static final Logger log = LoggerFactory.getLogger(Verification.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int NAMES_TOLD = 20;

    private final Services services;
    private final ServerConnector connector;
    private final Survey survey;
    private final ClusterState state;
    private final ExecutorService threads;
    private final AtomicBoolean running = new AtomicBoolean();

    Verification(
            Services services,
            ServerConnector connector,
            Survey survey,
            ClusterState state,
            ExecutorService threads) {
        this.services = services;
        this.connector = connector;
        this.survey = survey;
        this.state = state;
        this.threads = threads;
    }

    ActionAnswer begin(Optional<String> replica) {
        Optional<String> unknown = replica.filter(name -> services.replica(name).isEmpty());
        if (unknown.isPresent()) {
            return new ActionAnswer.UnknownReplica(unknown.get());
        }
        List<String> names =
                services.replicas().stream()
                        .map(ServerSpec::name)
                        .filter(name -> replica.isEmpty() || replica.get().equals(name))
                        .toList();
        if (!running.compareAndSet(false, true)) {
            return new ActionAnswer.Busy("a comparison runs already");
        }
        threads.execute(() -> verify(names));
        return new ActionAnswer.Accepted(
                "compare "
                        + String.join(" and ", names)
                        + " with "
                        + services.primary().name()
                        + " table by table");
    }

    private void verify(List<String> names) {
        try {
            for (String name : names) {
                verify(name);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            running.set(false);
        }
    }

    private void verify(String name) throws InterruptedException {
        try {
            state.event(name, "verify_started", "comparing it with its primary");
            List<String> differences = compare(name);
            if (differences.isEmpty()) {
                state.event(
                        name,
                        "verified",
                        "definitions, rows and accounts are equal to its primary's");
            } else {
                state.event(name, "differs", describe(differences));
            }
        } catch (SyncException e) {
            state.event(name, "verify_failed", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log.error("comparing failed server={}", name, e);
            state.event(name, "verify_failed", "comparing it failed: " + e);
        }
    }

    private List<String> compare(String name) throws SyncException, InterruptedException {
        Inspection inspection = survey.around(name);
        ServerFacts primary = inspection.primary();
        ServerFacts replica = inspection.server(name);
        boolean gtids =
                primary.gtidMode() == GtidMode.ON
                        && replica.channel().filter(channel -> channel.autoPosition()).isPresent();
        return new TableComparer(connector, primary.dialect(), PATIENCE)
                .differences(
                        new SeedSource(primary.server(), primary.version(), gtids),
                        new SeedTarget(replica.server(), replica.version()));
    }

    private static String describe(List<String> differences) {
        List<String> told = differences.stream().limit(NAMES_TOLD).toList();
        int more = differences.size() - told.size();
        return String.join(", ", told)
                + (more > 0 ? " and " + more + " more" : "")
                + ": copy it again with startsync resync to make it equal";
    }
}
