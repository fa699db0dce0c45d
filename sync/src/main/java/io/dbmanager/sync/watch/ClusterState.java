package io.dbmanager.sync.watch;

import io.dbmanager.common.Finding;
import io.dbmanager.common.FindingKind;
import io.dbmanager.common.Lag;
import io.dbmanager.common.Position;
import io.dbmanager.common.PrimaryStatus;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologyEvent;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.sync.SyncListener;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers what the watchers see and publishes it; every change makes a new snapshot. */
public final class ClusterState {
    private static final Logger log = LoggerFactory.getLogger(ClusterState.class);
    private static final int EVENTS_KEPT = 50;

    private final ReentrantLock lock = new ReentrantLock();
    private final Topology topology;
    private final SyncListener listener;
    private final Clock clock;
    private final Map<String, ReplicaStatus> replicas = new LinkedHashMap<>();
    private final Map<String, Map<FindingKind, Finding>> standing = new HashMap<>();
    private final Deque<TopologyEvent> events = new ArrayDeque<>();
    private PrimaryStatus primary;
    private long epoch;
    private boolean started;
    private boolean closed;

    public ClusterState(Topology topology, SyncListener listener, Clock clock) {
        this.topology = topology;
        this.listener = listener;
        this.clock = clock;
        TopologySnapshot first = topology.current();
        this.primary = first.primary();
        this.epoch = first.epoch();
        first.replicas().forEach(replica -> replicas.put(replica.name(), replica));
    }

    public void primary(PrimaryStatus next) {
        change(() -> primary = next);
    }

    public void replica(String name, UnaryOperator<ReplicaStatus> change) {
        change(() -> replicas.computeIfPresent(name, (_, old) -> withStanding(change.apply(old))));
    }

    private ReplicaStatus withStanding(ReplicaStatus status) {
        Set<Finding> all = new LinkedHashSet<>(status.findings());
        all.addAll(standing.getOrDefault(status.name(), Map.of()).values());
        return status.with(List.copyOf(all));
    }

    /**
     * Notes what a look does not show and only a copy or a repair puts right, such as rows that
     * differ: it is told with the replica until it is cleared.
     */
    public void stand(String replica, Finding finding) {
        change(() ->
                standing.computeIfAbsent(replica, _ -> new EnumMap<>(FindingKind.class))
                        .put(finding.kind(), finding));
        found(replica, finding);
    }

    /** What {@link #stand} has noted has been put right. */
    public void clear(String replica, FindingKind kind) {
        change(() -> standing.getOrDefault(replica, new HashMap<>()).remove(kind));
    }

    /** The replica has been made anew: nothing of what was noted is true any longer. */
    public void clear(String replica) {
        change(() -> standing.remove(replica));
    }

    /** What {@link #stand} has noted. */
    public List<Finding> standing(String replica) {
        lock.lock();
        try {
            return List.copyOf(standing.getOrDefault(replica, Map.of()).values());
        } finally {
            lock.unlock();
        }
    }

    /** Tells of something that has just been found. */
    public void found(String server, Finding finding) {
        event(server, finding.kind().id(), finding.detail() + "; see " + finding.kind().page());
    }

    /** The replicas are these from now on; what is known of those that stay is kept. */
    void replicas(List<ServerSpec> specs) {
        change(() -> {
            Map<String, ReplicaStatus> before = Map.copyOf(replicas);
            replicas.clear();
            for (ServerSpec spec : specs) {
                ReplicaStatus known = before.get(spec.name());
                boolean stays = known != null && known.address().equals(spec.address());
                replicas.put(spec.name(), stays ? known : ReplicaStatus.waiting(spec));
            }
        });
    }

    /** A copy to the replica is under way: it takes no reads. */
    public void seeding(String name, SeedProgress progress) {
        replica(
                name,
                old ->
                        unfit(
                                old,
                                ReplicaState.SEEDING,
                                "a copy to it is under way",
                                Optional.of(progress)));
    }

    /**
     * Something short is done to the replica: what is known of it goes stale, so it takes no reads.
     */
    public void paused(String name, String why) {
        replica(
                name,
                old ->
                        new ReplicaStatus(
                                old.name(),
                                old.address(),
                                old.state(),
                                Optional.of(why),
                                Lag.unknown(why),
                                old.position(),
                                old.errant(),
                                old.ioRunning(),
                                old.sqlRunning(),
                                old.lastError(),
                                false,
                                old.heartbeatSeen(),
                                old.seed(),
                                old.findings()));
    }

    /** Something that was done to the replica went wrong. */
    public void failed(String name, String why) {
        replica(name, old -> unfit(old, ReplicaState.NEEDS_RESYNC, why, Optional.empty()));
        event(name, "failed", why);
    }

    private static ReplicaStatus unfit(
            ReplicaStatus old, ReplicaState state, String why, Optional<SeedProgress> seed) {
        return new ReplicaStatus(
                old.name(),
                old.address(),
                state,
                Optional.of(why),
                Lag.unknown(why),
                new Position.Unknown(why),
                "",
                false,
                false,
                Optional.empty(),
                false,
                Optional.empty(),
                seed);
    }

    public Optional<ReplicaStatus> replica(String name) {
        return topology.current().replica(name);
    }

    public PrimaryStatus primary() {
        return topology.current().primary();
    }

    public List<ReplicaStatus> replicas() {
        return topology.current().replicas();
    }

    /** How far those replicas are behind that replicate and of which it is known, by name. */
    public Map<String, Duration> lags() {
        Map<String, Duration> lags = new HashMap<>();
        for (ReplicaStatus replica : replicas()) {
            if (replica.sqlRunning() && replica.lag() instanceof Lag.Known(Duration behind)) {
                lags.put(replica.name(), behind);
            }
        }
        return lags;
    }

    /** The first sync has ended. */
    public void started() {
        change(() -> started = true);
    }

    /** Another server has become the primary, or it is known now in which epoch this one is. */
    void epoch(long number) {
        change(() -> epoch = number);
    }

    /** Something happened that an operator would want to read. */
    public void event(String server, String event, String detail) {
        TopologyEvent happened = new TopologyEvent(clock.instant(), server, event, detail);
        boolean published =
                change(() -> {
                    events.addFirst(happened);
                    while (events.size() > EVENTS_KEPT) {
                        events.removeLast();
                    }
                });
        if (!published) {
            return;
        }
        log.info("event server={} event={} detail=\"{}\"", server, event, detail);
        listener.onEvent(happened);
    }

    /** What is seen from now on is the end of watching, and nobody's news. */
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the change was made. */
    private boolean change(Runnable change) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            change.run();
            topology.publish(
                    new TopologySnapshot(
                            clock.instant(),
                            topology.current().version() + 1,
                            epoch,
                            started,
                            primary,
                            List.copyOf(replicas.values()),
                            List.copyOf(events)));
            return true;
        } finally {
            lock.unlock();
        }
    }
}
