package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.common.Secret;
import io.dbmanager.common.TopologyEvent;
import io.dbmanager.sync.ActionAnswer;
import io.dbmanager.sync.SyncException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Asks for something to be done to the servers, then tells how it goes until it has ended. */
final class ReplicaAction {
    private static final Duration PAUSE = Duration.ofMillis(300);

    /** Events that end an action well. */
    private static final Set<String> GOOD = Set.of("seeded", "verified", "password_rotated");

    /** Events that end it otherwise. */
    private static final Set<String> BAD =
            Set.of("failed", "differs", "verify_failed", "rotation_failed");

    private final Asking asking;

    ReplicaAction(Asking asking) {
        this.asking = asking;
    }

    ExitCode resync(String name, boolean overwrite)
            throws AppException, SyncException, InterruptedException {
        try (Worker worker = worker()) {
            List<TopologyEvent> before = worker.events();
            begun(worker.resync(name, overwrite));
            return follow(worker, before, List.of(name));
        }
    }

    ExitCode verify(Optional<String> name)
            throws AppException, SyncException, InterruptedException {
        try (Worker worker = worker()) {
            List<TopologyEvent> before = worker.events();
            begun(worker.verify(name));
            return follow(
                    worker, before, name.isPresent() ? List.of(name.get()) : worker.replicas());
        }
    }

    ExitCode rotatePassword(Optional<Secret> password)
            throws AppException, SyncException, InterruptedException {
        try (Worker worker = worker()) {
            List<TopologyEvent> before = worker.events();
            begun(worker.rotatePassword(password));
            return follow(worker, before, List.of(worker.primary()));
        }
    }

    private Worker worker() throws AppException {
        return asking.running().isPresent()
                ? new RemoteWorker(asking.running().get(), asking.context().console())
                : new LocalWorker(asking.standalone());
    }

    private void begun(ActionAnswer answer) throws AppException {
        switch (answer) {
            case ActionAnswer.Accepted(String plan) -> asking.context().console().line(plan);
            case ActionAnswer.UnknownReplica(String name) ->
                    throw AppException.usage("There is no replica named " + name + ".");
            case ActionAnswer.Busy(String detail) -> throw AppException.failed(detail + ".");
            case ActionAnswer.Refused(String reason, boolean wouldLoseData) ->
                    throw new AppException(
                            wouldLoseData ? ExitCode.WOULD_LOSE_DATA : ExitCode.FAILED, reason);
        }
    }

    /** Until each of the replicas has had an event that ends the action. */
    private ExitCode follow(Worker worker, List<TopologyEvent> before, List<String> replicas)
            throws AppException, InterruptedException {
        Set<TopologyEvent> shown = new HashSet<>(before);
        Set<String> waitedFor = new HashSet<>(replicas);
        List<String> failures = new ArrayList<>();
        while (!waitedFor.isEmpty()) {
            for (TopologyEvent event : worker.events().reversed()) {
                if (shown.add(event) && waitedFor.contains(event.server())) {
                    worker.show(event);
                    if (BAD.contains(event.event())) {
                        failures.add(event.server() + ": " + event.detail());
                    }
                    if (BAD.contains(event.event()) || GOOD.contains(event.event())) {
                        waitedFor.remove(event.server());
                    }
                }
            }
            if (!waitedFor.isEmpty()) {
                Thread.sleep(PAUSE);
            }
        }
        if (!failures.isEmpty()) {
            throw AppException.failed(String.join("\n", failures));
        }
        return ExitCode.DONE;
    }
}
