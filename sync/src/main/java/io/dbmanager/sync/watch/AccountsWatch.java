package io.dbmanager.sync.watch;

import io.dbmanager.common.Finding;
import io.dbmanager.common.FindingKind;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncSettings;
import io.dbmanager.sync.run.AccountCare;
import io.dbmanager.sync.run.RunLock;
import io.dbmanager.sync.seed.AccountRepair.Differences;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then whether the replicas' accounts are still the primary's: a change made on a
 * replica without the binary log is told by no GTID. What differs is named when it is first seen,
 * and put right when it is seen again.
 */
final class AccountsWatch {
    private static final Logger log = LoggerFactory.getLogger(AccountsWatch.class);
    private static final int NAMES_TOLD = 10;

    private final AccountCare care;
    private final RepairShop repairs;
    private final RunLock runLock;
    private final ClusterState state;
    private final SyncSettings settings;
    private final Supplier<Services> services;
    private final Map<String, List<String>> seen = new ConcurrentHashMap<>();
    private final Map<String, Finding> found = new ConcurrentHashMap<>();

    AccountsWatch(
            AccountCare care,
            RepairShop repairs,
            RunLock runLock,
            ClusterState state,
            SyncSettings settings,
            Supplier<Services> services) {
        this.care = care;
        this.repairs = repairs;
        this.runLock = runLock;
        this.state = state;
        this.settings = settings;
        this.services = services;
    }

    /** What was found of a replica when it was last looked at. */
    Optional<Finding> finding(String replica) {
        return Optional.ofNullable(found.get(replica));
    }

    /** Looks at all replicas that are well otherwise. */
    void look() throws InterruptedException {
        for (ServerSpec replica : services.get().replicas()) {
            try {
                look(replica);
            } catch (SyncException e) {
                // Whatever else is wrong is told by the watch.
                log.debug(
                        "accounts not looked at server={} reason=\"{}\"",
                        replica.name(),
                        e.getMessage());
            } catch (RuntimeException e) {
                log.error("looking at accounts failed server={}", replica.name(), e);
            }
        }
    }

    private void look(ServerSpec replica) throws SyncException, InterruptedException {
        String name = replica.name();
        Optional<String> believed = state.primary().serverUuid();
        if (believed.isEmpty() || !isWell(name)) {
            return;
        }
        Differences now = care.differences(services.get().primary(), believed.get(), replica);
        if (now.accounts().isEmpty()) {
            forget(name);
            return;
        }
        boolean again = now.accounts().equals(seen.put(name, now.accounts()));
        Optional<String> obstacle = obstacle(name, now);
        found.put(name, FindingKind.ACCOUNTS_DIFFER.because(describe(now, obstacle)));
        if (again && obstacle.isEmpty()) {
            repair(replica, believed.get());
        }
    }

    private boolean isWell(String replica) {
        return state.primary().reachable()
                && !repairs.isBusy(replica)
                && state.replica(replica)
                        .filter(status -> status.state() == ReplicaState.REPLICATING)
                        .map(ReplicaStatus::errant)
                        .filter(String::isEmpty)
                        .isPresent();
    }

    private Optional<String> obstacle(String replica, Differences differences) {
        if (!differences.alike()) {
            return Optional.of(
                    "its version keeps accounts in another form: startsync resync " + replica);
        }
        return settings.resync() == SyncSettings.ResyncMode.MANUAL
                ? Optional.of("resyncs are manual: ask for one with startsync resync " + replica)
                : Optional.empty();
    }

    private static String describe(Differences differences, Optional<String> obstacle) {
        List<String> names = differences.accounts();
        int more = names.size() - NAMES_TOLD;
        return "accounts differ from its primary's: "
                + String.join(", ", names.stream().limit(NAMES_TOLD).toList())
                + (more > 0 ? " and " + more + " more" : "")
                + obstacle.map(why -> ". " + why).orElse("");
    }

    private void repair(ServerSpec replica, String believed)
            throws SyncException, InterruptedException {
        String name = replica.name();
        if (!repairs.claim(name)) {
            return;
        }
        try {
            state.paused(name, "its accounts are being put right");
            runLock.hold();
            Optional<Path> saved = care.repair(services.get().primary(), believed, replica);
            List<String> names = seen.getOrDefault(name, List.of());
            forget(name);
            saved.ifPresent(file ->
                    state.event(
                            name,
                            "accounts_repaired",
                            "made the primary's again: %s. As they were they are saved in %s"
                                    .formatted(String.join(", ", names), file)));
        } catch (SyncException e) {
            found.computeIfPresent(
                    name, (_, told) -> told.kind().because(told.detail() + ". " + e.getMessage()));
        } finally {
            repairs.release(name, false, "");
        }
    }

    private void forget(String replica) {
        seen.remove(replica);
        found.remove(replica);
    }
}
