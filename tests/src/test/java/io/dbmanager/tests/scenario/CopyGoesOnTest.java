package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.sync.SyncSettings;
import io.dbmanager.tests.compare.ServerComparison;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.FaultProxy;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A copy that loses its primary, and then its replica, is gone on with by the watch. */
class CopyGoesOnTest {
    private static final SyncSettings SLOW =
            new SyncSettings(
                    Duration.ofSeconds(30),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(10),
                    SyncSettings.ResyncMode.AUTO,
                    Set.of(),
                    2,
                    1_500_000,
                    SyncSettings.CopyFrom.PRIMARY,
                    SyncSettings.CloneMode.AUTO,
                    SyncSettings.Verify.WHEN_ASKED,
                    Path.of("target", "state"));

    @Test
    @Timeout(180)
    void afterEachLossWithoutBeginningAnew() throws Exception {
        try (Cluster cluster = Cluster.of(ServerFlavour.MARIADB_11_4).start();
                FaultProxy network = FaultProxy.to(cluster.primary().address());
                Fleet fleet = Fleet.of(cluster, behind(network, cluster), SLOW)) {
            cluster.primary()
                    .root()
                    .execute(
                            "CREATE DATABASE shop",
                            "CREATE TABLE shop.orders (id INT PRIMARY KEY, t TEXT, KEY (t(20)))",
                            "INSERT INTO shop.orders SELECT seq, REPEAT('o', 2000) FROM"
                                    + " shop.seq_1_to_6000",
                            "ANALYZE TABLE shop.orders",
                            "CREATE TABLE shop.buyers (id INT PRIMARY KEY, t TEXT)",
                            "INSERT INTO shop.buyers SELECT seq, REPEAT('b', 500) FROM"
                                    + " shop.seq_1_to_1000");
            CompletableFuture<Boolean> firstSync =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return fleet.sync();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    });
            awaitBuyersFinished(cluster);
            String made = buyersMade(cluster);

            network.cut();

            fleet.awaitTopology("resumed", _ -> timesResumed(fleet) == 1);

            cluster.replica(1).kill();
            cluster.replica(1).restart();

            var _ = firstSync.get();
            fleet.watch();
            fleet.awaitHealthy();
            assertThat(timesResumed(fleet)).isEqualTo(2);
            assertThat(buyersMade(cluster)).isEqualTo(made);
            fleet.awaitCaughtUp();
            try (Connection primary = cluster.primary().root().connect();
                    Connection replica = fleet.synced(1).connect()) {
                assertThat(ServerComparison.differences(primary, replica)).isEmpty();
            }
        }
    }

    private static Services behind(FaultProxy network, Cluster cluster) {
        ServerSpec straight = cluster.services().primary();
        return new Services(
                new ServerSpec(straight.name(), network.address(), straight.credentials()),
                cluster.services().replicas());
    }

    private static void awaitBuyersFinished(Cluster cluster) {
        Login replica = cluster.replica(1).root();
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsMatching(e -> e instanceof SQLException)
                .until(() ->
                        replica.value(
                                        "SELECT COUNT(*) FROM dbmanager_local.seed_finished WHERE"
                                                + " table_name = 'buyers'")
                                .equals("1"));
    }

    /** With whichever credentials it has by now. */
    private static String buyersMade(Cluster cluster) throws SQLException {
        String question =
                "SELECT CREATE_TIME FROM information_schema.TABLES WHERE TABLE_NAME = 'buyers'";
        try {
            return cluster.replica(1).root().value(question);
        } catch (SQLException _) {
            return cluster.replica(1).as(cluster.primary().credentials()).value(question);
        }
    }

    private static long timesResumed(Fleet fleet) {
        return fleet.notes().lines().filter(line -> line.contains("resumes: ")).count();
    }
}
