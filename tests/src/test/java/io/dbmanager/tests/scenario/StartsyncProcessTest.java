package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.ServerAddress;
import io.dbmanager.tests.compare.ServerComparison;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import io.dbmanager.tests.servers.TestServer;
import io.dbmanager.tests.servers.TestServers;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real program as a process: what it prints, how it ends, and what a kill leaves behind. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StartsyncProcessTest {
    private static final String COUNT = "SELECT COUNT(*) FROM shop.parcels";
    private static final String LABELS_MADE =
            "SELECT CREATE_TIME FROM information_schema.TABLES WHERE TABLE_NAME = 'labels'";
    private static final int ROWS = 4096;

    /** When the killed copy has made the table that it has finished. */
    private String labelsMade = "";

    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path folder;

    @EachFamily
    void runsOnBlankServers(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start()) {
            fill(cluster.primary().root());
            StartsyncProcess.environment(folder, cluster);
            dryRunChangesNothing(cluster);
            dataOfAReplicaIsKept(cluster);
            killedInTheMiddleOfASeed(cluster);
            runsAgainToTheSameEnd(cluster);
            onceMoreHasNothingToDo(cluster);
        }
    }

    /** Enough rows for a copy that is slowed down to last, and some that are soon copied. */
    private static void fill(Login primary) throws SQLException {
        primary.execute(
                "CREATE DATABASE shop",
                "CREATE TABLE shop.parcels (id INT PRIMARY KEY AUTO_INCREMENT, filler VARCHAR(2100))",
                "INSERT INTO shop.parcels (filler) VALUES (REPEAT('x', 2000))",
                "CREATE TABLE shop.labels (id INT PRIMARY KEY, t MEDIUMTEXT)",
                "INSERT INTO shop.labels VALUES (1, REPEAT('l', 300000)), (2, 'small')");
        try (Connection connection = primary.connect();
                Statement statement = connection.createStatement()) {
            int rows = 1;
            while (rows < ROWS) {
                rows +=
                        statement.executeUpdate(
                                "INSERT INTO shop.parcels (filler) SELECT CONCAT(filler, id % 10)"
                                        + " FROM (SELECT * FROM shop.parcels) AS p LIMIT "
                                        + (ROWS - rows));
            }
        }
    }

    private void dryRunChangesNothing(Cluster cluster) throws Exception {
        List<Footprint> before = footprints(cluster);
        try (StartsyncProcess dry = StartsyncProcess.start(folder, "--dry-run")) {
            dry.succeeds();
            assertThat(dry.standardOutput())
                    .contains("dbwrite (primary)", "dbread1 (replica)", "dbread2 (replica)")
                    .contains("Nothing was changed");
            assertNoPasswords(dry.output(), cluster);
        }
        assertThat(footprints(cluster)).isEqualTo(before);
    }

    private static List<Footprint> footprints(Cluster cluster) throws SQLException {
        return List.of(
                Footprint.of(cluster.primary().root()),
                Footprint.of(cluster.replica(1).root()),
                Footprint.of(cluster.replica(2).root()));
    }

    private static void assertNoPasswords(String text, Cluster cluster) {
        assertThat(text).doesNotContain(cluster.primary().credentials().password().reveal());
        for (TestServer replica : cluster.replicas()) {
            assertThat(text).doesNotContain(replica.credentials().password().reveal());
        }
    }

    private void dataOfAReplicaIsKept(Cluster cluster) throws Exception {
        Login replica = cluster.replica(1).root();
        replica.execute(
                "SET SESSION sql_log_bin = 0",
                "CREATE DATABASE diary",
                "CREATE TABLE diary.entries (id INT PRIMARY KEY)",
                "INSERT INTO diary.entries VALUES (1), (2)");
        List<Footprint> before = footprints(cluster);
        try (StartsyncProcess refused = StartsyncProcess.start(folder, "--once")) {
            assertThat(refused.fails(4))
                    .contains("dbread1", "diary", "entries", "2 rows", "--overwrite dbread1");
            assertNoPasswords(refused.output(), cluster);
        }
        assertThat(footprints(cluster)).isEqualTo(before);
        replica.execute("SET SESSION sql_log_bin = 0", "DROP DATABASE diary");
    }

    private void killedInTheMiddleOfASeed(Cluster cluster) throws Exception {
        try (StartsyncProcess slow =
                StartsyncProcess.start(folder, "--copy-bytes-per-second", "1MB")) {
            await("some rows are there")
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() ->
                            !slow.isAlive()
                                    || (hasSomeRows(cluster.replica(1).root())
                                            && hasLabels(cluster.replica(1).root())));
            assertThat(slow.isAlive()).as(slow::output).isTrue();
            assertThat(slow.status()).contains("\"state\":\"starting\"", "\"state\":\"seeding\"");
            slow.kill();
        }
        assertThat(Integer.parseInt(cluster.replica(1).root().value(COUNT))).isLessThan(ROWS);
        labelsMade = cluster.replica(1).root().value(LABELS_MADE);
        cluster.primary()
                .root()
                .execute("UPDATE shop.labels SET t = 'changed since the kill' WHERE id = 2");
    }

    /** Whether the smaller table is there for good, and noted. */
    private static boolean hasLabels(Login replica) throws SQLException {
        return replica.value(
                        "SELECT COUNT(*) FROM dbmanager_local.seed_finished WHERE table_name ="
                                + " 'labels'")
                .equals("1");
    }

    private static boolean hasSomeRows(Login replica) throws SQLException {
        try (Connection connection = replica.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED");
            return !Login.rows(connection, "SHOW TABLES FROM shop LIKE 'parcels'").isEmpty()
                    && !Login.rows(connection, "SELECT id FROM shop.parcels LIMIT 1").isEmpty();
        } catch (SQLException e) {
            if (e.getErrorCode() == 1049) {
                return false;
            }
            throw e;
        }
    }

    private void runsAgainToTheSameEnd(Cluster cluster) throws Exception {
        try (StartsyncProcess again = StartsyncProcess.start(folder)) {
            await("healthy")
                    .atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(100))
                    .ignoreException(ConnectException.class)
                    .until(() -> !again.isAlive() || again.status().contains("\"healthy\""));
            assertThat(again.isAlive()).as(again::output).isTrue();
            assertNoPasswords(again.status(), cluster);
            assertReplicasEqualThePrimary(cluster);
            assertThat(again.status()).containsPattern("resumes: \\d of \\d tables kept");
            assertThat(cluster.replica(1).as(cluster.primary().credentials()).value(LABELS_MADE))
                    .isEqualTo(labelsMade);

            again.terminate();
            again.succeeds();
            assertNoPasswords(again.output(), cluster);
            assertThat(again.runtimeFile()).doesNotExist();
        }
    }

    private static void assertReplicasEqualThePrimary(Cluster cluster) throws SQLException {
        for (TestServer server : cluster.replicas()) {
            Login copy = server.as(cluster.primary().credentials());
            assertThat(copy.value(COUNT)).isEqualTo(Integer.toString(ROWS));
            try (Connection primary = cluster.primary().root().connect();
                    Connection replica = copy.connect()) {
                assertThat(ServerComparison.differences(primary, replica)).isEmpty();
            }
        }
    }

    private void onceMoreHasNothingToDo(Cluster cluster) throws Exception {
        try (StartsyncProcess once = StartsyncProcess.start(folder, "--once")) {
            once.succeeds();
            assertThat(once.standardOutput())
                    .contains("All replicas replicate.")
                    .doesNotContain("seeding");
            assertNoPasswords(once.output(), cluster);
        }
    }

    @Test
    void misspeltOptionIsWrongUsage() throws Exception {
        try (StartsyncProcess process = StartsyncProcess.start(folder, "--onec")) {
            assertThat(process.fails(2)).contains("--onec", "did you mean --once?");
        }
    }

    @Test
    void brokenJsonIsToldWithItsLine() throws Exception {
        Files.writeString(
                folder.resolve("environment.json"),
                "{\n  \"DOTCLOUD_DBWRITE_MYSQL_HOST\": \"10.0.0.5\"\n  \"next\": 1\n}\n");
        try (StartsyncProcess process = StartsyncProcess.start(folder, "--once")) {
            assertThat(process.fails(2)).contains("environment.json", "line 3");
        }
    }

    @Test
    void serverThatNeverComesIsNamed() throws Exception {
        unreachableServers();
        try (StartsyncProcess process = StartsyncProcess.start(folder, "--once", "--wait", "2s")) {
            assertThat(process.fails(3)).contains("dbwrite", "dbread1", "refused");
            assertThat(process.output()).doesNotContain("never-told");
        }
    }

    @Test
    void portThatIsTakenIsNamed() throws Exception {
        unreachableServers();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                StartsyncProcess process =
                        StartsyncProcess.start(
                                folder, "--proxy-listen", "127.0.0.1:" + taken.getLocalPort())) {
            assertThat(process.fails(1))
                    .contains(Integer.toString(taken.getLocalPort()), "--proxy-listen");
        }
    }

    /** Also while it waits for servers it ends at once when asked to. */
    @Test
    void endsInGoodOrderWhileItWaits() throws Exception {
        unreachableServers();
        try (StartsyncProcess process = StartsyncProcess.start(folder)) {
            await("waiting")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> process.standardOutput().contains("waiting  dbwrite"));
            assertThat(process.runtimeFile()).exists();
            process.terminate();
            process.succeeds();
            assertThat(process.runtimeFile()).doesNotExist();
        }
    }

    private void unreachableServers() throws IOException {
        StartsyncProcess.environment(
                folder,
                List.of(
                        StartsyncProcess.keys("dbwrite", nowhere(), "never-told-1"),
                        StartsyncProcess.keys("dbread1", nowhere(), "never-told-2")));
    }

    private static ServerAddress nowhere() {
        return new ServerAddress("127.0.0.1", TestServers.freePort());
    }
}
