package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.SeedMarker;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.ServerFlavour;
import java.sql.Connection;
import java.sql.Statement;

/** What keeps dbmanager from wiping a server that it should not. */
class SafeguardsTest {
    @EachFamily
    void oneRunAtATimeAndNotesThatNoLongerHold(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).start()) {
            cluster.primary().root().execute("CREATE DATABASE shop", "CREATE TABLE shop.a (i INT)");
            try (Fleet first = Fleet.synced(cluster);
                    Fleet second = Fleet.of(cluster)) {
                assertThatThrownBy(second::sync)
                        .isInstanceOf(SyncException.class)
                        .hasMessageContaining("another startsync works on dbwrite");
                first.awaitHealthy();
                if (!flavour.isMariaDb()) {
                    aNoteOnAServerThatHasBeenUsedIsNotBelieved(first);
                }
            }
            try (Fleet next = Fleet.of(cluster)) {
                if (flavour.isMariaDb()) {
                    assertThat(next.sync()).isTrue();
                } else {
                    assertThatThrownBy(next::sync)
                            .isInstanceOf(SyncException.WouldLoseData.class)
                            .hasMessageContaining("--overwrite dbread1");
                }
            }
        }
    }

    private static void aNoteOnAServerThatHasBeenUsedIsNotBelieved(Fleet fleet) throws Exception {
        try (Connection replica = fleet.synced(1).connect();
                Statement statement = replica.createStatement()) {
            fleet.close();
            statement.execute("SET GLOBAL super_read_only = OFF");
            statement.execute("SET SESSION sql_log_bin = 0");
            statement.execute("CREATE DATABASE IF NOT EXISTS dbmanager_local");
            statement.execute(
                    "CREATE TABLE dbmanager_local.seed_under_way AS SELECT 'dbwrite' AS source,"
                            + " NOW() AS since, @@GLOBAL.gtid_executed AS executed");
            statement.execute("SET SESSION sql_log_bin = 1");
            assertThat(SeedMarker.find(replica, true)).contains("dbwrite");

            statement.execute("CREATE DATABASE used");
            statement.execute("CREATE TABLE used.since (i INT)");
            assertThat(SeedMarker.find(replica, true)).isEmpty();
        }
    }
}
