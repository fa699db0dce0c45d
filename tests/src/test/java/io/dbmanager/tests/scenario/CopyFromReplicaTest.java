package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.sync.SyncSettings;
import io.dbmanager.tests.compare.ServerComparison;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One more replica is made from another one. */
@Timeout(240)
class CopyFromReplicaTest {
    private static final int ROWS = 6000;

    private static SyncSettings settings(SyncSettings.CopyFrom from, long bytesPerSecond) {
        return new SyncSettings(
                Duration.ofSeconds(30),
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                SyncSettings.ResyncMode.AUTO,
                Set.of(),
                2,
                bytesPerSecond,
                from,
                SyncSettings.CloneMode.NEVER,
                SyncSettings.Verify.WHEN_ASKED,
                Path.of("target", "state"));
    }

    private static void makeFirst(Cluster cluster) throws Exception {
        Login primary = cluster.primary().root();
        primary.execute(
                "CREATE DATABASE shop",
                "CREATE TABLE shop.buyers (id INT PRIMARY KEY, t TEXT)",
                "INSERT INTO shop.buyers VALUES (1, 'b'), (2, 'c')",
                "CREATE TABLE shop.orders (id INT PRIMARY KEY, t TEXT)");
        for (int from = 0; from < ROWS; from += 500) {
            List<String> rows =
                    IntStream.range(from, from + 500)
                            .mapToObj(i -> "(" + i + ", REPEAT('o', 2000))")
                            .toList();
            primary.execute("INSERT INTO shop.orders VALUES " + String.join(", ", rows));
        }
        Services one = with(cluster, cluster.services().replicas().subList(0, 1));
        try (Fleet fleet = Fleet.of(cluster, one, settings(SyncSettings.CopyFrom.PRIMARY, 0))) {
            fleet.sync();
        }
    }

    private static Services with(Cluster cluster, List<ServerSpec> replicas) {
        return new Services(cluster.services().primary(), replicas);
    }

    private static long bytesSent(Login server) throws SQLException {
        return Long.parseLong(
                String.valueOf(
                        server.rows("SHOW GLOBAL STATUS LIKE 'Bytes_sent'").getFirst().get(1)));
    }

    private static void assertEqual(Cluster cluster, Fleet fleet) throws Exception {
        fleet.awaitCaughtUp();
        for (int i = 1; i <= 2; i++) {
            try (Connection primary = cluster.primary().root().connect();
                    Connection replica = fleet.synced(i).connect()) {
                assertThat(ServerComparison.differences(primary, replica)).isEmpty();
            }
        }
    }

    @EachFamily
    void thePrimaryIsSpared(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start()) {
            makeFirst(cluster);
            try (Fleet fleet =
                    Fleet.of(
                            cluster,
                            cluster.services(),
                            settings(SyncSettings.CopyFrom.REPLICA, 0))) {
                SyncPlan plan = fleet.plan();
                assertThat(plan.servers().getLast().steps())
                        .anySatisfy(step ->
                                assertThat(step)
                                        .startsWith(
                                                "copy everything from dbread1 (a healthy replica, so that"
                                                        + " the primary is spared)"));
                long before = bytesSent(cluster.primary().root());

                assertThat(fleet.manager().apply(plan)).isTrue();

                assertThat(bytesSent(cluster.primary().root()) - before)
                        .as("bytes that the primary has sent, of %d of data", ROWS * 2000)
                        .isLessThan(ROWS * 2000 / 3);
                fleet.watch();
                fleet.awaitHealthy();
                assertEqual(cluster, fleet);
            }
        }
    }

    @Test
    void thePrimaryTakesOverFromAReplicaThatDies() throws Exception {
        try (Cluster cluster = Cluster.of(ServerFlavour.MARIADB_11_4).replicas(2).start()) {
            makeFirst(cluster);
            try (Fleet fleet =
                    Fleet.of(
                            cluster,
                            cluster.services(),
                            settings(SyncSettings.CopyFrom.REPLICA, 2_000_000))) {
                CompletableFuture<Boolean> sync =
                        CompletableFuture.supplyAsync(() -> {
                            try {
                                return fleet.sync();
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
                fleet.awaitTopology(
                        "copied in part",
                        now ->
                                now.replica("dbread2")
                                        .flatMap(ReplicaStatus::seed)
                                        .filter(seed -> seed.rowsDone() > 500)
                                        .isPresent());

                cluster.replica(1).kill();
                fleet.awaitTopology(
                        "copied from the primary",
                        _ ->
                                fleet.notes()
                                        .contains(
                                                "it is copied from dbwrite and not from dbread1 any"
                                                        + " more"));
                cluster.replica(1).restart();

                var _ = sync.get();
                fleet.watch();
                fleet.awaitHealthy();
                assertEqual(cluster, fleet);
            }
        }
    }
}
