package io.dbmanager.tests.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.SeedProgress;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.Neighbours;
import io.dbmanager.sync.seed.SeedMarker;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Copies that slow down while servers have other things to do. */
@Timeout(180)
final class GivingWayTest {
    private static final int SLOW = 400_000;
    private static final Duration FALLEN_BEHIND_MAX = Duration.ofSeconds(5);

    private final Map<String, Duration> lags = new ConcurrentHashMap<>();

    private Seeding seeding(Cluster cluster) throws SQLException {
        List<String> rows =
                IntStream.range(0, 4000).mapToObj(i -> "(" + i + ", REPEAT('o', 1000))").toList();
        cluster.primary()
                .root()
                .execute(
                        "CREATE DATABASE app",
                        "CREATE TABLE app.t (id INT PRIMARY KEY, t TEXT)",
                        "INSERT INTO app.t VALUES " + String.join(", ", rows));
        Seeding seeding = new Seeding(cluster);
        seeding.neighbours = new Neighbours(() -> Map.copyOf(lags), FALLEN_BEHIND_MAX);
        return seeding;
    }

    private static boolean saysThatItIsSlowed(Seeding seeding, String replica, String why) {
        SeedProgress progress = seeding.progress.get(replica);
        return progress != null && progress.slowed().filter(s -> s.contains(why)).isPresent();
    }

    /** Statements that do nothing for long, until closed. */
    private static final class Crowd implements AutoCloseable {
        private final List<Connection> connections = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();

        Crowd(Login server, int count) throws SQLException {
            for (int i = 0; i < count; i++) {
                Connection connection = server.connect();
                connections.add(connection);
                threads.add(
                        Thread.ofVirtual()
                                .start(() -> {
                                    try (var statement = connection.createStatement()) {
                                        statement.execute("SELECT SLEEP(600)");
                                    } catch (SQLException _) {
                                        // Broken off.
                                    }
                                }));
            }
        }

        @Override
        public void close() throws SQLException {
            for (Connection connection : connections) {
                connection.abort(Runnable::run);
            }
        }
    }

    @Test
    void toOthersWhoseStatementsRun() throws Exception {
        try (Cluster cluster = Cluster.of(ServerFlavour.MARIADB_11_4).start()) {
            Seeding seeding = seeding(cluster);
            try (Crowd _ = new Crowd(cluster.primary().root(), 40)) {
                CompletableFuture<Void> copy =
                        CompletableFuture.runAsync(() -> {
                            try {
                                var _ = seeding.copy(SLOW, cluster.replica(1));
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
                await().atMost(Duration.ofSeconds(60))
                        .until(() ->
                                copy.isDone()
                                        || saysThatItIsSlowed(
                                                seeding, "dbread1", "running threads"));
                assertThat(copy.isDone()).isFalse();
                copy.get();
            }
            assertThat(seeding.differences(cluster.replica(1))).isEmpty();
        }
    }

    @Test
    void aReplicaThatFallsBehindWhileItIsCopiedIsGivenUp() throws Exception {
        try (Cluster cluster = Cluster.of(ServerFlavour.MARIADB_11_4).replicas(2).start()) {
            Seeding seeding = seeding(cluster);
            seeding.replicate(cluster.replica(1), 1001, seeding.copy(cluster.replica(1)));
            Login donor = cluster.replica(1).as(cluster.primary().credentials());
            try (Connection connection = donor.connect()) {
                SeedMarker.clear(connection);
            }
            // As of the second look.
            lags.put("dbread1", Duration.ZERO);
            seeding.neighbours =
                    new Neighbours(
                            () -> {
                                Map<String, Duration> now = Map.copyOf(lags);
                                lags.put("dbread1", Duration.ofSeconds(99));
                                return now;
                            },
                            FALLEN_BEHIND_MAX);

            assertThatThrownBy(() ->
                            seeding.copyFrom(SLOW / 2, cluster.replica(1), cluster.replica(2)))
                    .isInstanceOf(SyncException.class)
                    .hasMessage("dbread1 falls behind dbwrite while it is copied");
            assertThat(saysThatItIsSlowed(seeding, "dbread2", "dbread1 has fallen 99.0 s behind"))
                    .isTrue();

            seeding.neighbours = Neighbours.NONE;
            var _ = seeding.copy(cluster.replica(2));
            assertThat(seeding.differences(cluster.replica(2))).isEmpty();
        }
    }
}
