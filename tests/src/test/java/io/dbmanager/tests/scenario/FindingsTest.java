package io.dbmanager.tests.scenario;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dbmanager.common.FindingKind;
import io.dbmanager.common.Flavour;
import io.dbmanager.common.Lag;
import io.dbmanager.tests.compare.ServerComparison;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import io.dbmanager.tests.servers.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What people and machines do to servers behind dbmanager's back: each is found under its name, and
 * put right. One fleet takes all of it, one thing after the other. {@link ReplicaFailuresTest} has
 * the failures of whole servers.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FindingsTest {
    private static final int NO_SUCH_THREAD = 1094;

    @EachFamily
    void eachIsNamedAndPutRight(ServerFlavour flavour) throws Exception {
        // With a binary log a MariaDB replica shows its own writes, too.
        Cluster.Builder builder = Cluster.of(flavour).replicas(2);
        if (flavour.isMariaDb()) {
            builder.replicaArguments("--log-bin", "--log-slave-updates");
        }
        try (Cluster cluster = builder.start()) {
            cluster.primary()
                    .root()
                    .execute(
                            "CREATE DATABASE shop",
                            "CREATE TABLE shop.orders (id INT PRIMARY KEY)",
                            "INSERT INTO shop.orders VALUES (1), (2), (3)");
            try (Fleet fleet = Fleet.synced(cluster)) {
                new Story(flavour, cluster).withFleet(fleet);
            }
        }
    }

    /** The disk image of one replica has become another: only a restart mends that. */
    @Test
    void serverUuidOfAnother() throws Exception {
        ServerFlavour flavour = EachFamily.Newest.newest(Flavour.MYSQL);
        assumeTrue(TestServers.isAvailable(flavour), "MariaDB's servers have no such identity");
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start()) {
            cluster.primary().root().execute("CREATE DATABASE shop");
            try (Fleet fleet = Fleet.synced(cluster)) {
                Path identity = identity(fleet.synced(2));
                cluster.replica(2).stop();
                byte[] own = Files.readAllBytes(identity);
                Files.copy(identity(fleet.synced(1)), identity, REPLACE_EXISTING);
                cluster.replica(2).restart();

                fleet.awaitTopology(
                        "the same identity found",
                        now ->
                                now.replicas().stream()
                                        .flatMap(replica -> replica.findings().stream())
                                        .anyMatch(f -> f.kind() == FindingKind.SERVER_UUID_TAKEN));
                cluster.primary().root().execute("CREATE TABLE shop.after (id INT PRIMARY KEY)");
                cluster.replica(2).stop();
                Files.write(identity, own);
                cluster.replica(2).restart();

                fleet.awaitHealthy();
                fleet.awaitCaughtUp();
                for (int i = 1; i <= 2; i++) {
                    assertThat(fleet.synced(i).rows("SHOW TABLES FROM shop")).hasSize(1);
                }
            }
        }
    }

    /** It is told of, and harms nobody: lag is measured without that clock. */
    @EachFamily
    void clockThatIsWrong(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).start();
                Fleet fleet = Fleet.synced(cluster)) {
            for (int hours : new int[] {1, -1}) {
                cluster.replica(1).restartWithClock(Duration.ofHours(hours));
                String evidence =
                        hours > 0 ? " s ahead of its primary's" : " s behind its primary's";
                fleet.awaitTopology(
                        "the clock found",
                        _ ->
                                fleet.replica(1).findings().stream()
                                        .anyMatch(f ->
                                                f.kind() == FindingKind.CLOCK
                                                        && f.detail().contains(evidence)));
                fleet.awaitTopology("read all the same", _ -> fleet.replica(1).takesReads());
                assertThat(fleet.replica(1).lag()).isInstanceOf(Lag.Known.class);
            }
            cluster.replica(1).restartWithClock(Duration.ZERO);
            fleet.awaitTopology(
                    "nothing found",
                    _ -> fleet.replica(1).takesReads() && fleet.replica(1).findings().isEmpty());
        }
    }

    private static Path identity(Login server) throws SQLException {
        return Path.of(server.value("SELECT @@datadir"), "auto.cnf");
    }

    /** Reads go on elsewhere, and come back when the login does. */
    @EachFamily
    void loginThatAReplicaRefuses(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start()) {
            cluster.primary()
                    .root()
                    .execute(
                            "CREATE DATABASE shop",
                            "CREATE TABLE shop.orders (id INT PRIMARY KEY)",
                            "INSERT INTO shop.orders VALUES (1)",
                            "CREATE USER keeper@'%' IDENTIFIED BY 'Keeper-1-x'",
                            "GRANT ALL ON *.* TO keeper@'%' WITH GRANT OPTION");
            try (Fleet fleet = Fleet.synced(cluster)) {
                fleet.awaitCaughtUp();
                Login keeper = fleet.synced(1).as("keeper", "Keeper-1-x");
                fleet.synced(1).value("SELECT 1");
                setPassword(flavour, keeper, "Not-Ours-7");
                await("the login refused")
                        .atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(100))
                        .until(() -> {
                            endSessions(keeper);
                            return fleet.replica(1).findings().stream()
                                    .anyMatch(f -> f.kind() == FindingKind.LOGIN_REFUSED);
                        });
                assertThat(fleet.replica(1).takesReads()).isFalse();
                long before = fleet.readsAt("dbread1");
                long others = fleet.readsAt("dbread2");
                for (int i = 0; i < 20; i++) {
                    assertThat(fleet.throughProxy().value("SELECT COUNT(*) FROM shop.orders"))
                            .isEqualTo("1");
                }
                assertThat(fleet.readsAt("dbread1")).isEqualTo(before);
                assertThat(fleet.readsAt("dbread2")).isEqualTo(others + 20);

                setPassword(flavour, keeper, cluster.primary().credentials().password().reveal());

                fleet.awaitHealthy();
                // It is made read-only again, too.
                fleet.awaitTopology("nothing found", _ -> fleet.replica(1).findings().isEmpty());
            }
        }
    }

    /** Behind the binary log, as somebody does who means this server only. */
    private static void setPassword(ServerFlavour flavour, Login keeper, String password)
            throws SQLException {
        if (!flavour.isMariaDb()) {
            keeper.execute("SET GLOBAL super_read_only = 0");
        }
        keeper.execute(
                "SET SESSION sql_log_bin = 0",
                "ALTER USER root@'%' IDENTIFIED BY '" + password + "'");
    }

    private static void endSessions(Login keeper) throws SQLException {
        for (var row :
                keeper.rows("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'root'")) {
            try {
                keeper.execute("KILL " + row.getFirst());
            } catch (SQLException e) {
                if (e.getErrorCode() != NO_SUCH_THREAD) {
                    throw e;
                }
            }
        }
    }

    /** What befalls one fleet. */
    private static final class Story {
        private final ServerFlavour flavour;
        private final Cluster cluster;

        @SuppressWarnings("NullAway.Init")
        private Fleet fleet;

        Story(ServerFlavour flavour, Cluster cluster) {
            this.flavour = flavour;
            this.cluster = cluster;
        }

        void withFleet(Fleet running) throws Exception {
            fleet = running;
            settingsChangedByHand();
            channelsChangedByHand();
            accountsChangedByHand();
            rowWrittenBehindTheLog();
            serverIdOfAnother();
            if (!flavour.isMariaDb()) {
                // MariaDB always has GTIDs.
                gtidModeOfThePrimary();
            }
            bothReplicasAreTrueCopies();
        }

        /** Does it to dbread1 until it has been found, and waits until all is well. */
        private void afterwards(FindingKind kind, String... statements) {
            Instant before = Instant.now();
            await(kind.id())
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(100))
                    // The watch may start what has just been stopped before it could be changed.
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .until(() -> {
                        fleet.synced(1).execute(statements);
                        return true;
                    });
            fleet.awaitEvent(before, "dbread1", kind.id());
            fleet.awaitHealthy();
        }

        private void settingsChangedByHand() throws SQLException {
            if (!flavour.isMariaDb()) {
                fleet.synced(1).execute("SET GLOBAL super_read_only = 0");
            }
            afterwards(FindingKind.WRITABLE, "SET GLOBAL read_only = 0");
            await("it is read-only again")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> fleet.synced(1).value("SELECT @@GLOBAL.read_only").equals("1"));
            afterwards(FindingKind.SESSION_DEFAULTS, "SET GLOBAL sql_mode = 'ANSI'");
            assertThat(fleet.synced(1).value("SELECT @@GLOBAL.sql_mode"))
                    .isEqualTo(cluster.primary().root().value("SELECT @@GLOBAL.sql_mode"));
            String execMode =
                    flavour.isMariaDb() || oldWords() ? "slave_exec_mode" : "replica_exec_mode";
            afterwards(FindingKind.ERRORS_TOLERATED, "SET GLOBAL " + execMode + " = 'IDEMPOTENT'");
            await("it is strict again")
                    .atMost(Duration.ofSeconds(30))
                    .until(() ->
                            fleet.synced(1).value("SELECT @@GLOBAL." + execMode).equals("STRICT"));
            readsThatWouldMisleadGoElsewhere();
        }

        /** Neither is put right by itself: the primary goes by its host's zone. */
        private void readsThatWouldMisleadGoElsewhere() throws SQLException {
            fleet.synced(1).execute("SET GLOBAL time_zone = '+05:00'");
            cluster.primary()
                    .root()
                    .execute(
                            "SET SESSION sql_log_bin = 0",
                            "INSERT INTO mysql.time_zone_name VALUES ('Test/Nowhere', 999999)");
            fleet.awaitTopology(
                    "time zones found",
                    _ -> isFound(1, FindingKind.TIME_ZONE) && !fleet.replica(1).takesReads());
            fleet.awaitTopology(
                    "tables of time zones found",
                    _ ->
                            isFound(2, FindingKind.TIME_ZONE_TABLES)
                                    && !fleet.replica(2).takesReads());
            cluster.primary()
                    .root()
                    .execute(
                            "SET SESSION sql_log_bin = 0",
                            "DELETE FROM mysql.time_zone_name WHERE Name = 'Test/Nowhere'");
            fleet.synced(1).execute("SET GLOBAL time_zone = 'SYSTEM'");
            fleet.awaitHealthy();
        }

        private boolean isFound(int replica, FindingKind kind) {
            return fleet.replica(replica).findings().stream().anyMatch(f -> f.kind() == kind);
        }

        private void channelsChangedByHand() throws SQLException {
            String other = cluster.replica(2).address().host();
            int port = cluster.replica(2).address().port();
            afterwards(
                    FindingKind.CHANNEL_ELSEWHERE,
                    word("STOP REPLICA"),
                    changeSource("HOST = '%s', PORT = %d".formatted(other, port), ""));
            afterwards(
                    FindingKind.SECOND_CHANNEL,
                    changeSource("HOST = '%s', PORT = %d".formatted(other, port), "second"));
            assertThat(fleet.synced(1).rows(word("SHOW ALL CHANNELS"))).hasSize(1);
            Instant before = Instant.now();
            afterwards(
                    FindingKind.CHANNEL_FILTERED,
                    word("STOP REPLICA"),
                    flavour.isMariaDb()
                            ? "SET GLOBAL replicate_ignore_db = 'logs'"
                            : "CHANGE REPLICATION FILTER REPLICATE_IGNORE_DB = (logs)");
            fleet.awaitEvent(before, "dbread1", "seeded");
            cluster.primary()
                    .root()
                    .execute("ALTER USER dbmanager_dbread1@'%' IDENTIFIED BY 'Of-Another-7'");
            afterwards(
                    FindingKind.CHANNEL_LOGIN_REFUSED,
                    word("STOP REPLICA IO_THREAD"),
                    word("START REPLICA IO_THREAD"));
        }

        private String changeSource(String options, String channel) {
            if (flavour.isMariaDb()) {
                String name = channel.isEmpty() ? "" : "'" + channel + "' ";
                return "CHANGE MASTER "
                        + name
                        + "TO MASTER_"
                        + options.replace(", P", ", MASTER_P");
            }
            String name = channel.isEmpty() ? "" : " FOR CHANNEL '" + channel + "'";
            return oldWords()
                    ? "CHANGE MASTER TO MASTER_" + options.replace(", P", ", MASTER_P") + name
                    : "CHANGE REPLICATION SOURCE TO SOURCE_"
                            + options.replace(", P", ", SOURCE_P")
                            + name;
        }

        private boolean oldWords() {
            return flavour == ServerFlavour.MYSQL_8_0 || flavour == ServerFlavour.MYSQL_5_7;
        }

        private String word(String words) {
            if (words.equals("SHOW ALL CHANNELS")) {
                return flavour.isMariaDb() ? "SHOW ALL SLAVES STATUS" : word("SHOW REPLICA STATUS");
            }
            return flavour.isMariaDb() || oldWords() ? words.replace("REPLICA", "SLAVE") : words;
        }

        /** One altered, one more, one less, and a privilege. */
        private void accountsChangedByHand() throws SQLException {
            cluster.primary()
                    .root()
                    .execute(
                            "CREATE USER buyer@'%' IDENTIFIED BY 'Buyer-1-x'",
                            "CREATE USER seller@'%' IDENTIFIED BY 'Seller-1-x'",
                            "GRANT SELECT ON shop.* TO buyer@'%'",
                            "GRANT INSERT, SELECT ON shop.orders TO seller@'%'");
            Login replica = fleet.synced(1);
            await("the accounts are there")
                    .atMost(Duration.ofSeconds(30))
                    .until(() ->
                            replica.value(
                                            "SELECT COUNT(*) FROM mysql.tables_priv WHERE User ="
                                                    + " 'seller'")
                                    .equals("1"));
            Instant before = Instant.now();
            await("changed")
                    .atMost(Duration.ofSeconds(30))
                    // The watch may make it read-only again before all is done.
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .until(() -> {
                        if (!flavour.isMariaDb()) {
                            replica.execute("SET GLOBAL super_read_only = 0");
                        }
                        replica.execute(
                                "SET SESSION sql_log_bin = 0",
                                flavour.isMariaDb()
                                        ? "SET PASSWORD FOR buyer@'%' = PASSWORD('Local-1-x')"
                                        : "ALTER USER buyer@'%' IDENTIFIED BY 'Local-1-x'",
                                "GRANT DELETE ON shop.* TO buyer@'%'",
                                "DROP USER IF EXISTS seller@'%'",
                                "CREATE USER IF NOT EXISTS spy@'%' IDENTIFIED BY 'Spy-1-x'",
                                "GRANT SELECT ON *.* TO spy@'%'");
                        return true;
                    });
            fleet.awaitEvent(before, "dbread1", FindingKind.ACCOUNTS_DIFFER.id());
            assertThat(fleet.now().lastEvents())
                    .anyMatch(event ->
                            event.detail()
                                    .startsWith(
                                            "accounts differ from its primary's: buyer@%,"
                                                    + " seller@%, spy@%;"));
            fleet.awaitEvent(before, "dbread1", "accounts_repaired");
            assertThat(replica.as("buyer", "Buyer-1-x").value("SELECT COUNT(*) FROM shop.orders"))
                    .isEqualTo("3");
            assertThat(replica.as("seller", "Seller-1-x").value("SELECT COUNT(*) FROM shop.orders"))
                    .isEqualTo("3");
            assertThatThrownBy(() -> replica.as("spy", "Spy-1-x").value("SELECT 1"))
                    .isInstanceOf(SQLException.class);
            fleet.awaitTopology(
                    "not found any more", _ -> !isFound(1, FindingKind.ACCOUNTS_DIFFER));
            fleet.awaitHealthy();
        }

        private void rowWrittenBehindTheLog() throws SQLException {
            Instant before = Instant.now();
            await("written")
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .until(() -> {
                        if (!flavour.isMariaDb()) {
                            fleet.synced(1).execute("SET GLOBAL super_read_only = 0");
                        }
                        fleet.synced(1)
                                .execute(
                                        "SET SESSION sql_log_bin = 0",
                                        "INSERT INTO shop.orders VALUES (100)");
                        return true;
                    });
            cluster.primary().root().execute("INSERT INTO shop.orders VALUES (100)");
            fleet.awaitEvent(before, "dbread1", FindingKind.DUPLICATE_ROW.id());
            fleet.awaitEvent(before, "dbread1", "seeded");
            fleet.awaitHealthy();
        }

        private void serverIdOfAnother() throws SQLException {
            String id = cluster.primary().root().value("SELECT @@GLOBAL.server_id");
            afterwards(
                    FindingKind.SERVER_ID_TAKEN,
                    word("STOP REPLICA"),
                    "SET GLOBAL server_id = " + id,
                    word("START REPLICA"));
            assertThat(fleet.synced(1).value("SELECT @@GLOBAL.server_id")).isNotEqualTo(id);
        }

        private void gtidModeOfThePrimary() throws SQLException {
            Instant before = Instant.now();
            cluster.primary().root().execute("SET GLOBAL gtid_mode = ON_PERMISSIVE");
            fleet.awaitEvent(before, "dbread1", FindingKind.PRIMARY_GTID_MODE.id());
            await("switched on again")
                    .atMost(Duration.ofSeconds(60))
                    .until(() ->
                            cluster.primary()
                                    .root()
                                    .value("SELECT @@GLOBAL.gtid_mode")
                                    .equals("ON"));
            fleet.awaitHealthy();
        }

        private void bothReplicasAreTrueCopies() throws Exception {
            fleet.awaitCaughtUp();
            for (int i = 1; i <= 2; i++) {
                try (Connection primary = cluster.primary().root().connect();
                        Connection replica = fleet.synced(i).connect()) {
                    assertThat(ServerComparison.differences(primary, replica)).isEmpty();
                }
            }
        }
    }
}
