package io.dbmanager.tests.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.Position;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.RepairSeeder;
import io.dbmanager.sync.seed.UndoneRows;
import io.dbmanager.tests.compare.AwkwardData;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** Repairs of real servers. */
final class RepairSeederTest {
    private static final String[] STRAY = {
        "SET SESSION sql_log_bin = 0",
        // Two rows have exchanged what only one may have.
        "UPDATE drift.numbers SET u = 'x' WHERE id = 5",
        "UPDATE drift.numbers SET u = 'u5' WHERE id = 1999",
        "UPDATE drift.numbers SET u = 'u1999' WHERE id = 5",
        "UPDATE drift.numbers SET f = f + 0.5, t = NULL WHERE id = 700",
        "DELETE FROM drift.numbers WHERE id IN (9, 1234)",
        "INSERT INTO drift.numbers (id, u, t) VALUES (-3, 'only here', ''), (99999, 'y', '')",
        "DELETE FROM drift.pairs WHERE a = 3",
        "UPDATE drift.pairs SET v = v + 1 WHERE a = 5 AND b = 'b5'",
        "UPDATE drift.pairs SET b = 'B6' WHERE a = 6 AND b = 'b6'",
        "INSERT INTO drift.keyless VALUES ('more')",
        "UPDATE drift.old SET v = 'changed' WHERE id = 2",
        "DROP TABLE drift.gone",
        "ALTER TABLE drift.altered ADD COLUMN extra INT",
        "CREATE TABLE drift.own (id INT PRIMARY KEY, v VARCHAR(20))",
        "INSERT INTO drift.own VALUES (1, 'mine')",
        // A view that is invalid on the primary names a column that this table lacks.
        "INSERT INTO drift.narrow VALUES (3, 'mine as well')",
        "CREATE DATABASE private",
        "CREATE TABLE private.t (id INT)",
        "DROP VIEW drift.v",
        "DROP PROCEDURE drift.p",
        "CREATE PROCEDURE drift.p() SELECT 2",
        "DROP TRIGGER drift.tr",
        "ALTER DATABASE empty_one CHARACTER SET latin1",
        "CREATE USER stranger@'%' IDENTIFIED BY 'x'",
    };

    private static void fill(Login primary) throws Exception {
        primary.execute(
                "CREATE DATABASE empty_one CHARACTER SET utf8mb4",
                "CREATE DATABASE drift",
                "CREATE TABLE drift.digits (d INT PRIMARY KEY)",
                "INSERT INTO drift.digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)",
                "CREATE TABLE drift.numbers (id BIGINT AUTO_INCREMENT PRIMARY KEY, u VARCHAR(20)"
                        + " NOT NULL UNIQUE, t TEXT, f DOUBLE, g DOUBLE AS (f * 2))",
                "INSERT INTO drift.numbers (id, u, t, f) SELECT n, CONCAT('u', n), REPEAT(n, 9), n"
                        + " / 7 FROM (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n FROM"
                        + " drift.digits a, drift.digits b, drift.digits c, drift.digits e WHERE"
                        + " e.d < 3) x",
                "CREATE TABLE drift.pairs (a INT, b VARCHAR(20), at DATETIME NOT NULL, v INT,"
                        + " PRIMARY KEY (a, b, at))",
                "INSERT INTO drift.pairs SELECT a.d, CONCAT('b', b.d), '2026-01-01' + INTERVAL c.d"
                        + " HOUR, c.d FROM drift.digits a, drift.digits b, drift.digits c",
                "CREATE TABLE drift.keyless (v VARCHAR(9))",
                "INSERT INTO drift.keyless VALUES ('a'), ('a'), (NULL)",
                "CREATE TABLE drift.old (id INT PRIMARY KEY, v VARCHAR(9)) ENGINE=MyISAM",
                "INSERT INTO drift.old VALUES (1, 'one'), (2, 'two')",
                "CREATE TABLE drift.gone (id INT PRIMARY KEY)",
                "INSERT INTO drift.gone VALUES (1)",
                "CREATE TABLE drift.altered (id INT PRIMARY KEY)",
                "INSERT INTO drift.altered VALUES (1), (2)",
                "CREATE TABLE drift.narrow (id INT PRIMARY KEY, v VARCHAR(20), gone INT)",
                "INSERT INTO drift.narrow (id, v) VALUES (1, 'one'), (2, 'two')",
                "CREATE VIEW drift.invalid AS SELECT id, gone FROM drift.narrow",
                "ALTER TABLE drift.narrow DROP COLUMN gone",
                "CREATE VIEW drift.v AS SELECT id FROM drift.numbers",
                "CREATE PROCEDURE drift.p() SELECT 1",
                "CREATE TRIGGER drift.tr BEFORE INSERT ON drift.numbers FOR EACH ROW SET NEW.t ="
                        + " UPPER(NEW.t)");
    }

    /** All kinds of tables and values, and all ways for them to differ. */
    @EachFamily
    void onlyWhatDiffersIsShippedWhileWritingGoesOn(ServerFlavour flavour, @TempDir Path folder)
            throws Exception {
        try (Cluster cluster = Cluster.of(flavour).start()) {
            Seeding seeding = new Seeding(cluster);
            Login primary = cluster.primary().root();
            try (Connection connection = seeding.connector.open(cluster.primary().spec())) {
                AwkwardData.load(connection);
            }
            fill(primary);
            RepairSeeder.Outcome outcome;
            UndoneRows undone =
                    UndoneRows.create(folder, "dbread1", "dbwrite", List.of("a"), Instant.now());
            try (Writers writers = new Writers(primary, 2)) {
                await().until(() -> writers.transactions() > 20);
                var _ = seeding.copy(cluster.replica(1));
                primary.execute("DELETE FROM drift.numbers WHERE id > 2990");
                cluster.replica(1).as(cluster.primary().credentials()).execute(STRAY);
                seeding.rowsPerUnit = 300;

                outcome = seeding.repair(Optional.of(undone), cluster.replica(1));

                long then = writers.transactions();
                await().until(() -> writers.transactions() > then + 20);
            }
            assertThat(seeding.failed).isEmpty();
            assertThat(seeding.notes).isEmpty();
            assertThat(outcome).isInstanceOf(RepairSeeder.Outcome.Repaired.class);
            Position position = ((RepairSeeder.Outcome.Repaired) outcome).position();
            Login replica = cluster.replica(1).as(cluster.primary().credentials());
            assertThat(replica.rows("SHOW DATABASES LIKE 'private'")).isEmpty();
            seeding.replicate(cluster.replica(1), 1001, position);
            assertThat(seeding.compared(cluster.replica(1))).isEmpty();
            assertThat(seeding.differences(cluster.replica(1))).isEmpty();
            undone.close();
            assertThat(Files.readString(undone.file(), StandardCharsets.ISO_8859_1))
                    .contains(
                            "only here",
                            "_binary'u1999'",
                            "(1999,_binary'u5'",
                            "mine",
                            "mine as well",
                            "REPLACE INTO `drift`.`numbers`",
                            "SELECT 2")
                    .doesNotContain("u77'");
        }
    }

    /** The replica dies when some of it is repaired and some is not. */
    @EachFamily
    void whatWasCutOffIsFinishedByTheNext(ServerFlavour flavour, @TempDir Path folder)
            throws Exception {
        try (Cluster cluster = Cluster.of(flavour).start()) {
            Seeding seeding = new Seeding(cluster);
            fill(cluster.primary().root());
            var _ = seeding.copy(cluster.replica(1));
            Login replica = cluster.replica(1).as(cluster.primary().credentials());
            replica.execute(STRAY);
            seeding.rowsPerUnit = 300;
            Instant begun = Instant.now();
            UndoneRows first = UndoneRows.create(folder, "dbread1", "dbwrite", List.of("a"), begun);
            try (Connection blocker = replica.connect();
                    Statement block = blocker.createStatement()) {
                block.execute("BEGIN");
                block.execute("SELECT * FROM drift.numbers WHERE id = 99999 FOR UPDATE");
                Thread repair = Thread.ofVirtual().start(() -> repairs(seeding, cluster, first));
                await().until(() ->
                        replica.value("SELECT COUNT(*) FROM drift.numbers WHERE id IN (9, 1234)")
                                .equals("2"));
                cluster.replica(1).kill();
                repair.join();
            }
            first.close();
            assertThat(seeding.failed).hasSize(1);
            cluster.replica(1).restart();
            assertThat(replica.value("SELECT COUNT(*) FROM drift.numbers WHERE id = 99999"))
                    .isEqualTo("1");
            UndoneRows second =
                    UndoneRows.create(
                            folder, "dbread1", "dbwrite", List.of("a"), begun.plusSeconds(60));

            assertThat(seeding.repair(Optional.of(second), cluster.replica(1)))
                    .isInstanceOf(RepairSeeder.Outcome.Repaired.class);

            second.close();
            assertThat(seeding.differences(cluster.replica(1))).isEmpty();
            // What was saved by the first is in its file, and what was left is in the other's.
            assertThat(Files.readString(first.file(), StandardCharsets.ISO_8859_1))
                    .contains("only here", "_binary'u1999'", "(99999,_binary'y'", "mine");
            assertThat(Files.readString(second.file(), StandardCharsets.ISO_8859_1))
                    .contains("(99999,_binary'y'");
        }
    }

    private static void repairs(Seeding seeding, Cluster cluster, UndoneRows undone) {
        try {
            var _ = seeding.repair(Optional.of(undone), cluster.replica(1));
        } catch (Exception e) {
            seeding.failed.put("dbread1", new SyncException(String.valueOf(e.getMessage()), e));
        }
    }

    /** What has most of it gets what it lacks; what lacks most of it is for a copy. */
    @EachFamily
    void whatIsEqualIsLeftAlone(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).start()) {
            Seeding seeding = new Seeding(cluster);
            fill(cluster.primary().root());
            var _ = seeding.copy(cluster.replica(1));
            Login replica = cluster.replica(1).as(cluster.primary().credentials());
            replica.execute(
                    "SET SESSION sql_log_bin = 0", "UPDATE drift.numbers SET t = '' WHERE id = 7");
            assertThat(seeding.repair(Optional.empty(), cluster.replica(1)))
                    .isInstanceOfSatisfying(
                            RepairSeeder.Outcome.Repaired.class,
                            done -> {
                                assertThat(done.rows()).isEqualTo(1);
                                assertThat(done.tables()).isZero();
                            });

            assertThat(seeding.differences(cluster.replica(1))).isEmpty();

            replica.execute("SET SESSION sql_log_bin = 0", "DROP DATABASE drift");
            assertThat(seeding.repair(Optional.empty(), cluster.replica(1)))
                    .isInstanceOf(RepairSeeder.Outcome.TooDifferent.class);
        }
    }
}
