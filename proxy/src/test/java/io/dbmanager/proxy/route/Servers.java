package io.dbmanager.proxy.route;

import io.dbmanager.common.Lag;
import io.dbmanager.common.Position;
import io.dbmanager.common.PrimaryStatus;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.TopologySnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Topologies for tests: the primary dbwrite and the replicas given. */
final class Servers {
    static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private Servers() {}

    static TopologySnapshot of(ReplicaStatus... replicas) {
        PrimaryStatus primary =
                new PrimaryStatus(
                        "dbwrite",
                        new ServerAddress("10.0.0.1", 3306),
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        new Position.Unknown("not asked"),
                        Optional.empty());
        return new TopologySnapshot(NOW, 1, 1, true, primary, List.of(replicas), List.of());
    }

    static ReplicaStatus replica(String name) {
        return replica(
                name,
                ReplicaState.REPLICATING,
                true,
                new Position.Unknown("not asked"),
                Optional.empty());
    }

    static ReplicaStatus replica(
            String name,
            ReplicaState state,
            boolean takesReads,
            Position position,
            Optional<Instant> heartbeat) {
        return new ReplicaStatus(
                name,
                new ServerAddress("10.0.0.2", 3306),
                state,
                Optional.empty(),
                Lag.known(Duration.ZERO),
                position,
                "",
                true,
                true,
                Optional.empty(),
                takesReads,
                heartbeat,
                Optional.empty());
    }
}
