package io.dbmanager.tests.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.Position;
import io.dbmanager.sync.SyncException;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.FaultProxy;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import io.dbmanager.tests.servers.TestServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies that are cut off, and go on where they stood. */
final class ResumptionTest {
    private static final int SLOW = 2_000_000;

    /** Large enough that each is noted at once. */
    private static final List<String> SMALLER =
            List.of("kept", "altered", "dropped", "renamed", "emptied", "widened");

    /** What happens on the primary before the copy goes on. */
    private static final String[] MEANWHILE = {
        "INSERT INTO app.kept (u, t) VALUES ('new', 'new')",
        "UPDATE app.kept SET t = 'changed' WHERE id IN (3, 700)",
        "DELETE FROM app.kept WHERE id BETWEEN 100 AND 110",
        // Two rows exchange what only one may have.
        "UPDATE app.kept SET u = 'x' WHERE id = 5",
        "UPDATE app.kept SET u = 'u5' WHERE id = 6",
        "UPDATE app.kept SET u = 'u6' WHERE id = 5",
        "DELETE FROM app.child WHERE id = 7",
        "UPDATE app.keyless SET t = 'changed' WHERE n = 9",
        "UPDATE app.myisam SET t = 'changed' WHERE id = 9",
        "ALTER TABLE app.altered ADD COLUMN more INT DEFAULT 5, ADD KEY (more)",
        "DROP TABLE app.dropped",
        "RENAME TABLE app.renamed TO app.renamed_since",
        "TRUNCATE TABLE app.emptied",
        "CREATE TABLE app.added (id INT PRIMARY KEY)",
        "INSERT INTO app.added VALUES (1)",
        "CREATE VIEW app.v_added AS SELECT id FROM app.added",
        "CREATE TRIGGER app.tr BEFORE INSERT ON app.kept FOR EACH ROW SET NEW.t = UPPER(NEW.t)",
        "CREATE USER buyer@'%' IDENTIFIED BY 'x'",
    };

    /** The largest comes first and lasts; meanwhile the others are finished. */
    private static void fill(Login primary) throws SQLException {
        primary.execute(
                "CREATE DATABASE app",
                "CREATE TABLE app.digits (d INT PRIMARY KEY)",
                "INSERT INTO app.digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)",
                "CREATE TABLE app.numbers (n INT PRIMARY KEY)",
                "INSERT INTO app.numbers SELECT 1 + a.d + 10 * b.d + 100 * c.d FROM app.digits a,"
                        + " app.digits b, app.digits c",
                "CREATE TABLE app.large (id INT AUTO_INCREMENT PRIMARY KEY, t TEXT)",
                "INSERT INTO app.large (t) SELECT REPEAT('l', 1000) FROM app.numbers, app.digits a"
                        + " WHERE a.d < 8");
        String columns = "id INT AUTO_INCREMENT PRIMARY KEY, u VARCHAR(20), t TEXT";
        for (String table : SMALLER) {
            primary.execute(
                    "CREATE TABLE app." + table + " (" + columns + ", UNIQUE KEY (u))",
                    rows("app." + table + " (u, t)", "CONCAT('u', n)"));
        }
        primary.execute(
                "CREATE TABLE app.child (id INT PRIMARY KEY, t TEXT, FOREIGN KEY (id) REFERENCES"
                        + " app.kept (id) ON DELETE CASCADE)",
                rows("app.child", "n"),
                "CREATE TABLE app.keyless (n INT, t TEXT)",
                rows("app.keyless", "n"),
                "CREATE TABLE app.myisam (id INT PRIMARY KEY, t TEXT) ENGINE=MyISAM",
                rows("app.myisam", "n"),
                "CREATE TABLE app.gone_soon (id INT)",
                "CREATE VIEW app.invalid AS SELECT id FROM app.gone_soon",
                "DROP TABLE app.gone_soon",
                "ALTER TABLE app.widened ADD COLUMN gone INT",
                "CREATE VIEW app.invalid_too AS SELECT id, gone FROM app.widened",
                "ALTER TABLE app.widened DROP COLUMN gone",
                "CREATE VIEW app.v AS SELECT id, t FROM app.kept",
                "CREATE PROCEDURE app.p() SELECT COUNT(*) FROM app.kept",
                // Or it might not be known to be the largest.
                "ANALYZE TABLE app.large");
    }

    private static String rows(String into, String first) {
        return "INSERT INTO "
                + into
                + " SELECT "
                + first
                + ", REPEAT(CONCAT('t', n), 100) FROM app.numbers";
    }

    @EachFamily
    void whatWasFinishedIsOnlyBroughtUpToDate(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).start()) {
            Seeding seeding = new Seeding(cluster);
            Login primary = cluster.primary().root();
            fill(primary);
            Copy copy = new Copy(seeding, cluster.replica(1));
            copy.awaitFinished(cluster.replica(1), "child", "keyless");
            copy.awaitFinished(cluster.replica(1), SMALLER.toArray(String[]::new));
            copy.interrupt();
            Map<String, String> before = createdAt(cluster.replica(1).root());
            primary.execute(MEANWHILE);

            Position position = seeding.copy(cluster.replica(1));

            assertThat(seeding.failed).isEmpty();
            assertThat(seeding.notes)
                    .singleElement()
                    .asString()
                    .matches("resumes: [5-7] of 12 tables kept");
            assertThat(seeding.differences(cluster.replica(1))).isEmpty();
            Login copied = cluster.replica(1).as(cluster.primary().credentials());
            assertThat(createdAt(copied))
                    .containsEntry("kept", before.get("kept"))
                    .containsEntry("child", before.get("child"))
                    .doesNotContainEntry("keyless", before.get("keyless"))
                    .doesNotContainEntry("altered", before.get("altered"));
            primary.execute("INSERT INTO app.kept (u, t) VALUES ('last', 'last')");
            seeding.replicate(cluster.replica(1), 1001, position);
            assertThat(seeding.compared(cluster.replica(1))).isEmpty();
            assertThat(seeding.differences(cluster.replica(1))).isEmpty();
        }
    }

    /** One replica is lost, the other goes on; then the primary is; and both have other tables. */
    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"MYSQL_5_7", "MARIADB_11_4"})
    void replicasGoOnTogetherFromWhereEachStood(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start();
                FaultProxy network = FaultProxy.to(cluster.primary().address())) {
            Seeding seeding = new Seeding(cluster);
            Login primary = cluster.primary().root();
            fill(primary);
            seeding.primaryAt = network.address();
            Copy copy = new Copy(seeding, cluster.replica(1), cluster.replica(2));
            copy.awaitOneFinished(cluster.replica(2), "kept", "emptied", "child");
            cluster.replica(2).kill();
            copy.awaitFinished(cluster.replica(1), "child", "keyless");
            copy.awaitFinished(cluster.replica(1), SMALLER.toArray(String[]::new));
            network.cut();
            assertThat(copy.failure()).isInstanceOf(SyncException.class);
            assertThat(seeding.failed).containsOnlyKeys("dbread2");
            cluster.replica(2).restart();
            primary.execute(MEANWHILE);
            seeding.failed.clear();

            Position position = seeding.copy(cluster.replica(1), cluster.replica(2));

            assertThat(seeding.failed).isEmpty();
            assertThat(seeding.notes)
                    .hasSize(2)
                    .allSatisfy(note -> assertThat(note).matches("resumes: \\d of 12 tables kept"))
                    .doesNotHaveDuplicates();
            primary.execute("INSERT INTO app.kept (u, t) VALUES ('last', 'last')");
            for (int i = 1; i <= 2; i++) {
                seeding.replicate(cluster.replica(i), 1000 + i, position);
                assertThat(seeding.compared(cluster.replica(i))).isEmpty();
                assertThat(seeding.differences(cluster.replica(i))).isEmpty();
            }
        }
    }

    /** By a key of text and number, and with other keys that come after the rows. */
    private static void fillLarge(Login primary) throws SQLException {
        primary.execute(
                "CREATE DATABASE app",
                "CREATE TABLE app.digits (d INT PRIMARY KEY)",
                "INSERT INTO app.digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)",
                "CREATE TABLE app.large (name VARCHAR(20) NOT NULL, n INT NOT NULL, u VARCHAR(20),"
                        + " t TEXT, PRIMARY KEY (name, n), UNIQUE KEY (u), KEY (n))"
                        + " DEFAULT CHARSET=utf8mb4",
                "INSERT INTO app.large SELECT CONCAT('ä', a.d, b.d), 10 * c.d + e.d,"
                        + " CONCAT('u', a.d, b.d, c.d, e.d), REPEAT('l', 600) FROM app.digits a,"
                        + " app.digits b, app.digits c, app.digits e",
                "ANALYZE TABLE app.large");
    }

    /** What happens to it on the primary before the copy goes on. */
    private static final String[] LARGE_MEANWHILE = {
        "UPDATE app.large SET t = 'changed' WHERE n = 7",
        "DELETE FROM app.large WHERE name IN ('ä03', 'ä97')",
        "INSERT INTO app.large VALUES ('ä02', 5000, 'new', 't'), ('z', 1, 'newer', 't')",
        // From the beginning and the end: they exchange what only one may have.
        "UPDATE app.large SET u = 'x' WHERE u = 'u0011'",
        "UPDATE app.large SET u = 'u0011' WHERE u = 'u9911'",
        "UPDATE app.large SET u = 'u9911' WHERE u = 'x'",
    };

    private static final int LARGE_ROWS = 10_000;

    @EachFamily
    void aLargeTableGoesOnInItsMiddle(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).start()) {
            Seeding seeding = new Seeding(cluster);
            seeding.rowsPerUnit = 500;
            fillLarge(cluster.primary().root());
            Copy copy = new Copy(seeding, cluster.replica(1));
            copy.awaitParts(cluster.replica(1), 10);
            copy.interrupt();
            cluster.primary().root().execute(LARGE_MEANWHILE);
            long before = rowsWritten(cluster.replica(1).root());

            Position position = seeding.copy(cluster.replica(1));

            assertThat(seeding.failed).isEmpty();
            assertThat(seeding.notes)
                    .singleElement()
                    .asString()
                    .endsWith("tables kept, and part of 1 more");
            assertThat(seeding.differences(cluster.replica(1))).isEmpty();
            Login copied = cluster.replica(1).as(cluster.primary().credentials());
            assertThat(rowsWritten(copied) - before)
                    .as("rows that moved")
                    .isLessThan(LARGE_ROWS * 7 / 10);
            cluster.primary().root().execute("UPDATE app.large SET t = 'last' WHERE n = 8");
            seeding.replicate(cluster.replica(1), 1001, position);
            assertThat(seeding.compared(cluster.replica(1))).isEmpty();
            assertThat(seeding.differences(cluster.replica(1))).isEmpty();
        }
    }

    /** One has most of a table, one has some, and one is new. */
    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_11_4"})
    void replicasGoOnWithALargeTableFromWhereEachStood(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(3).start()) {
            Seeding seeding = new Seeding(cluster);
            seeding.rowsPerUnit = 500;
            fillLarge(cluster.primary().root());
            Copy copy = new Copy(seeding, cluster.replica(1), cluster.replica(2));
            copy.awaitParts(cluster.replica(2), 4);
            cluster.replica(2).kill();
            copy.awaitParts(cluster.replica(1), 10);
            copy.interrupt();
            cluster.replica(2).restart();
            cluster.primary().root().execute(LARGE_MEANWHILE);
            seeding.failed.clear();
            long before = rowsWritten(cluster.replica(1).root());

            var _ = seeding.copy(cluster.replica(1), cluster.replica(2), cluster.replica(3));

            assertThat(seeding.failed).isEmpty();
            assertThat(seeding.notes)
                    .hasSize(2)
                    .allSatisfy(note -> assertThat(note).endsWith("and part of 1 more"));
            assertThat(rowsWritten(cluster.replica(1).as(cluster.primary().credentials())) - before)
                    .as("rows that moved to the one that had most")
                    .isLessThan(LARGE_ROWS * 7 / 10);
            for (int i = 1; i <= 3; i++) {
                assertThat(seeding.differences(cluster.replica(i))).isEmpty();
            }
        }
    }

    /**
     * MariaDB has no counter for InnoDB's tables, MySQL counts questions about tables elsewhere.
     */
    private static long rowsWritten(Login replica) throws SQLException {
        return Long.parseLong(
                String.valueOf(
                        replica.rows(
                                        "SHOW GLOBAL STATUS WHERE Variable_name ="
                                                + " IF(VERSION() LIKE '%MariaDB%',"
                                                + " 'Handler_write', 'Innodb_rows_inserted')")
                                .getFirst()
                                .get(1)));
    }

    /** The note of one primary says nothing about another one's tables. */
    @Test
    void nothingIsKeptOfAnotherPrimary() throws Exception {
        try (Cluster cluster = Cluster.of(ServerFlavour.MARIADB_11_4).start()) {
            Seeding seeding = new Seeding(cluster);
            fill(cluster.primary().root());
            Copy copy = new Copy(seeding, cluster.replica(1));
            copy.awaitFinished(cluster.replica(1), "kept");
            copy.interrupt();
            cluster.replica(1)
                    .root()
                    .execute("UPDATE dbmanager_local.seed_finished SET identity = 'another'");

            var _ = seeding.copy(cluster.replica(1));

            assertThat(seeding.notes).isEmpty();
            assertThat(seeding.differences(cluster.replica(1))).isEmpty();
        }
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    private static Map<String, String> createdAt(Login replica) throws SQLException {
        Map<String, String> times = new TreeMap<>();
        for (List<@Nullable String> row :
                replica.rows(
                        "SELECT TABLE_NAME, CREATE_TIME FROM information_schema.TABLES WHERE"
                                + " TABLE_SCHEMA = 'app' AND TABLE_TYPE = 'BASE TABLE'")) {
            times.put(String.valueOf(row.get(0)), String.valueOf(row.get(1)));
        }
        return times;
    }

    /** A slow copy, under way. */
    private static final class Copy {
        private final AtomicReference<@Nullable Exception> ended = new AtomicReference<>();
        private final Thread thread;

        Copy(Seeding seeding, TestServer... replicas) {
            thread =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    var _ = seeding.copy(SLOW, replicas);
                                } catch (Exception e) {
                                    ended.set(e);
                                }
                            });
        }

        /** Waits until one of these tables is noted as finished. */
        void awaitOneFinished(TestServer server, String... tables) {
            Login replica = server.root();
            await().pollInterval(Duration.ofMillis(50))
                    .until(() ->
                            !thread.isAlive()
                                    || !Collections.disjoint(finished(replica), List.of(tables)));
            assertThat(thread.isAlive()).as(() -> "ended with " + ended.get()).isTrue();
        }

        /** Waits until these tables are noted as finished, and others are not. */
        void awaitFinished(TestServer server, String... tables) {
            Login replica = server.root();
            await().pollInterval(Duration.ofMillis(50))
                    .until(() ->
                            !thread.isAlive() || finished(replica).containsAll(List.of(tables)));
            assertThat(thread.isAlive()).as(() -> "ended with " + ended.get()).isTrue();
        }

        private static Set<String> finished(Login replica) throws SQLException {
            try {
                return replica
                        .rows(
                                "SELECT CONVERT(table_name USING utf8mb4) FROM"
                                        + " dbmanager_local.seed_finished")
                        .stream()
                        .map(row -> String.valueOf(row.getFirst()))
                        .collect(Collectors.toSet());
            } catch (SQLException e) {
                if (e.getErrorCode() == 1146 || e.getErrorCode() == 1049) {
                    return Set.of();
                }
                throw e;
            }
        }

        /** Waits until so many parts of a table are noted. */
        void awaitParts(TestServer server, int parts) {
            Login replica = server.root();
            await().pollInterval(Duration.ofMillis(50))
                    .until(() -> !thread.isAlive() || parts(replica) >= parts);
            assertThat(thread.isAlive()).as(() -> "ended with " + ended.get()).isTrue();
        }

        private static int parts(Login replica) throws SQLException {
            try {
                return Integer.parseInt(
                        replica.value("SELECT COUNT(*) FROM dbmanager_local.seed_parts"));
            } catch (SQLException e) {
                if (e.getErrorCode() == 1146 || e.getErrorCode() == 1049) {
                    return 0;
                }
                throw e;
            }
        }

        /** Ends it as a shutdown does. */
        void interrupt() throws InterruptedException {
            thread.interrupt();
            thread.join();
            assertThat(ended.get()).isInstanceOf(InterruptedException.class);
        }

        /** Waits for its end, with a failure. */
        @Nullable Exception failure() throws InterruptedException {
            thread.join();
            return ended.get();
        }
    }
}
