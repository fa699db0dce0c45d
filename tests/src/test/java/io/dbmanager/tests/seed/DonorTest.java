package io.dbmanager.tests.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.Position;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.SeedMarker;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies that are read from a replica, so that the primary is spared. */
@Timeout(240)
final class DonorTest {
    /** Of 5.7 and MariaDB, replicas keep no binary log by which a moment could be found. */
    private static Cluster cluster(ServerFlavour flavour) throws InterruptedException {
        return Cluster.of(flavour).replicas(2).withGtids().start();
    }

    private static Seeding withDonor(Cluster cluster) throws Exception {
        cluster.primary()
                .root()
                .execute(
                        "CREATE DATABASE app",
                        "CREATE TABLE app.t (id INT AUTO_INCREMENT PRIMARY KEY, n INT, KEY (n))",
                        "INSERT INTO app.t (n) VALUES (1), (2), (3)",
                        "CREATE VIEW app.v AS SELECT n FROM app.t",
                        "CREATE EVENT app.e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
                        "CREATE USER buyer@'%' IDENTIFIED BY 'x'");
        Seeding seeding = new Seeding(cluster);
        seeding.replicate(cluster.replica(1), 1001, seeding.copy(cluster.replica(1)));
        Login donor = cluster.replica(1).as(cluster.primary().credentials());
        donor.execute("SET GLOBAL read_only = ON");
        try (Connection connection = donor.connect()) {
            SeedMarker.clear(connection);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> applies(donor));
        return seeding;
    }

    private static boolean applies(Login donor) throws SQLException {
        return donor.rows("SELECT USER FROM information_schema.PROCESSLIST").stream()
                        .filter(row -> "system user".equals(row.getFirst()))
                        .count()
                >= 2;
    }

    /** Writes as fast as it can, until closed. */
    private static final class Writer implements AutoCloseable {
        private final AtomicLong written = new AtomicLong();
        private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
        private final Thread thread;
        private volatile boolean stopped;

        Writer(Login primary) {
            thread =
                    Thread.ofVirtual()
                            .start(() -> {
                                try (var connection = primary.connect();
                                        var statement = connection.createStatement()) {
                                    while (!stopped) {
                                        statement.execute(
                                                "INSERT INTO app.t (n) VALUES ("
                                                        + written.incrementAndGet()
                                                        + ")");
                                        // Of hot rows a snapshot would have to undo too much.
                                        statement.execute(
                                                "UPDATE app.t SET n = -n WHERE id = " + written);
                                    }
                                } catch (SQLException e) {
                                    failure.set(e);
                                }
                            });
        }

        long written() {
            return written.get();
        }

        @Override
        public void close() throws SQLException {
            stopped = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            SQLException e = failure.get();
            if (e != null) {
                throw e;
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"MYSQL_9_7", "MYSQL_5_7", "MARIADB_11_4", "MARIADB_10_11"})
    void aReplicaIsCopiedWhileItReplicates(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = cluster(flavour)) {
            Seeding seeding = withDonor(cluster);
            for (int round = 0; round < 2; round++) {
                Position position;
                try (Writer writer = new Writer(cluster.primary().root())) {
                    long before = writer.written();
                    await().atMost(Duration.ofSeconds(60))
                            .until(() -> writer.written() > before + 100);

                    position = seeding.copyFrom(cluster.replica(1), cluster.replica(2));

                    long then = writer.written();
                    await().atMost(Duration.ofSeconds(60))
                            .until(() -> writer.written() > then + 20);
                }
                assertThat(seeding.failed).isEmpty();
                seeding.replicate(cluster.replica(2), 1002, position);
                // One that does not apply any more would never come to the primary's position.
                assertThat(seeding.compared(cluster.replica(1))).isEmpty();
                assertThat(seeding.compared(cluster.replica(2))).isEmpty();
                assertThat(seeding.differences(cluster.replica(2))).isEmpty();
                Login copied = cluster.replica(2).as(cluster.primary().credentials());
                copied.execute(flavour == ServerFlavour.MYSQL_9_7 ? "STOP REPLICA" : "STOP SLAVE");
                copied.execute(
                        flavour == ServerFlavour.MYSQL_9_7
                                ? "RESET REPLICA ALL"
                                : "RESET SLAVE ALL");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"MYSQL_9_7", "MARIADB_11_4"})
    void whatWouldSpreadIsNotCopied(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = cluster(flavour)) {
            Seeding seeding = withDonor(cluster);
            Login donor = cluster.replica(1).as(cluster.primary().credentials());
            cluster.primary().root().execute("CREATE TABLE app.plain (id INT) ENGINE=MyISAM");
            await().ignoreExceptions()
                    .until(() -> !donor.rows("SHOW CREATE TABLE app.plain").isEmpty());
            assertThatThrownBy(() -> seeding.copyFrom(cluster.replica(1), cluster.replica(2)))
                    .isInstanceOf(SyncException.class)
                    .hasMessageContaining("table app.plain is of an engine without snapshots");
            cluster.primary().root().execute("DROP TABLE app.plain");
            await().until(() ->
                    donor.value(
                                    "SELECT COUNT(*) FROM information_schema.TABLES WHERE"
                                            + " TABLE_NAME = 'plain'")
                            .equals("0"));

            if (!flavour.isMariaDb()) {
                donor.execute("INSERT INTO app.t (n) VALUES (99)");
                assertThatThrownBy(() -> seeding.copyFrom(cluster.replica(1), cluster.replica(2)))
                        .isInstanceOf(SyncException.class)
                        .hasMessageContaining("transactions that dbwrite never had");
            }
            donor.execute(flavour.isMariaDb() ? "STOP SLAVE" : "STOP REPLICA");
            assertThatThrownBy(() -> seeding.copyFrom(cluster.replica(1), cluster.replica(2)))
                    .isInstanceOf(SyncException.class)
                    .hasMessageContaining("it does not replicate now");
            assertThat(cluster.replica(2).root().rows("SHOW DATABASES LIKE 'app'")).isEmpty();
        }
    }
}
