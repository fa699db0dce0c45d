package io.dbmanager.sync.watch;

import io.dbmanager.common.GtidSet;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncSettings;
import io.dbmanager.sync.run.AccountCare;
import io.dbmanager.sync.run.Logins;
import io.dbmanager.sync.run.PrimaryMemory;
import io.dbmanager.sync.run.RunLock;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches all servers until closed, each on a virtual thread of its own: the primary at every
 * interval, each replica whenever a new heartbeat has been written, and at least as often.
 */
public final class Watch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Watch.class);
    private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(2);

    /** Accounts are looked at with each so many looks: they change seldom. */
    private static final int LOOKS_PER_LOOK_AT_ACCOUNTS = 30;

    private final SyncSettings settings;
    private final Logins logins;
    private final ExecutorService threads;
    private final RepairShop repairs;
    private final RunLock runLock;
    private final ClusterState state;
    private final Clock clock;
    private final Beats beats = new Beats();
    private final PrimaryWatcher primary;
    private final AccountsWatch accounts;
    private volatile Services services;
    private final Map<String, ReplicaWatcher> replicas = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private boolean begun;

    public Watch(
            Services services,
            SyncSettings settings,
            Logins logins,
            RepairShop repairs,
            RunLock runLock,
            PrimaryMemory memory,
            AccountCare care,
            ClusterState state,
            Clock clock,
            ExecutorService threads) {
        this.services = services;
        this.settings = settings;
        this.logins = logins;
        this.threads = threads;
        this.repairs = repairs;
        this.runLock = runLock;
        this.state = state;
        this.clock = clock;
        this.primary =
                new PrimaryWatcher(
                        services.primary(),
                        logins,
                        patience(settings),
                        memory,
                        state,
                        beats,
                        clock,
                        this::replicaGtids,
                        this::onSuccessor);
        this.accounts =
                new AccountsWatch(care, repairs, runLock, state, settings, () -> this.services);
        services.replicas().forEach(spec -> replicas.put(spec.name(), newWatcher(spec)));
        repairs.onEnd((name, changed, why) -> {
            ReplicaWatcher watcher = replicas.get(name);
            if (watcher != null) {
                watcher.afterRepair(changed, why);
            }
        });
    }

    private ReplicaWatcher newWatcher(ServerSpec replica) {
        return new ReplicaWatcher(
                replica,
                primary::address,
                logins,
                patience(settings),
                settings.maxLag(),
                state,
                beats,
                clock,
                primary::view,
                accounts::finding,
                repairs);
    }

    /** A look takes at most this long; a slow interval allows for slower answers. */
    private static Duration patience(SyncSettings settings) {
        Duration twoIntervals = settings.probeInterval().multipliedBy(2);
        return twoIntervals.compareTo(SHORTEST_PATIENCE) > 0 ? twoIntervals : SHORTEST_PATIENCE;
    }

    /**
     * What the start has found out about the primary.
     *
     * @param newestEpoch the newest that anybody knows of
     */
    public void expect(String identity, long newestEpoch) {
        primary.expect(identity, newestEpoch);
    }

    /** Begins, once. */
    public synchronized void begin() {
        if (begun) {
            return;
        }
        begun = true;
        threads.execute(this::watchPrimary);
        threads.execute(this::watchAccounts);
        replicas.values().forEach(watcher -> threads.execute(() -> watchReplica(watcher)));
    }

    /**
     * The servers are these from now on. A replica that is new, or is at another address than
     * before, is made; one that is gone takes no more reads and is let be, as it is.
     */
    public synchronized void follow(Services next) {
        services = next;
        List<String> added = new ArrayList<>();
        for (ReplicaWatcher watcher : List.copyOf(replicas.values())) {
            if (next.replica(watcher.server().name()).isEmpty()) {
                replicas.remove(watcher.server().name());
                repairs.remove(watcher.server().name());
                state.event(
                        watcher.server().name(),
                        "replica_removed",
                        "the environment names it no more: it takes no more reads from here, and is"
                                + " left as it is");
            }
        }
        List<ReplicaWatcher> begin = new ArrayList<>();
        for (ServerSpec spec : next.replicas()) {
            ReplicaWatcher before = replicas.get(spec.name());
            if (before != null && before.server().equals(spec)) {
                continue;
            }
            if (before == null || !before.server().address().equals(spec.address())) {
                added.add(spec.name());
                repairs.add(spec.name());
            }
            ReplicaWatcher watcher = newWatcher(spec);
            replicas.put(spec.name(), watcher);
            begin.add(watcher);
        }
        state.replicas(next.replicas());
        added.forEach(name ->
                state.event(
                        name,
                        "replica_added",
                        "the environment names it at "
                                + next.replica(name).orElseThrow().address()));
        primary.follow(next.primary());
        if (begun) {
            begin.forEach(watcher -> threads.execute(() -> watchReplica(watcher)));
        }
    }

    private void watchPrimary() {
        long intervalNanos = settings.probeInterval().toNanos();
        long next = System.nanoTime();
        boolean wasReachable = true;
        try {
            while (!closed) {
                try {
                    primary.look();
                    boolean reachable = primary.view().reachable();
                    if (reachable && !wasReachable) {
                        repairs.tendPrimary();
                    }
                    wasReachable = reachable;
                } catch (SyncException e) {
                    log.warn("primary not tended reason=\"{}\"", e.getMessage());
                } catch (RuntimeException e) {
                    log.error("a look at the primary failed", e);
                }
                next = Math.max(next + intervalNanos, System.nanoTime());
                Thread.sleep(Duration.ofNanos(next - System.nanoTime()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            primary.close();
        }
    }

    private void watchAccounts() {
        try {
            while (!closed) {
                Thread.sleep(settings.probeInterval().multipliedBy(LOOKS_PER_LOOK_AT_ACCOUNTS));
                accounts.look();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void watchReplica(ReplicaWatcher watcher) {
        String name = watcher.server().name();
        try {
            // Another one may have taken its place, when the environment has changed.
            while (!closed && replicas.get(name) == watcher) {
                beats.awaitAfter(watcher.arrivedBeat(), settings.probeInterval());
                long begun = System.nanoTime();
                try {
                    watcher.look(settings.probeInterval());
                } catch (RuntimeException e) {
                    log.error("a look at a replica failed server={}", name, e);
                }
                rest(begun);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            watcher.close();
        }
    }

    /** A replica that is far behind has not got the newest beat: it is not asked without a rest. */
    private void rest(long lookBegunNanos) throws InterruptedException {
        Duration least = settings.probeInterval().dividedBy(4);
        Duration taken = Duration.ofNanos(System.nanoTime() - lookBegunNanos);
        if (taken.compareTo(least) < 0) {
            Thread.sleep(least.minus(taken));
        }
    }

    private Map<String, GtidSet> replicaGtids() {
        Map<String, GtidSet> all = new HashMap<>();
        replicas.forEach((name, watcher) -> watcher.gtids().ifPresent(set -> all.put(name, set)));
        return all;
    }

    /** Without GTIDs a place in the old primary's logs means nothing in those of the new one. */
    private void onSuccessor(String why, boolean gtids) {
        runLock.letGo();
        if (!gtids) {
            replicas.keySet().forEach(name -> repairs.copyAgain(name, why));
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
