package io.dbmanager.sync.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Lag;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologyEvent;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.sync.SyncListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterStateTest {
    private static final Services SERVICES =
            new Services(spec("dbwrite", 1), List.of(spec("dbread1", 2), spec("dbread2", 3)));

    private final List<TopologyEvent> events = new ArrayList<>();
    private final Topology topology =
            new Topology(TopologySnapshot.starting(SERVICES, Instant.EPOCH));
    private final ClusterState state =
            new ClusterState(
                    topology,
                    new SyncListener() {
                        @Override
                        public void onWaiting(String server, boolean ready, String detail) {}

                        @Override
                        public void onSeeding(String replica, SeedProgress progress) {}

                        @Override
                        public void onEvent(TopologyEvent event) {
                            events.add(event);
                        }
                    },
                    Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

    private static ServerSpec spec(String name, int port) {
        return new ServerSpec(
                name, new ServerAddress("127.0.0.1", port), Credentials.of("root", "x"));
    }

    @Test
    void everyChangeIsANewSnapshotWithAHigherVersion() {
        long before = topology.current().version();
        TopologySnapshot old = topology.current();

        state.seeding("dbread1", new SeedProgress("copy", 1, 2, 3, Optional.empty()));
        state.started();

        TopologySnapshot now = topology.current();
        assertThat(now.version()).isEqualTo(before + 2);
        assertThat(now.started()).isTrue();
        assertThat(now.replica("dbread1").orElseThrow().state()).isEqualTo(ReplicaState.SEEDING);
        assertThat(now.replica("dbread1").orElseThrow().seed()).isPresent();
        assertThat(now.replica("dbread2")).isEqualTo(old.replica("dbread2"));
        assertThat(old.replica("dbread1").orElseThrow().state()).isEqualTo(ReplicaState.WAITING);
    }

    @Test
    void aFailureIsSaidAndTakesNoReads() {
        state.failed("dbread2", "the disk is full");

        assertThat(topology.current().needsResync()).containsExactly("dbread2");
        assertThat(topology.current().replica("dbread2").orElseThrow().takesReads()).isFalse();
        assertThat(events).extracting(TopologyEvent::detail).containsExactly("the disk is full");
    }

    @Test
    void whatIsNotWatchedForAMomentTakesNoReads() {
        ReplicaStatus before = topology.current().replica("dbread1").orElseThrow();
        state.replica(
                "dbread1",
                old ->
                        new ReplicaStatus(
                                old.name(),
                                old.address(),
                                ReplicaState.REPLICATING,
                                Optional.empty(),
                                Lag.known(Duration.ofMillis(4)),
                                old.position(),
                                "",
                                true,
                                true,
                                Optional.empty(),
                                true,
                                Optional.empty(),
                                Optional.empty()));

        state.paused("dbread1", "its accounts are being put right");

        ReplicaStatus now = topology.current().replica("dbread1").orElseThrow();
        assertThat(now.state()).isEqualTo(ReplicaState.REPLICATING);
        assertThat(now.takesReads()).isFalse();
        assertThat(now.lag()).isEqualTo(Lag.unknown("its accounts are being put right"));
        assertThat(now.position()).isEqualTo(before.position());
        assertThat(events).isEmpty();
    }

    @Test
    void theLastEventsAreKeptNewestFirst() {
        for (int i = 0; i < 80; i++) {
            state.event("dbread1", "note", "number " + i);
        }

        List<TopologyEvent> kept = topology.current().lastEvents();
        assertThat(kept).hasSize(50);
        assertThat(kept.getFirst().detail()).isEqualTo("number 79");
        assertThat(events).hasSize(80);
    }

    @Test
    void serversThatAreNotOursAreNotAdded() {
        state.seeding("dbread9", new SeedProgress("copy", 1, 2, 3, Optional.empty()));
        assertThat(topology.current().replicas()).hasSize(2);
    }

    @Test
    void nothingIsToldAfterTheEnd() {
        TopologySnapshot last = topology.current();

        state.close();
        state.event("dbread1", "unreachable", "closed by interrupt");
        state.failed("dbread1", "closed by interrupt");

        assertThat(topology.current()).isEqualTo(last);
        assertThat(events).isEmpty();
    }
}
