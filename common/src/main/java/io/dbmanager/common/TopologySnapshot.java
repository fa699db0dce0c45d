package io.dbmanager.common;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * All servers at one moment: the hinge of the house. The part that keeps replicas publishes it, the
 * proxy reads it once per command, HTTP renders it. Immutable all the way down; what is not known
 * is a value that says why, never 0 and never null.
 *
 * @param version rises by one with each snapshot published
 * @param epoch rises by one each time another server becomes the primary
 * @param started false until the first sync has ended
 * @param lastEvents newest first, bounded
 */
public record TopologySnapshot(
        Instant observedAt,
        long version,
        long epoch,
        boolean started,
        PrimaryStatus primary,
        List<ReplicaStatus> replicas,
        List<TopologyEvent> lastEvents) {

    /** The whole in a word; see {@code state} of {@code /status}. */
    public enum Health {
        HEALTHY,
        DEGRADED,
        NEEDS_RESYNC,
        NO_PRIMARY,
        STARTING;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public TopologySnapshot {
        replicas = List.copyOf(replicas);
        lastEvents = List.copyOf(lastEvents);
    }

    /** Before anything has been looked at. */
    public static TopologySnapshot starting(Services services, Instant now) {
        ServerSpec primary = services.primary();
        PrimaryStatus unknown =
                new PrimaryStatus(
                        primary.name(),
                        primary.address(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        new Position.Unknown("not looked at yet"),
                        Optional.of("not looked at yet"));
        List<ReplicaStatus> waiting =
                services.replicas().stream().map(ReplicaStatus::waiting).toList();
        return new TopologySnapshot(now, 0, 1, false, unknown, waiting, List.of());
    }

    public Health health() {
        if (!started) {
            return Health.STARTING;
        }
        if (!primary.reachable()) {
            return Health.NO_PRIMARY;
        }
        if (!needsResync().isEmpty()) {
            return Health.NEEDS_RESYNC;
        }
        boolean allReplicate =
                replicas.stream().allMatch(r -> r.state() == ReplicaState.REPLICATING);
        return allReplicate ? Health.HEALTHY : Health.DEGRADED;
    }

    /** Names of the replicas that cannot go on. */
    public List<String> needsResync() {
        return replicas.stream()
                .filter(r -> r.state() == ReplicaState.NEEDS_RESYNC)
                .map(ReplicaStatus::name)
                .toList();
    }

    public Optional<ReplicaStatus> replica(String name) {
        // Asked for each read: no stream.
        for (ReplicaStatus replica : replicas) {
            if (replica.name().equals(name)) {
                return Optional.of(replica);
            }
        }
        return Optional.empty();
    }
}
