package io.dbmanager.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologySnapshotTest {
    private static final ServerAddress ADDRESS = new ServerAddress("10.0.0.5", 3306);

    private static ReplicaStatus replica(String name, ReplicaState state) {
        return new ReplicaStatus(
                name,
                ADDRESS,
                state,
                Optional.empty(),
                Lag.known(Duration.ZERO),
                new Position.Unknown("test"),
                "",
                true,
                true,
                Optional.empty(),
                true,
                Optional.empty(),
                Optional.empty());
    }

    @ParameterizedTest(name = "started {0}, primary there {1}, {2} and {3}: {4}")
    @CsvSource({
        "false, true,  REPLICATING,  REPLICATING,  starting",
        "false, false, NEEDS_RESYNC, WAITING,      starting",
        "true,  false, REPLICATING,  NEEDS_RESYNC, no_primary",
        "true,  true,  REPLICATING,  NEEDS_RESYNC, needs_resync",
        "true,  true,  UNREACHABLE,  NEEDS_RESYNC, needs_resync",
        "true,  true,  REPLICATING,  LAGGING,      degraded",
        "true,  true,  SEEDING,      REPLICATING,  degraded",
        "true,  true,  REPLICATING,  REPLICATING,  healthy"
    })
    void theWorstDecidesTheWord(
            boolean started,
            boolean reachable,
            ReplicaState one,
            ReplicaState two,
            String expected) {
        PrimaryStatus primary =
                new PrimaryStatus(
                        "dbwrite",
                        ADDRESS,
                        reachable,
                        Optional.empty(),
                        Optional.empty(),
                        new Position.Unknown("test"),
                        Optional.empty());
        TopologySnapshot snapshot =
                new TopologySnapshot(
                        Instant.EPOCH,
                        1,
                        1,
                        started,
                        primary,
                        List.of(replica("dbread1", one), replica("dbread2", two)),
                        List.of());
        assertThat(snapshot.health().word()).isEqualTo(expected);
    }
}
