package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.FindingKind;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.sync.SyncPlan.Refusal;
import io.dbmanager.sync.SyncSettings;
import io.dbmanager.sync.SyncSettings.ResyncMode;
import io.dbmanager.tests.compare.ServerComparison;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.EachFlavour;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import io.dbmanager.tests.servers.TestServer;
import io.dbmanager.tests.servers.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps a sync from beginning: it is told in a sentence, and no server is changed by it. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StartRefusedTest {
    private static final SyncSettings AUTO = Fleet.settings(ResyncMode.AUTO);

    @EachFamily
    void nothingIsLostWithoutConsent(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start()) {
            cluster.primary()
                    .root()
                    .execute(
                            "CREATE DATABASE shop",
                            "CREATE TABLE shop.orders (id INT PRIMARY KEY)",
                            "INSERT INTO shop.orders VALUES (1), (2)");
            cluster.replica(1)
                    .root()
                    .execute(
                            "CREATE DATABASE diary",
                            "CREATE TABLE diary.entries (id INT PRIMARY KEY)",
                            "INSERT INTO diary.entries VALUES (1), (2), (3)");

            Map<String, Footprint> before = footprints(cluster);
            assertWrongPasswordsAreToldAtOnce(cluster);
            assertOneServerIsNotTwoServices(cluster);
            assertDataOfAReplicaIsKept(cluster);
            assertThat(footprints(cluster)).isEqualTo(before);

            copyWithConsent(cluster);
        }
    }

    private static Map<String, Footprint> footprints(Cluster cluster) throws SQLException {
        Map<String, Footprint> footprints = new LinkedHashMap<>();
        footprints.put("dbwrite", Footprint.of(cluster.primary().root()));
        for (TestServer replica : cluster.replicas()) {
            footprints.put(replica.name(), Footprint.of(replica.root()));
        }
        return footprints;
    }

    private static void assertWrongPasswordsAreToldAtOnce(Cluster cluster) {
        Services right = cluster.services();
        Services wrongPrimary = new Services(withWrongPassword(right.primary()), right.replicas());
        assertWrongPassword(cluster, wrongPrimary, "dbwrite");

        ServerSpec second = withWrongPassword(cluster.replica(2).spec());
        Services wrongReplica =
                new Services(right.primary(), List.of(cluster.replica(1).spec(), second));
        assertWrongPassword(cluster, wrongReplica, "dbread2");
    }

    private static ServerSpec withWrongPassword(ServerSpec spec) {
        return new ServerSpec(spec.name(), spec.address(), Credentials.of("root", "mistaken"));
    }

    private static void assertWrongPassword(Cluster cluster, Services services, String culprit) {
        Instant begun = Instant.now();
        SyncException error = failureOf(cluster, services, AUTO);
        assertThat(Duration.between(begun, Instant.now()))
                .as("waiting cannot help")
                .isLessThan(AUTO.waitTimeout().dividedBy(2));
        assertThat(error).isNotInstanceOf(SyncException.NotReady.class);
        assertThat(error.getMessage())
                .startsWith(culprit + " at ")
                .contains("environment.json")
                .doesNotContain("mistaken", "\n");
    }

    private static SyncException failureOf(
            Cluster cluster, Services services, SyncSettings settings) {
        try (Fleet fleet = Fleet.of(cluster, services, settings)) {
            return catchThrowableOfType(SyncException.class, fleet::sync);
        }
    }

    private static void assertOneServerIsNotTwoServices(Cluster cluster) {
        ServerSpec first = cluster.replica(1).spec();
        ServerSpec twin = new ServerSpec("dbread2", first.address(), first.credentials());
        Services twins = new Services(cluster.primary().spec(), List.of(first, twin));
        SyncSettings consent = Fleet.settings(ResyncMode.AUTO, "dbread1", "dbread2");
        assertThat(failureOf(cluster, twins, consent))
                .hasMessageContaining("dbread2 is the same server as dbread1");

        ServerSpec primary = cluster.primary().spec();
        ServerSpec shadow = new ServerSpec("dbread1", primary.address(), primary.credentials());
        Services ownReplica = new Services(primary, List.of(shadow));
        assertThat(failureOf(cluster, ownReplica, consent))
                .hasMessageContaining("dbread1 is the same server as dbwrite");
    }

    private static void assertDataOfAReplicaIsKept(Cluster cluster) throws SQLException {
        SyncSettings consentForTheOther = Fleet.settings(ResyncMode.AUTO, "dbread2");
        for (SyncSettings settings : List.of(AUTO, consentForTheOther)) {
            assertThat(failureOf(cluster, cluster.services(), settings))
                    .isInstanceOf(SyncException.WouldLoseData.class)
                    .hasMessageContaining("dbread1")
                    .hasMessageContaining("diary (entries: 3 rows)")
                    .hasMessageContaining("--overwrite dbread1");
        }
        assertThat(cluster.replica(1).root().value("SELECT COUNT(*) FROM diary.entries"))
                .isEqualTo("3");
    }

    private static void copyWithConsent(Cluster cluster) throws Exception {
        try (Fleet fleet = Fleet.of(cluster, Fleet.settings(ResyncMode.AUTO, "dbread1"))) {
            assertThat(fleet.sync()).as(fleet.notes()).isTrue();
            fleet.awaitCaughtUp();
            assertThat(fleet.synced(1).rows("SHOW DATABASES LIKE 'diary'")).isEmpty();
            for (int i = 1; i <= 2; i++) {
                try (Connection primary = cluster.primary().root().connect();
                        Connection replica = fleet.synced(i).connect()) {
                    assertThat(ServerComparison.differences(primary, replica)).isEmpty();
                }
            }
        }
    }

    @EachFamily
    void allThatStandsInTheWayIsToldAtOnce(ServerFlavour flavour) throws Exception {
        // The primary keeps no binary log, and its replica is of the other family.
        Cluster.Builder builder = Cluster.of(flavour).replicaFlavour(otherFamily(flavour)).blank();
        if (!flavour.isMariaDb()) {
            builder.primaryArguments("--skip-log-bin");
        }
        try (Cluster cluster = builder.start();
                Fleet fleet = Fleet.of(cluster)) {
            Map<String, Footprint> before = footprints(cluster);
            SyncPlan plan = fleet.plan();
            assertThat(refusal(plan, "dbwrite"))
                    .contains("writes no binary log", "log_bin=", "server_id=")
                    .contains(flavour.isMariaDb() ? "[mariadbd]" : "[mysqld]")
                    .contains(".cnf");
            assertThat(refusal(plan, "dbread1"))
                    .contains("cannot replicate from", "MySQL", "MariaDB");

            assertThat(catchThrowableOfType(SyncException.class, fleet::sync))
                    .isNotInstanceOf(SyncException.WouldLoseData.class)
                    .hasMessageContaining("dbwrite")
                    .hasMessageContaining("dbread1");
            assertThat(footprints(cluster)).isEqualTo(before);
        }
    }

    @EachFlavour
    void whatOnlyARestartCanChange(ServerFlavour flavour) throws Exception {
        // From 8.0 on MySQL starts with the value only that its data directory was made with.
        boolean mayDiffer = flavour.isMariaDb() || flavour == ServerFlavour.MYSQL_5_7;
        Cluster.Builder builder =
                Cluster.of(flavour).primaryArguments("--binlog-ignore-db=scratch");
        if (mayDiffer) {
            builder.replicaArguments("--lower-case-table-names=1");
        }
        try (Cluster cluster = builder.start();
                Fleet fleet = Fleet.of(cluster)) {
            Map<String, Footprint> before = footprints(cluster);
            SyncPlan plan = fleet.plan();
            assertThat(refusal(plan, "dbwrite")).contains("(binlog_ignore_db=scratch)", ".cnf");
            if (mayDiffer) {
                assertThat(refusal(plan, "dbread1")).contains("lower_case_table_names=1");
            }
            assertThat(plan.refusals().stream().map(Refusal::kind))
                    .containsExactlyInAnyOrderElementsOf(
                            mayDiffer
                                    ? List.of(
                                            FindingKind.PRIMARY_BINARY_LOG_FILTERED,
                                            FindingKind.LOWER_CASE_TABLE_NAMES)
                                    : List.of(FindingKind.PRIMARY_BINARY_LOG_FILTERED));
            assertThat(catchThrowableOfType(SyncException.class, fleet::sync))
                    .hasMessageContaining("scratch");
            assertThat(footprints(cluster)).isEqualTo(before);
        }
    }

    private static ServerFlavour otherFamily(ServerFlavour flavour) {
        // Any of the other family will do; where none runs, the test is skipped by the last's name.
        List<ServerFlavour> others =
                Arrays.stream(ServerFlavour.values())
                        .filter(other -> other.family() != flavour.family())
                        .toList();
        return others.stream()
                .filter(TestServers::isAvailable)
                .findFirst()
                .orElse(others.getLast());
    }

    private static String refusal(SyncPlan plan, String server) {
        List<Refusal> refusals =
                plan.refusals().stream()
                        .filter(refusal -> refusal.server().equals(server))
                        .toList();
        assertThat(refusals).as("refusals of %s in %s", server, plan.refusals()).hasSize(1);
        return refusals.getFirst().sentence();
    }

    /** A replica may be newer than its primary by one series of releases, and never older. */
    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource({
        "MYSQL_5_7, MYSQL_8_0, true",
        "MYSQL_8_0, MYSQL_9_7, false",
        "MYSQL_8_4, MYSQL_9_7, true",
        "MARIADB_10_11, MARIADB_11_4, true"
    })
    void replicaMustNotBeOlder(ServerFlavour older, ServerFlavour newer, boolean nextSeries)
            throws Exception {
        try (Cluster cluster = Cluster.of(older).replicaFlavour(newer).start()) {
            ServerSpec newPrimary = cluster.replica(1).spec();
            Services reversed = new Services(newPrimary, List.of(cluster.primary().spec()));
            try (Fleet fleet = Fleet.of(cluster, reversed, AUTO)) {
                assertThat(refusal(fleet.plan(), "dbwrite")).contains("older than its primary");
            }
            try (Fleet fleet = Fleet.of(cluster)) {
                if (nextSeries) {
                    assertReplicates(cluster, fleet);
                } else {
                    assertThat(refusal(fleet.plan(), "dbread1")).contains("too new");
                }
            }
        }
    }

    private static void assertReplicates(Cluster cluster, Fleet fleet) throws Exception {
        Login primary = cluster.primary().root();
        primary.execute(
                "CREATE DATABASE shop",
                "CREATE TABLE shop.orders (id INT PRIMARY KEY, note VARCHAR(20) CHARACTER SET utf8mb4)",
                "INSERT INTO shop.orders VALUES (1, 'before'), (2, '\u00e9\u4e2d')",
                "CREATE USER teller@'%' IDENTIFIED BY 'Of-Old-7'",
                "GRANT SELECT ON shop.* TO teller@'%'");
        assertThat(fleet.sync()).as(fleet.notes()).isTrue();
        primary.execute("INSERT INTO shop.orders VALUES (3, 'after')");
        fleet.awaitCaughtUp();
        String all = "SELECT id, note FROM shop.orders ORDER BY id";
        assertThat(fleet.synced(1).rows(all)).hasSize(3).isEqualTo(primary.rows(all));
        Login teller = cluster.replica(1).as(Credentials.of("teller", "Of-Old-7"));
        assertThat(teller.value("SELECT COUNT(*) FROM shop.orders")).isEqualTo("3");
    }
}
