package io.dbmanager.common;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One replica, as last observed.
 *
 * @param reason why the state is not {@code REPLICATING}, for people; empty when it is
 * @param position what it has executed of the primary's history
 * @param errant transactions it has and the primary never had, in the flavour's GTID form; empty
 *     text for none
 * @param lastError the server's own words for why a replication thread stopped
 * @param takesReads whether the proxy may send reads here
 * @param heartbeatSeen when, by this process's clock, the newest heartbeat that has arrived there
 *     was written on the primary: everything written before it is on the replica
 * @param seed present while {@code SEEDING}
 * @param findings all that is not as it should be with it, what matters most first
 */
public record ReplicaStatus(
        String name,
        ServerAddress address,
        ReplicaState state,
        Optional<String> reason,
        Lag lag,
        Position position,
        String errant,
        boolean ioRunning,
        boolean sqlRunning,
        Optional<String> lastError,
        boolean takesReads,
        Optional<Instant> heartbeatSeen,
        Optional<SeedProgress> seed,
        List<Finding> findings) {

    public ReplicaStatus {
        findings = List.copyOf(findings);
    }

    /** A replica of which nothing wrong is known. */
    public ReplicaStatus(
            String name,
            ServerAddress address,
            ReplicaState state,
            Optional<String> reason,
            Lag lag,
            Position position,
            String errant,
            boolean ioRunning,
            boolean sqlRunning,
            Optional<String> lastError,
            boolean takesReads,
            Optional<Instant> heartbeatSeen,
            Optional<SeedProgress> seed) {
        this(
                name,
                address,
                state,
                reason,
                lag,
                position,
                errant,
                ioRunning,
                sqlRunning,
                lastError,
                takesReads,
                heartbeatSeen,
                seed,
                List.of());
    }

    /** The same with other findings. */
    public ReplicaStatus with(List<Finding> others) {
        return new ReplicaStatus(
                name,
                address,
                state,
                reason,
                lag,
                position,
                errant,
                ioRunning,
                sqlRunning,
                lastError,
                takesReads,
                heartbeatSeen,
                seed,
                others);
    }

    /** A replica of which nothing is known yet. */
    public static ReplicaStatus waiting(ServerSpec spec) {
        return new ReplicaStatus(
                spec.name(),
                spec.address(),
                ReplicaState.WAITING,
                Optional.of("not looked at yet"),
                Lag.unknown("not looked at yet"),
                new Position.Unknown("not looked at yet"),
                "",
                false,
                false,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty());
    }
}
