package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.sync.SyncSettings;
import io.dbmanager.sync.SyncSettings.CloneMode;
import io.dbmanager.sync.SyncSettings.ResyncMode;
import io.dbmanager.tests.compare.ServerComparison;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.FaultProxy;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import io.dbmanager.tests.servers.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Replicas that are made by the servers' own clone plugin, and those that cannot be. */
@Timeout(240)
class CloneTest {
    private static final ServerFlavour MYSQL = ServerFlavour.MYSQL_9_7;
    private static final String CLONED = "it is a clone of the primary and replicates";
    private static final String COPIED = "it is a copy of the primary and replicates";

    /** A clone transfers what every server holds, too, which takes a while at this rate. */
    private static final long SLOW = 4 << 20;

    private static SyncSettings settings(long bytesPerSecond, CloneMode cloning) {
        return Fleet.settings(ResyncMode.AUTO, bytesPerSecond, cloning);
    }

    private static void fill(Login primary) throws SQLException {
        primary.execute(
                "CREATE DATABASE shop",
                "CREATE TABLE shop.orders (id INT PRIMARY KEY AUTO_INCREMENT, t VARCHAR(200),"
                        + " KEY (t))",
                "INSERT INTO shop.orders (t) VALUES ('one'), ('two'), ('three')",
                "CREATE TABLE shop.ticks (id INT PRIMARY KEY AUTO_INCREMENT, by_server CHAR(36))",
                "CREATE DEFINER = ticker@'%' EVENT shop.tick ON SCHEDULE EVERY 1 SECOND DO INSERT"
                        + " INTO shop.ticks (by_server) VALUES (@@GLOBAL.server_uuid)",
                "CREATE USER ticker@'%'",
                "GRANT ALL ON *.* TO ticker@'%'",
                "CREATE USER app@'%' IDENTIFIED BY 'secret-of-app'",
                "GRANT SELECT ON shop.* TO app@'%'");
    }

    /** So much that a clone costs less than a copy, as the server reckons. */
    private static void fillMuch(Login primary) throws SQLException {
        fill(primary);
        primary.execute(
                "CREATE TABLE shop.scans (id INT PRIMARY KEY) STATS_PERSISTENT = 1"
                        + " STATS_AUTO_RECALC = 0",
                "INSERT INTO shop.scans VALUES (1)",
                "SET SESSION sql_log_bin = 0",
                "UPDATE mysql.innodb_table_stats SET clustered_index_size = 40000 WHERE table_name"
                        + " = 'scans'",
                "FLUSH LOCAL TABLES shop.scans");
    }

    /** The primary's event goes on meanwhile, and rests only while they are compared. */
    private static void assertEqual(Cluster cluster, Fleet fleet) throws Exception {
        Login primary = cluster.primary().root();
        await("the event has run")
                .atMost(Duration.ofSeconds(30))
                .until(() -> !primary.value("SELECT COUNT(*) FROM shop.ticks").equals("0"));
        fleet.awaitCaughtUp();
        primary.execute("ALTER DEFINER = ticker@'%' EVENT shop.tick DISABLE");
        fleet.awaitCaughtUp();
        for (int i = 1; i <= cluster.replicas().size(); i++) {
            Login replica = fleet.synced(i);
            try (Connection first = primary.connect();
                    Connection copy = replica.connect()) {
                assertThat(ServerComparison.differences(first, copy)).isEmpty();
            }
            assertThat(replica.value("SELECT COUNT(DISTINCT by_server) FROM shop.ticks"))
                    .isEqualTo("1");
            assertThat(replica.value("SELECT @@GLOBAL.super_read_only")).isEqualTo("1");
            assertThat(replica.value("SELECT @@GLOBAL.event_scheduler")).isEqualTo("ON");
            assertThat(replica.value("SELECT @@GLOBAL.gtid_executed"))
                    .doesNotContain(replica.value("SELECT @@GLOBAL.server_uuid"));
        }
        assertThat(primary.rows("SELECT * FROM mysql.global_grants WHERE user LIKE 'dbmanager%'"))
                .isEmpty();
    }

    @Test
    void whatComesBackFromARestartIsCloned() throws Exception {
        try (Cluster cluster = Cluster.of(MYSQL).replicas(2).supervised().start();
                Fleet fleet = Fleet.of(cluster)) {
            fillMuch(cluster.primary().root());
            String uuid = cluster.replica(1).root().value("SELECT @@GLOBAL.server_uuid");
            cluster.replica(2).root().execute("CREATE DATABASE shop");

            boolean settled = fleet.sync();

            assertThat(settled).as(fleet.notes() + cluster.logs()).isTrue();
            assertThat(fleet.notes()).contains(CLONED).doesNotContain("copied instead", COPIED);
            assertThat(fleet.synced(1).value("SELECT @@GLOBAL.server_uuid")).isEqualTo(uuid);
            fleet.serve();
            assertEqual(cluster, fleet);
        }
    }

    @Test
    void whatNobodyRestartsIsCopied() throws Exception {
        try (Cluster cluster = Cluster.of(MYSQL).start();
                Fleet fleet = Fleet.of(cluster)) {
            fillMuch(cluster.primary().root());
            assertThat(stepsOfReplica(fleet))
                    .anyMatch(step -> step.startsWith("clone everything from dbwrite"));

            assertThat(fleet.sync()).isTrue();

            assertThat(fleet.notes())
                    .contains("it is copied instead of cloned, since no supervisor", COPIED);
            assertThat(cluster.primary().root().rows("SELECT * FROM mysql.plugin")).isEmpty();
            fleet.watch();
            assertEqual(cluster, fleet);
        }
    }

    @Test
    void whatAnOperatorStartsIsClonedIfSaidSo() throws Exception {
        try (Cluster cluster = Cluster.of(MYSQL).start();
                Fleet fleet = Fleet.of(cluster, settings(0, CloneMode.ALWAYS));
                ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            fill(cluster.primary().root());
            Future<Boolean> sync = thread.submit(fleet::sync);

            fleet.awaitTopology("asked for", _ -> fleet.notes().contains("start it now"));
            cluster.replica(1).restart();

            assertThat(sync.get()).as(fleet.notes() + cluster.logs()).isTrue();
            assertThat(fleet.notes()).contains(CLONED);
            fleet.watch();
            assertEqual(cluster, fleet);
        }
    }

    @Test
    void tablesOfAnotherEngineAreCopied() throws Exception {
        try (Cluster cluster = Cluster.of(MYSQL).supervised().start();
                Fleet fleet = Fleet.of(cluster, settings(0, CloneMode.ALWAYS))) {
            fill(cluster.primary().root());
            cluster.primary()
                    .root()
                    .execute(
                            "CREATE TABLE shop.visits (i INT) ENGINE = MyISAM",
                            "INSERT INTO shop.visits VALUES (1)");

            assertThat(stepsOfReplica(fleet))
                    .anyMatch(step -> step.startsWith("copy everything from dbwrite"))
                    .anyMatch(step ->
                            step.contains("not cloned, since only tables in InnoDB are cloned")
                                    && step.contains("shop.visits (MyISAM)"));
            assertThat(fleet.sync()).isTrue();
            fleet.watch();
            assertEqual(cluster, fleet);
        }
    }

    @Test
    void whatIsKilledInTheMiddleIsClonedOnceMore() throws Exception {
        try (Cluster cluster = Cluster.of(MYSQL).supervised().start();
                Fleet fleet = Fleet.of(cluster, settings(SLOW, CloneMode.ALWAYS));
                ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            fill(cluster.primary().root());
            Future<Boolean> sync = thread.submit(fleet::sync);
            awaitInTheMiddle(cluster.replica(1));

            cluster.replica(1).kill();
            cluster.replica(1).restart();

            assertThat(sync.get()).as(fleet.notes() + cluster.logs()).isTrue();
            assertThat(fleet.notes())
                    .contains(
                            "it is cloned once more, since its server ended in the middle of it",
                            CLONED);
            fleet.watch();
            assertEqual(cluster, fleet);
        }
    }

    @Test
    void whatIsCutOffFromThePrimaryGoesOn() throws Exception {
        try (Cluster cluster = Cluster.of(MYSQL).supervised().start();
                FaultProxy network = FaultProxy.to(cluster.primary().address());
                Fleet fleet =
                        Fleet.of(
                                cluster,
                                behind(network, cluster),
                                settings(SLOW, CloneMode.ALWAYS));
                ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            fill(cluster.primary().root());
            Future<Boolean> sync = thread.submit(fleet::sync);
            awaitInTheMiddle(cluster.replica(1));

            network.cut();
            cluster.replica(1).root().execute("SET GLOBAL clone_max_network_bandwidth = 0");

            assertThat(sync.get()).as(fleet.notes() + cluster.logs()).isTrue();
            assertThat(fleet.notes()).contains(CLONED);
            fleet.watch();
            assertEqual(cluster, fleet);
        }
    }

    @Test
    void whatLosesItsPrimaryIsClonedOnceMore() throws Exception {
        try (Cluster cluster = Cluster.of(MYSQL).supervised().start();
                Fleet fleet = Fleet.of(cluster, settings(SLOW, CloneMode.ALWAYS));
                ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            fill(cluster.primary().root());
            Future<Boolean> sync = thread.submit(fleet::sync);
            awaitInTheMiddle(cluster.replica(1));

            cluster.primary().kill();
            cluster.primary().restart();

            assertThat(sync.get()).as(fleet.notes() + cluster.logs()).isTrue();
            assertThat(fleet.notes()).contains("it is cloned once more, since", CLONED);
            fleet.watch();
            assertEqual(cluster, fleet);
        }
    }

    /** The server goes on while nobody watches. */
    @Test
    void whatARunHasBegunIsAwaitedByTheNext() throws Exception {
        try (Cluster cluster = Cluster.of(MYSQL).supervised().start();
                ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            fill(cluster.primary().root());
            try (Fleet first = Fleet.of(cluster, settings(SLOW, CloneMode.ALWAYS))) {
                Future<Boolean> sync = thread.submit(first::sync);
                awaitInTheMiddle(cluster.replica(1));
                sync.cancel(true);
            }
            try (Fleet next = Fleet.of(cluster, settings(0, CloneMode.NEVER))) {
                assertThat(next.sync()).as(next.notes() + cluster.logs()).isTrue();
                assertThat(next.notes()).contains(CLONED);
                next.watch();
                assertEqual(cluster, next);
            }
        }
    }

    /** As after a crash just before it is pointed at the primary. */
    @Test
    void aCloneThatNobodyHasPointedAtThePrimaryCatchesUp() throws Exception {
        try (Cluster cluster = Cluster.of(MYSQL).supervised().start();
                ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            fill(cluster.primary().root());
            try (Fleet first = Fleet.of(cluster, settings(SLOW, CloneMode.ALWAYS))) {
                Future<Boolean> sync = thread.submit(first::sync);
                awaitInTheMiddle(cluster.replica(1));
                sync.cancel(true);
            }
            cluster.replica(1).root().execute("SET GLOBAL clone_max_network_bandwidth = 0");
            Login cloned = cluster.replica(1).as(cluster.primary().credentials());
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsMatching(e -> e instanceof SQLException)
                    .until(() -> cloned.value("SELECT COUNT(*) FROM shop.orders").equals("3"));
            assertThat(cloned.value("SELECT @@GLOBAL.super_read_only")).isEqualTo("1");

            try (Fleet next = Fleet.of(cluster)) {
                assertThat(stepsOfReplica(next))
                        .anyMatch(step -> step.startsWith("disable what it would run"))
                        .anyMatch(step -> step.startsWith("replicate from dbwrite by GTIDs, from"))
                        .noneMatch(step -> step.contains("everything"));
                assertThat(next.sync()).as(next.notes() + cluster.logs()).isTrue();
                next.watch();
                assertEqual(cluster, next);
            }
        }
    }

    @Test
    void whatHoldsOtherDataIsClonedWithConsentOnly() throws Exception {
        try (Cluster cluster = Cluster.of(MYSQL).supervised().start()) {
            fill(cluster.primary().root());
            cluster.replica(1)
                    .root()
                    .execute(
                            "CREATE DATABASE crm",
                            "CREATE TABLE crm.people (id INT PRIMARY KEY)",
                            "INSERT INTO crm.people VALUES (1)");
            try (Fleet without = Fleet.of(cluster, settings(0, CloneMode.ALWAYS))) {
                assertThatThrownBy(without::sync)
                        .isInstanceOf(SyncException.WouldLoseData.class)
                        .hasMessageContaining("crm (people: 1 row)");
            }
            assertThat(cluster.replica(1).root().value("SELECT COUNT(*) FROM crm.people"))
                    .isEqualTo("1");
            try (Fleet with =
                    Fleet.of(
                            cluster,
                            Fleet.settings(ResyncMode.AUTO, 0, CloneMode.ALWAYS, "dbread1"))) {
                assertThat(with.sync()).as(with.notes() + cluster.logs()).isTrue();
                assertThat(with.notes()).contains(CLONED);
                with.watch();
                assertEqual(cluster, with);
            }
        }
    }

    /** A replica that is not ours keeps GTIDs off; then the clone says where it stands. */
    @Test
    void withoutGtidsItGoesOnByFileAndOffset() throws Exception {
        String[] off = {"--gtid-mode=OFF", "--enforce-gtid-consistency=OFF"};
        try (Cluster cluster =
                Cluster.of(MYSQL)
                        .replicas(2)
                        .primaryArguments(off)
                        .replicaArguments(off)
                        .supervised()
                        .start()) {
            Login primary = cluster.primary().root();
            fill(primary);
            replicateByHand(cluster);
            Services services =
                    new Services(
                            cluster.services().primary(),
                            List.of(cluster.services().replicas().getFirst()));
            try (Fleet fleet = Fleet.of(cluster, services, settings(0, CloneMode.ALWAYS));
                    ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
                AtomicBoolean over = new AtomicBoolean();
                Future<Integer> writes = thread.submit(() -> writeUntil(over, primary));

                boolean settled = fleet.sync();

                over.set(true);
                assertThat(settled).as(fleet.notes() + cluster.logs()).isTrue();
                assertThat(writes.get()).isPositive();
                assertThat(fleet.notes()).contains(CLONED);
                Login replica = fleet.synced(1);
                assertThat(replica.value("SELECT @@GLOBAL.gtid_mode")).isEqualTo("OFF");
                primary.execute("ALTER DEFINER = ticker@'%' EVENT shop.tick DISABLE");
                fleet.watch();
                String orders = "SELECT COUNT(*) FROM shop.orders";
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> replica.value(orders).equals(primary.value(orders)));
                try (Connection first = primary.connect();
                        Connection copy = replica.connect()) {
                    assertThat(ServerComparison.differences(first, copy)).isEmpty();
                }
            }
        }
    }

    private static int writeUntil(AtomicBoolean over, Login primary) throws SQLException {
        int writes = 0;
        while (!over.get()) {
            primary.execute("INSERT INTO shop.orders (t) VALUES ('meanwhile')");
            writes++;
        }
        return writes;
    }

    private static void replicateByHand(Cluster cluster) throws SQLException {
        Login primary = cluster.primary().root();
        primary.execute(
                "CREATE USER by_hand@'%' IDENTIFIED BY 'secret-by-hand'",
                "GRANT REPLICATION SLAVE ON *.* TO by_hand@'%'");
        List<String> end =
                primary.rows("SHOW BINARY LOG STATUS").getFirst().stream()
                        .map(String::valueOf)
                        .toList();
        cluster.replica(2)
                .root()
                .execute(
                        "SET GLOBAL server_id = 4711",
                        "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = %d, SOURCE_USER = 'by_hand', SOURCE_PASSWORD = 'secret-by-hand', SOURCE_LOG_FILE = '%s', SOURCE_LOG_POS = %s, GET_SOURCE_PUBLIC_KEY = 1"
                                .formatted(primary.address().port(), end.get(0), end.get(1)),
                        "START REPLICA");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !primary.rows("SHOW REPLICAS").isEmpty());
    }

    private static List<String> stepsOfReplica(Fleet fleet) throws Exception {
        return fleet.plan().servers().stream()
                .filter(part -> part.name().equals("dbread1"))
                .map(SyncPlan.ServerPlan::steps)
                .findFirst()
                .orElseThrow();
    }

    private static Services behind(FaultProxy network, Cluster cluster) {
        ServerSpec straight = cluster.services().primary();
        return new Services(
                new ServerSpec(straight.name(), network.address(), straight.credentials()),
                cluster.services().replicas());
    }

    private static void awaitInTheMiddle(TestServer replica) {
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsMatching(e -> e instanceof SQLException)
                .until(() ->
                        Long.parseLong(
                                        replica.root()
                                                .value(
                                                        "SELECT IFNULL(SUM(DATA), 0) FROM"
                                                                + " performance_schema.clone_progress"))
                                > SLOW);
    }
}
