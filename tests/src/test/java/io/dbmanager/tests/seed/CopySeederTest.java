package io.dbmanager.tests.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Position;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.SeedMarker;
import io.dbmanager.sync.seed.SeedTarget;
import io.dbmanager.tests.compare.AwkwardData;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.EachFlavour;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Copies between real servers. */
final class CopySeederTest {
    private static final String MANY_ROWS =
            "INSERT INTO many.rows_ (t) SELECT CONCAT(a.t, b.t) FROM many.seeds a, many.seeds b,"
                    + " many.seeds c";

    /** In whole tables; in parts of them it does so on each flavour. */
    @EachFamily
    void everythingArrivesAsItIs(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).start()) {
            Seeding seeding = new Seeding(cluster);
            try (Connection primary = seeding.connector.open(cluster.primary().spec())) {
                AwkwardData.load(primary);
            }
            cluster.replica(1)
                    .root()
                    .execute(
                            "CREATE DATABASE foreign_data",
                            "CREATE TABLE foreign_data.t (id INT)",
                            "CREATE USER stranger@'%' IDENTIFIED BY 'x'");

            String localInfile = cluster.replica(1).root().value("SELECT @@GLOBAL.local_infile");

            var _ = seeding.copy(cluster.replica(1));

            assertThat(seeding.failed).isEmpty();
            assertThat(seeding.notes).isEmpty();
            assertThat(seeding.differences(cluster.replica(1))).isEmpty();
            Login copied = cluster.replica(1).as(cluster.primary().credentials());
            assertThat(count(copied, "Com_load"))
                    .isGreaterThan(2 * count(copied, "Com_rollback_to_savepoint"));
            assertThat(copied.value("SELECT @@GLOBAL.local_infile")).isEqualTo(localInfile);
            assertThatThrownBy(() -> cluster.replica(1).root().value("SELECT 1"))
                    .isInstanceOf(SQLException.class);
            assertThat(seeding.progress)
                    .hasEntrySatisfying(
                            "dbread1", progress -> assertThat(progress.rowsDone()).isPositive());
        }
    }

    /** Keys of any kind, most of whose values lie close together. */
    @EachFlavour
    void tablesArriveInParts(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).start()) {
            Seeding seeding = new Seeding(cluster);
            Login primary = cluster.primary().root();
            fillSkewedKeys(primary);
            try (Connection connection = seeding.connector.open(cluster.primary().spec())) {
                AwkwardData.load(connection);
            }
            seeding.rowsPerUnit = 7;
            long selects = count(primary, "Com_select");

            var _ = seeding.copy(cluster.replica(1));

            assertThat(count(primary, "Com_select") - selects).isGreaterThan(6 * 2 * 500 / 8);
            assertThat(seeding.failed).isEmpty();
            assertThat(seeding.notes).isEmpty();
            assertThat(seeding.differences(cluster.replica(1))).isEmpty();
        }
    }

    private static void fillSkewedKeys(Login primary) throws SQLException {
        primary.execute(
                "CREATE DATABASE skewed",
                "CREATE TABLE skewed.digits (d INT PRIMARY KEY)",
                "INSERT INTO skewed.digits VALUES (0), (1), (2), (3), (4), (5), (6), (7)",
                "CREATE TABLE skewed.numbers (id BIGINT UNSIGNED PRIMARY KEY) SELECT a.d * 64 +"
                        + " b.d * 8 + c.d AS id FROM skewed.digits a, skewed.digits b,"
                        + " skewed.digits c",
                "INSERT INTO skewed.numbers VALUES (18446744073709551615), (9223372036854775808)");
        fillFromNumbers(primary, "texts", "k VARCHAR(40) COLLATE utf8mb4_unicode_ci", "k");
        fillFromNumbers(primary, "bytes", "k VARBINARY(40)", "k");
        fillFromNumbers(primary, "latin", "k CHAR(40) CHARACTER SET latin1", "k");
        fillFromNumbers(primary, "several", "n INT, k VARCHAR(40) CHARACTER SET utf8mb4", "n, k");
        fillFromNumbers(primary, "partly", "n DECIMAL(5, 1), k DOUBLE", "n, k");
    }

    /** A table with a row for each number, whose key has its digits in another order. */
    private static void fillFromNumbers(Login primary, String table, String columns, String key)
            throws SQLException {
        String text =
                "CONCAT(IF(id % 50 = 0, CHAR(97, 39, 92 USING utf8mb4), 'same '), id % 7, '-', id)";
        String k = table.equals("partly") ? "id / 3" : text;
        primary.execute(
                "CREATE TABLE skewed." + table + " (" + columns + ", PRIMARY KEY (" + key + "))",
                "INSERT INTO skewed."
                        + table
                        + " SELECT "
                        + (key.equals("k") ? k : "id % 4, " + k)
                        + " FROM skewed.numbers WHERE id < 1000",
                "ANALYZE TABLE skewed." + table);
    }

    /** Without GTIDs writers of one row keep the lock away that MySQL 8.0.15 then needs. */
    @EachFamily
    void rowsAreThoseOfThePosition(ServerFlavour flavour) throws Exception {
        Cluster.Builder builder = Cluster.of(flavour).replicas(2);
        if (flavour == ServerFlavour.MYSQL_8_0) {
            builder.withGtids();
        }
        try (Cluster cluster = builder.start()) {
            Seeding seeding = new Seeding(cluster);
            Position position;
            try (Writers writers = new Writers(cluster.primary().root(), 4)) {
                fillManyRows(cluster.primary().root());
                await().until(() -> writers.transactions() > 50);

                position = seeding.copy(cluster.replica(1), cluster.replica(2));

                long then = writers.transactions();
                await().until(() -> writers.transactions() > then + 50);
            }
            seeding.replicate(cluster.replica(1), 1001, position);
            seeding.replicate(cluster.replica(2), 1002, position);

            for (int i = 1; i <= 2; i++) {
                assertThat(seeding.compared(cluster.replica(i))).isEmpty();
                assertThat(seeding.differences(cluster.replica(i))).isEmpty();
            }
            assertThat(
                            cluster.replica(1)
                                    .as(cluster.primary().credentials())
                                    .value("SELECT SUM(amount) FROM busy.money"))
                    .isEqualTo("2000000");
        }
    }

    @EachFamily
    void whatDiffersIsFoundWhileWritingGoesOn(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).start();
                Writers _ = new Writers(cluster.primary().root(), 2)) {
            Seeding seeding = new Seeding(cluster);
            cluster.primary()
                    .root()
                    .execute(
                            "CREATE DATABASE shop",
                            "CREATE TABLE shop.orders (id INT PRIMARY KEY, f FLOAT)",
                            "INSERT INTO shop.orders VALUES (1, 1.5), (2, 2.5)",
                            "CREATE TABLE shop.exact (id INT PRIMARY KEY, d DOUBLE)",
                            "INSERT INTO shop.exact VALUES (1, -1.2345678901234567e-10)",
                            "CREATE TABLE shop.same (id INT PRIMARY KEY)",
                            "CREATE TABLE shop.keyless (v VARCHAR(9))",
                            "INSERT INTO shop.keyless VALUES ('a'), ('a'), (NULL)",
                            "CREATE TABLE shop.words (w VARCHAR(20) PRIMARY KEY, n INT)",
                            "INSERT INTO shop.words VALUES ('one', 1), ('two', 2), ('six', 6),"
                                    + " ('ten', 10)",
                            "CREATE TABLE shop.lines (id INT, line INT, t TEXT, PRIMARY KEY (id,"
                                    + " line)) ENGINE=MyISAM",
                            "INSERT INTO shop.lines VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c')",
                            "CREATE VIEW shop.v AS SELECT id FROM shop.orders",
                            "CREATE PROCEDURE shop.p() SELECT 1",
                            "CREATE USER buyer@'%' IDENTIFIED BY 'x'",
                            "GRANT SELECT ON shop.* TO buyer@'%'");
            seeding.replicate(cluster.replica(1), 1001, seeding.copy(cluster.replica(1)));
            seeding.rowsPerUnit = 2;
            assertThat(seeding.compared(cluster.replica(1))).isEmpty();

            cluster.replica(1)
                    .as(cluster.primary().credentials())
                    .execute(
                            "SET SESSION sql_log_bin = 0",
                            "UPDATE shop.orders SET f = 1.5000001 WHERE id = 1",
                            "UPDATE shop.exact SET d = -1.2345678901234572e-10 WHERE id = 1",
                            "CREATE OR REPLACE VIEW shop.v AS SELECT f FROM shop.orders",
                            "DROP PROCEDURE shop.p",
                            "CREATE TABLE shop.extra (id INT)",
                            "DELETE FROM shop.keyless LIMIT 1",
                            "INSERT INTO shop.keyless VALUES ('b')",
                            "UPDATE shop.words SET n = IF(n = 1, 2, 1) WHERE n < 3",
                            "DELETE FROM shop.words WHERE w = 'ten'",
                            "INSERT INTO shop.words VALUES ('zero', 0)",
                            "UPDATE shop.lines SET t = NULL WHERE id = 1 AND line = 2",
                            "GRANT INSERT ON shop.* TO buyer@'%'");

            assertThat(seeding.compared(cluster.replica(1)))
                    .containsExactly(
                            "procedure shop.p",
                            "table shop.extra",
                            "view shop.v",
                            "account buyer@%",
                            "table shop.exact: 1 row differs (1 changed), id 1",
                            "table shop.keyless: rows differ among 3",
                            "table shop.lines: 1 row differs (1 changed), in part 1 of 2, id 1",
                            "table shop.orders: 1 row differs (1 changed), id 1",
                            "table shop.words: 4 rows differ (1 missing, 1 extra, 2 changed), in"
                                    + " parts 1, 2 of 2");
        }
    }

    @EachFamily
    void aReplicaThatDiesLeavesTheOthersAlone(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start()) {
            Seeding seeding = new Seeding(cluster);
            fillManyRows(cluster.primary().root());

            CompletableFuture<Position> copy =
                    inBackground(
                            () -> seeding.copy(4_000_000, cluster.replica(1), cluster.replica(2)));
            await().until(() -> rowsDone(seeding) > 1000);
            cluster.replica(2).kill();

            assertThat(copy.get()).isNotNull();
            assertThat(seeding.failed).containsOnlyKeys("dbread2");
            assertThat(seeding.differences(cluster.replica(1))).isEmpty();
        }
    }

    @EachFamily
    void anInterruptedCopyIsMarkedAndCanBeMadeAgain(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).start()) {
            Seeding seeding = new Seeding(cluster);
            fillManyRows(cluster.primary().root());
            AtomicReference<@Nullable Throwable> ended = new AtomicReference<>();
            Thread thread =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    var _ = seeding.copy(1_000_000, cluster.replica(1));
                                } catch (Exception e) {
                                    ended.set(e);
                                }
                            });
            await().until(() -> rowsDone(seeding) > 1000);
            Login replica1 = cluster.replica(1).root();
            List<List<@Nullable String>> noted =
                    replica1.rows("SELECT variable, value FROM dbmanager_local.seed_settings");
            thread.interrupt();
            thread.join();

            assertThat(ended.get()).isInstanceOf(InterruptedException.class);
            leaveSettingsAsAKilledProcessDoes(replica1, noted);
            try (Connection replica = seeding.connector.open(cluster.replica(1).spec())) {
                assertThat(SeedMarker.find(replica, !flavour.isMariaDb())).contains("dbwrite");
            }
            var _ = seeding.copy(cluster.replica(1));
            assertThat(seeding.differences(cluster.replica(1))).isEmpty();
            Login copied = cluster.replica(1).as(cluster.primary().credentials());
            for (List<@Nullable String> setting : noted) {
                assertThat(copied.value("SELECT @@GLOBAL." + setting.get(0)))
                        .isEqualTo(setting.get(1));
            }
            try (Connection replica = seeding.connector.open(seeding.copied(cluster.replica(1)))) {
                SeedMarker.clear(replica);
                assertThat(SeedMarker.find(replica, !flavour.isMariaDb())).isEmpty();
            }
        }
    }

    /** It has put nothing back, but what it noted is still there. */
    private static void leaveSettingsAsAKilledProcessDoes(
            Login replica, List<List<@Nullable String>> noted) throws SQLException {
        assertThat(noted)
                .extracting(setting -> setting.getFirst())
                .contains("max_allowed_packet", "log_bin_trust_function_creators");
        List<String> statements =
                new ArrayList<>(
                        List.of(
                                "SET SESSION sql_log_bin = 0",
                                "CREATE TABLE IF NOT EXISTS dbmanager_local.seed_settings (variable"
                                        + " VARCHAR(64) PRIMARY KEY, value VARCHAR(1024))",
                                "SET GLOBAL max_allowed_packet = 1073741824",
                                "SET GLOBAL log_bin_trust_function_creators = 1"));
        for (List<@Nullable String> setting : noted) {
            statements.add(
                    "REPLACE INTO dbmanager_local.seed_settings VALUES ('"
                            + setting.get(0)
                            + "', '"
                            + setting.get(1)
                            + "')");
        }
        replica.execute(statements.toArray(String[]::new));
    }

    /** Whoever hears of a failure may begin anew while the copy goes on with others. */
    @Test
    void settingsAreAsBeforeWhenAFailureIsTold() throws Exception {
        try (Cluster cluster =
                Cluster.of(ServerFlavour.MYSQL_8_0)
                        .replicaArguments("--disabled-storage-engines=MyISAM")
                        .start()) {
            Seeding seeding = new Seeding(cluster);
            cluster.primary()
                    .root()
                    .execute(
                            "CREATE DATABASE app",
                            "CREATE TABLE app.old (id INT PRIMARY KEY) ENGINE=MyISAM");
            Login replica = cluster.replica(1).root();
            String settings =
                    "SELECT CONCAT(@@GLOBAL.log_bin_trust_function_creators, ' ',"
                            + " @@GLOBAL.max_allowed_packet)";
            String before = replica.value(settings);
            AtomicReference<@Nullable String> then = new AtomicReference<>();
            seeding.whenOneFails =
                    _ -> {
                        try {
                            then.set(replica.value(settings));
                        } catch (SQLException e) {
                            then.set(e.getMessage());
                        }
                    };

            assertThatThrownBy(() -> seeding.copy(cluster.replica(1)))
                    .isInstanceOf(SyncException.class)
                    .hasMessageContaining("app.old");

            assertThat(then.get()).isEqualTo(before);
        }
    }

    @Test
    void aLoginThatMayNotWriteEverythingIsToldBeforeAnythingIsTouched() throws Exception {
        try (Cluster cluster = Cluster.of(ServerFlavour.MARIADB_11_4).start()) {
            Seeding seeding = new Seeding(cluster);
            Login replica = cluster.replica(1).root();
            replica.execute(
                    "CREATE DATABASE kept",
                    "CREATE USER modest@'%' IDENTIFIED BY 'x'",
                    "GRANT ALL ON *.* TO modest@'%'",
                    "REVOKE CREATE USER, TRIGGER ON *.* FROM modest@'%'");
            SeedTarget target = seeding.target(cluster.replica(1));
            ServerSpec modest =
                    new ServerSpec(
                            "dbread1", target.server().address(), Credentials.of("modest", "x"));

            assertThatThrownBy(() ->
                            seeding.copyTo(0, List.of(new SeedTarget(modest, target.version()))))
                    .isInstanceOf(SyncException.class);

            assertThat(seeding.failed.get("dbread1"))
                    .hasMessageContaining("missing TRIGGER, CREATE USER; run GRANT TRIGGER");
            assertThat(replica.rows("SHOW DATABASES LIKE 'kept'")).hasSize(1);
        }
    }

    /** The statistics of a table tell of many terabytes. */
    @EachFamily
    void aDiskThatIsTooSmallIsToldBeforeAnythingIsTouched(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).start()) {
            Seeding seeding = new Seeding(cluster);
            cluster.primary()
                    .root()
                    .execute(
                            "CREATE DATABASE huge",
                            "CREATE TABLE huge.t (id INT PRIMARY KEY) STATS_AUTO_RECALC=0,"
                                    + " STATS_PERSISTENT=1",
                            "UPDATE mysql.innodb_table_stats SET clustered_index_size = 10000000000"
                                    + " WHERE database_name = 'huge'",
                            "FLUSH TABLES huge.t");
            if (flavour.isMariaDb()) {
                // It looks at them only when it opens a table for the first time.
                cluster.primary().stop();
                cluster.primary().restart();
            }
            Login replica = cluster.replica(1).root();
            replica.execute("CREATE DATABASE kept");

            assertThatThrownBy(() -> seeding.copy(cluster.replica(1)))
                    .isInstanceOf(SyncException.class);

            assertThat(seeding.failed.get("dbread1"))
                    .hasMessageMatching(
                            "there is no room for a copy: data and keys on dbwrite take"
                                    + " 15\\d{4}\\.\\d GB, and the disk of dbread1 has .* free .*larger"
                                    + " disk");
            assertThat(replica.rows("SHOW DATABASES LIKE 'kept'")).hasSize(1);
            assertThat(replica.rows("SHOW DATABASES LIKE 'dbmanager_local'")).isEmpty();
        }
    }

    /** MariaDB and MySQL 5.7 have no lock that keeps definitions as they are. */
    @Test
    void aTableRebuiltMeanwhileMakesTheCopyStartOver() throws Exception {
        try (Cluster cluster = Cluster.of(ServerFlavour.MARIADB_11_4).start()) {
            Seeding seeding = new Seeding(cluster);
            Login primary = cluster.primary().root();
            fillManyRows(primary);
            primary.execute(
                    "CREATE DATABASE later",
                    "CREATE TABLE later.t (id INT PRIMARY KEY)",
                    "INSERT INTO later.t VALUES (1)");

            CompletableFuture<Position> copy =
                    inBackground(() -> seeding.copy(4_000_000, cluster.replica(1)));
            await().until(() -> rowsDone(seeding) > 1000);
            primary.execute(
                    "ALTER TABLE later.t ADD COLUMN a INT DEFAULT 5, FORCE",
                    "INSERT INTO later.t VALUES (2, 2)");
            var _ = copy.get();

            assertThat(seeding.failed).isEmpty();
            assertThat(seeding.differences(cluster.replica(1))).isEmpty();
        }
    }

    @Test
    void aPrimaryThatCannotBeReadLeavesTheReplicaAsItWas() throws Exception {
        try (Cluster cluster = Cluster.of(ServerFlavour.MARIADB_11_4).start()) {
            Seeding seeding = new Seeding(cluster);
            cluster.primary()
                    .root()
                    .execute(
                            "CREATE DATABASE broken",
                            "CREATE TABLE broken.t (id INT PRIMARY KEY)",
                            "XA START 'prepared'",
                            "INSERT INTO broken.t VALUES (1)",
                            "XA END 'prepared'",
                            "XA PREPARE 'prepared'");
            cluster.replica(1)
                    .root()
                    .execute("CREATE DATABASE kept", "CREATE TABLE kept.t (id INT PRIMARY KEY)");

            assertThatThrownBy(() -> seeding.copy(cluster.replica(1)))
                    .isInstanceOf(SyncException.class)
                    .hasMessageContaining("prepared XA transactions");

            assertThat(cluster.replica(1).root().value("SELECT COUNT(*) FROM kept.t"))
                    .isEqualTo("0");
        }
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    private static long count(Login server, String status) throws SQLException {
        return Long.parseLong(
                String.valueOf(
                        server.rows("SHOW GLOBAL STATUS LIKE '" + status + "'").getFirst().get(1)));
    }

    private static long rowsDone(Seeding seeding) {
        return seeding.progress.values().stream().mapToLong(p -> p.rowsDone()).max().orElse(0);
    }

    private static void fillManyRows(Login primary) throws SQLException {
        primary.execute(
                "CREATE DATABASE many",
                "CREATE TABLE many.seeds (t VARCHAR(200))",
                "CREATE TABLE many.rows_ (id INT AUTO_INCREMENT PRIMARY KEY, t VARCHAR(400))");
        StringBuilder seeds = new StringBuilder("INSERT INTO many.seeds VALUES ");
        for (int i = 0; i < 40; i++) {
            seeds.append(i == 0 ? "" : ", ").append("(REPEAT('row ").append(i).append("', 20))");
        }
        primary.execute(seeds.toString(), MANY_ROWS);
    }

    private interface Copy {
        Position run() throws Exception;
    }

    private static CompletableFuture<Position> inBackground(Copy copy) {
        CompletableFuture<Position> done = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        done.complete(copy.run());
                    } catch (Exception e) {
                        done.completeExceptionally(e);
                    }
                });
        return done;
    }
}
