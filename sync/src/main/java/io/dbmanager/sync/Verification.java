package io.dbmanager.sync;

import io.dbmanager.common.FindingKind;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.sync.inspect.GtidMode;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.run.Survey;
import io.dbmanager.sync.seed.CompareCheckpoint;
import io.dbmanager.sync.seed.CompareSettings;
import io.dbmanager.sync.seed.SeedSource;
import io.dbmanager.sync.seed.SeedTarget;
import io.dbmanager.sync.seed.TableComparer;
import io.dbmanager.sync.watch.ClusterState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares replicas with the primary in the background, one after the other. */
final class Verification {
    private static final Logger log = LoggerFactory.getLogger(Verification.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How soon after a start one that was cut off goes on. */
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final int NAMES_TOLD = 20;

    private final Supplier<Services> services;
    private final SyncSettings settings;
    private final ServerConnector connector;
    private final Survey survey;
    private final ClusterState state;
    private final ExecutorService threads;
    private final SyncListener listener;
    private final AtomicBoolean running = new AtomicBoolean();
    private final Map<String, SeedProgress> underWay = new ConcurrentHashMap<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    Verification(
            Supplier<Services> services,
            SyncSettings settings,
            ServerConnector connector,
            Survey survey,
            ClusterState state,
            SyncListener listener,
            ExecutorService threads) {
        this.services = services;
        this.settings = settings;
        this.listener = listener;
        this.connector = connector;
        this.survey = survey;
        this.state = state;
        this.threads = threads;
    }

    /** From now on begins by itself as often as the settings say. */
    void schedule() {
        if (!settings.verify().every().isZero() && scheduled.compareAndSet(false, true)) {
            threads.execute(this::beginAgainAndAgain);
        }
    }

    private void beginAgainAndAgain() {
        try {
            Duration every = settings.verify().every();
            boolean cutOff =
                    services.get().replicas().stream()
                            .anyMatch(replica -> CompareCheckpoint.exists(file(replica.name())));
            Thread.sleep(cutOff && SOON.compareTo(every) < 0 ? SOON : every);
            while (true) {
                if (begin(Optional.empty()) instanceof ActionAnswer.Busy(String detail)) {
                    log.info("the comparison that is due is left out: {}", detail);
                }
                Thread.sleep(every);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** How far comparisons under way have come, by replica. */
    Map<String, SeedProgress> underWay() {
        return Map.copyOf(underWay);
    }

    private Path file(String replica) {
        return settings.stateDir().resolve("verify-" + replica);
    }

    ActionAnswer begin(Optional<String> replica) {
        Services known = services.get();
        Optional<String> unknown = replica.filter(name -> known.replica(name).isEmpty());
        if (unknown.isPresent()) {
            return new ActionAnswer.UnknownReplica(unknown.get());
        }
        List<String> names =
                known.replicas().stream()
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
                        + known.primary().name()
                        + ": definitions, accounts, and rows part by part");
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
                differences.forEach(
                        difference -> log.warn("differs server={} what=\"{}\"", name, difference));
                state.event(name, "differs", describe(differences));
                // Only told: what differs may exist nowhere else, so the cure is for people to ask
                // for.
                state.found(name, FindingKind.DRIFT.because("it differs from its primary"));
            }
        } catch (SyncException e) {
            state.event(name, "verify_failed", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log.error("comparing failed server={}", name, e);
            state.event(name, "verify_failed", "comparing it failed: " + e);
        } finally {
            underWay.remove(name);
        }
    }

    private List<String> compare(String name) throws SyncException, InterruptedException {
        Inspection inspection = survey.around(name);
        ServerFacts primary = inspection.primary();
        ServerFacts replica = inspection.server(name);
        boolean gtids =
                primary.gtidMode() == GtidMode.ON
                        && replica.channel().filter(channel -> channel.autoPosition()).isPresent();
        CompareCheckpoint checkpoint =
                CompareCheckpoint.open(
                        file(name),
                        primary.identity() + " with " + replica.identity(),
                        Instant.now());
        return new TableComparer(
                        connector,
                        new CompareSettings(PATIENCE, settings.verify().bytesPerSecond()),
                        progress -> {
                            underWay.put(name, progress);
                            listener.onVerifying(name, progress);
                        })
                .differences(
                        new SeedSource(
                                primary.server(), primary.version(), primary.identity(), gtids),
                        new SeedTarget(replica.server(), replica.version()),
                        Optional.of(checkpoint));
    }

    private static String describe(List<String> differences) {
        List<String> told = differences.stream().limit(NAMES_TOLD).toList();
        int more = differences.size() - told.size();
        return String.join("; ", told)
                + (more > 0 ? "; and " + more + " more, which the log tells" : "")
                + ": make it equal with startsync resync";
    }
}
