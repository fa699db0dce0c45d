package io.dbmanager.sync;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ManagingLogin;
import io.dbmanager.common.Secret;
import io.dbmanager.common.Services;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.plan.RotationPlanner;
import io.dbmanager.sync.plan.RotationStep;
import io.dbmanager.sync.run.RotationNote;
import io.dbmanager.sync.run.RotationNote.Rotation;
import io.dbmanager.sync.run.RotationRunner;
import io.dbmanager.sync.run.RunLock;
import io.dbmanager.sync.run.Survey;
import io.dbmanager.sync.watch.ClusterState;
import io.dbmanager.sync.watch.RepairShop;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the passwords of the managing account and of the replication accounts, in the background,
 * and finishes what an earlier process has begun. {@link RotationPlanner} tells the order.
 */
final class PasswordRotation {
    private static final Logger log = LoggerFactory.getLogger(PasswordRotation.class);

    /** How often a change that could not be finished is tried again. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(50);

    /** As long as a repair that is under way may keep a replica. */
    private static final Duration CLAIM_PATIENCE = Duration.ofSeconds(30);

    private final Supplier<Services> services;
    private final ManagingLogin managing;
    private final PasswordKeeper keeper;
    private final SyncSettings settings;
    private final ServerConnector connector;
    private final Survey survey;
    private final RunLock runLock;
    private final RepairShop repairs;
    private final ClusterState state;
    private final ExecutorService threads;
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicBoolean tended = new AtomicBoolean();
    private String lastFailure = "";

    PasswordRotation(
            Supplier<Services> services,
            ManagingLogin managing,
            PasswordKeeper keeper,
            SyncSettings settings,
            ServerConnector connector,
            Survey survey,
            RunLock runLock,
            RepairShop repairs,
            ClusterState state,
            ExecutorService threads) {
        this.services = services;
        this.managing = managing;
        this.keeper = keeper;
        this.settings = settings;
        this.connector = connector;
        this.survey = survey;
        this.runLock = runLock;
        this.repairs = repairs;
        this.state = state;
        this.threads = threads;
    }

    /** What is to be done, with the one that does it. */
    private record Prepared(RotationRunner runner, List<RotationStep> steps) {
        String describe() {
            return steps.isEmpty()
                    ? "nothing is left to do from here"
                    : steps.stream().map(RotationStep::describe).collect(Collectors.joining("; "));
        }
    }

    private RotationNote note() {
        return new RotationNote(settings.stateDir(), services.get().primary().address());
    }

    /** Makes both passwords of a change that was cut off known to all who log in. */
    void recall() {
        try {
            note().read()
                    .ifPresent(rotation -> {
                        managing.expect(rotation.next());
                        managing.expect(rotation.before());
                    });
        } catch (IOException e) {
            log.warn("a change of password under way is not known reason=\"{}\"", e.getMessage());
        }
    }

    /**
     * Begins a change, or goes on with one that was cut off.
     *
     * @param wanted the new password; empty for one that is made up
     */
    ActionAnswer begin(Optional<Secret> wanted) {
        if (!running.compareAndSet(false, true)) {
            return new ActionAnswer.Busy("passwords are being changed already");
        }
        boolean begun = false;
        try {
            Prepared prepared = prepare(rotation(wanted));
            threads.execute(() -> {
                try {
                    run(prepared);
                } finally {
                    running.set(false);
                }
            });
            begun = true;
            return new ActionAnswer.Accepted(
                    services.get().primary().name() + ": " + prepared.describe());
        } catch (SyncException e) {
            return new ActionAnswer.Refused(String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new ActionAnswer.Refused("interrupted");
        } finally {
            if (!begun) {
                running.set(false);
            }
        }
    }

    /** From now on finishes what was cut off, or waits for the environment, by itself. */
    void tend() {
        if (tended.compareAndSet(false, true)) {
            threads.execute(() -> {
                try {
                    while (true) {
                        Thread.sleep(AGAIN);
                        finish();
                    }
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    /** Finishes what was cut off, as far as it can be now. */
    void finish() throws InterruptedException {
        if (!note().exists() || !running.compareAndSet(false, true)) {
            return;
        }
        try {
            Optional<Rotation> noted = noted();
            if (noted.isPresent()) {
                Prepared prepared = prepare(noted.get());
                if (!prepared.steps().isEmpty()) {
                    run(prepared);
                }
            }
        } catch (SyncException e) {
            // It is tried again: what stands in the way is told by the watch.
            log.debug("passwords not changed yet reason=\"{}\"", e.getMessage());
        } finally {
            running.set(false);
        }
    }

    private Optional<Rotation> noted() throws SyncException {
        try {
            return note().read();
        } catch (IOException e) {
            throw new SyncException(
                    "the note of a change of password cannot be read (%s): see to it, or remove it where the password of environment.json works on all servers"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    private Rotation rotation(Optional<Secret> wanted) throws SyncException {
        Credentials now =
                keeper.current()
                        .orElseThrow(() ->
                                new SyncException(
                                        "the password cannot be changed: "
                                                + keeper.obstacle()
                                                        .orElse(
                                                                "environment.json is not to be"
                                                                        + " read now")));
        Optional<Rotation> noted = noted();
        if (noted.isPresent()) {
            Secret next = noted.get().next().password();
            if (wanted.isPresent() && !wanted.get().equals(next)) {
                throw new SyncException(
                        "a change to another password was begun and has not ended: finish it first, with startsync rotate-password alone"
                                + keeper.obstacle().map(why -> " (" + why + ")").orElse(""));
            }
            return noted.get();
        }
        Optional<String> byHand = keeper.obstacle();
        if (wanted.isEmpty() && byHand.isPresent()) {
            throw new SyncException(
                    byHand.get()
                            + ": give the new password with --new-password-file, and change it"
                            + " there afterwards");
        }
        Secret next = wanted.orElseGet(RotationRunner::newPassword);
        requireUsable(next, now.password());
        return new Rotation(now, new Credentials(now.user(), next));
    }

    private static void requireUsable(Secret next, Secret before) throws SyncException {
        String text = next.reveal();
        boolean plain = text.chars().allMatch(c -> c > ' ' && c < 127 && c != '\\');
        if (text.isEmpty() || !plain) {
            throw new SyncException(
                    "the new password must be printable ASCII without spaces and backslashes, and not empty");
        }
        if (next.equals(before)) {
            throw new SyncException("the new password is the one that environment.json has");
        }
    }

    private Prepared prepare(Rotation rotation) throws SyncException, InterruptedException {
        if (state.primary().version().isPresent() && !state.primary().reachable()) {
            throw new SyncException(
                    "nothing can be done while the primary is not there: "
                            + state.primary().whyUnreachable().orElse("it was not seen yet"));
        }
        Inspection inspection = survey.quickly();
        Optional<String> believed = state.primary().serverUuid();
        if (believed.isPresent() && !believed.get().equals(inspection.primary().identity())) {
            throw new SyncException(
                    "another server answers at the primary's address, and has not been examined yet");
        }
        for (ServerFacts replica : inspection.replicas()) {
            requireReplicating(replica, inspection.primary());
        }
        runLock.hold();
        RotationRunner runner =
                new RotationRunner(connector, managing, note(), keeper, inspection, rotation);
        return new Prepared(runner, RotationPlanner.plan(runner.look(environmentHas(rotation))));
    }

    /** What does not replicate would not learn the new password, and knows nothing but the old. */
    private static void requireReplicating(ServerFacts replica, ServerFacts primary)
            throws SyncException {
        boolean replicates =
                replica.channels().size() == 1
                        && replica.channels().getFirst().leadsTo("", primary.server().address())
                        && replica.channel().filter(ChannelStatus::running).isPresent();
        if (!replicates) {
            throw new SyncException(
                    replica.name()
                            + " does not replicate from the primary, so that the new password would"
                            + " not reach it: see startsync status, and change passwords when all"
                            + " replicas replicate");
        }
    }

    private boolean environmentHas(Rotation rotation) throws SyncException {
        Credentials now = keeper.current().orElse(rotation.before());
        if (!now.equals(rotation.next()) && !now.equals(rotation.before())) {
            throw new SyncException(
                    "environment.json gives a login that is neither the one before nor the one after the change that was begun: put one of them there, or remove "
                            + note().file());
        }
        return now.equals(rotation.next());
    }

    private void run(Prepared prepared) {
        String primary = services.get().primary().name();
        try {
            for (RotationStep step : prepared.steps()) {
                if (step instanceof RotationStep.RenewReplication(String replica)) {
                    claim(replica);
                    try {
                        state.paused(replica, "it gets a new password for fetching");
                        prepared.runner().run(step);
                    } finally {
                        repairs.release(replica, false, "");
                    }
                } else {
                    prepared.runner().run(step);
                }
            }
            lastFailure = "";
            state.event(primary, "password_rotated", told());
        } catch (SyncException e) {
            failed(primary, String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("changing passwords failed", e);
            failed(primary, "changing passwords failed: " + e);
        }
    }

    private String told() {
        return note().exists()
                ? "every server has the new password. "
                        + keeper.obstacle().orElse("environment.json has the old one")
                        + ": put it there, too. Until then startsync knows it from its note in"
                        + " state-dir"
                : "every server and environment.json have the new password, and replicas fetch by"
                        + " new ones";
    }

    /** The same trouble is told once, however often it is met. */
    private void failed(String primary, String why) {
        if (!why.equals(lastFailure)) {
            lastFailure = why;
            state.event(primary, "rotation_failed", why);
        }
    }

    private void claim(String replica) throws SyncException, InterruptedException {
        long deadline = System.nanoTime() + CLAIM_PATIENCE.toNanos();
        while (!repairs.claim(replica)) {
            if (System.nanoTime() > deadline) {
                throw new SyncException(replica + " is being worked on: try again afterwards");
            }
            Thread.sleep(PAUSE);
        }
    }
}
