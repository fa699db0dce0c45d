package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.Lag;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.TopologySnapshot.Health;
import io.dbmanager.sync.ActionAnswer;
import io.dbmanager.tests.compare.ServerComparison;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * What can befall a replica while dbmanager watches it. One cluster takes all of it, one thing
 * after the other: it has to be healthy again each time.
 */
@ParameterizedClass(name = "{0}")
@ArgumentsSource(EachFamily.Newest.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ReplicaFailuresTest {
    @SuppressWarnings("NullAway.Init")
    @Parameter
    ServerFlavour flavour;

    @SuppressWarnings("NullAway.Init")
    private Cluster cluster;

    @SuppressWarnings("NullAway.Init")
    private Fleet fleet;

    /** Whose cluster it is; the instance serves both flavours, one after the other. */
    private @Nullable ServerFlavour started;

    private void start() throws Exception {
        Cluster.Builder builder = Cluster.of(flavour).replicas(2);
        if (flavour.isMariaDb()) {
            // Without a binary log a MariaDB replica keeps no trace of a write of its own.
            builder.replicaArguments("--log-bin", "--log-slave-updates");
        }
        cluster = builder.start();
        cluster.primary()
                .root()
                .execute(
                        "CREATE DATABASE shop",
                        "CREATE TABLE shop.orders (id INT PRIMARY KEY, note VARCHAR(20))",
                        "INSERT INTO shop.orders VALUES (1, 'one'), (2, 'two'), (3, 'three')");
        fleet = Fleet.synced(cluster);
    }

    @BeforeEach
    void beHealthy() throws Exception {
        if (started != flavour) {
            end();
            start();
            started = flavour;
        }
        fleet.awaitHealthy();
    }

    /** Whatever happened, in the end both replicas are true copies and take reads. */
    @AfterEach
    void bothReplicasAreTrueCopies() throws Exception {
        if (started != flavour) {
            return;
        }
        fleet.awaitHealthy();
        fleet.awaitCaughtUp();
        for (int i = 1; i <= 2; i++) {
            try (Connection primary = cluster.primary().root().connect();
                    Connection replica = fleet.synced(i).connect()) {
                assertThat(ServerComparison.differences(primary, replica)).isEmpty();
            }
        }
    }

    @AfterAll
    void end() {
        if (fleet != null) {
            fleet.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private String word(String mySql) {
        return flavour == ServerFlavour.MYSQL_9_7 || flavour == ServerFlavour.MYSQL_8_4
                ? mySql
                : mySql.replace("REPLICA", "SLAVE");
    }

    /** Reads on, each on a new session and on one that lasts; none may fail. */
    private void readWithoutFailure(Connection lasting, Duration howLong) {
        long end = System.nanoTime() + howLong.toNanos();
        await("reads go on")
                .atMost(howLong.plusSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    assertThat(fleet.throughProxy().value(COUNT)).isNotEqualTo("0");
                    assertThat(Login.rows(lasting, COUNT)).hasSize(1);
                    return System.nanoTime() > end;
                });
    }

    private static final String COUNT = "SELECT COUNT(*) FROM shop.orders";

    @Test
    void killedReplicaCostsReadersNothingAndComesBack() throws Exception {
        try (Connection lasting = fleet.throughProxy().connect()) {
            readWithoutFailure(lasting, Duration.ofMillis(300));
            cluster.replica(1).kill();
            readWithoutFailure(lasting, Duration.ofSeconds(2));
            fleet.awaitReplica(1, ReplicaState.UNREACHABLE);
            assertThat(fleet.replica(1).takesReads()).isFalse();
            assertThat(fleet.replica(1).reason()).isPresent();
            assertThat(fleet.replica(1).lag()).isInstanceOf(Lag.Unknown.class);
            assertThat(fleet.now().health()).isEqualTo(Health.DEGRADED);

            cluster.replica(1).restart();
            fleet.awaitReplica(1, ReplicaState.REPLICATING);
            readWithoutFailure(lasting, Duration.ofMillis(300));
        }
    }

    @Test
    void stalledReplicaIsLeftAloneUntilItMoves() throws Exception {
        cluster.replica(1).stall();
        try {
            fleet.awaitReplica(1, ReplicaState.UNREACHABLE);
            assertThat(fleet.replica(1).takesReads()).isFalse();
            assertThat(fleet.replica(2).takesReads()).isTrue();
            try (Connection lasting = fleet.throughProxy().connect()) {
                readWithoutFailure(lasting, Duration.ofMillis(500));
            }
        } finally {
            cluster.replica(1).resume();
        }
        fleet.awaitReplica(1, ReplicaState.REPLICATING);
    }

    @Test
    void stoppedReplicationIsStartedAgain() throws Exception {
        Instant before = Instant.now();
        fleet.synced(1).execute(word("STOP REPLICA"));
        fleet.awaitEvent(before, "dbread1", "stopped");
        fleet.awaitReplica(1, ReplicaState.REPLICATING);
    }

    @Test
    void wipedReplicaIsCopiedAgain() throws Exception {
        Instant before = Instant.now();
        cluster.replica(1).wipe();
        fleet.awaitEvent(before, "dbread1", "seeded");
        fleet.awaitReplica(1, ReplicaState.REPLICATING);
        assertThat(fleet.synced(1).value("SELECT @@global.read_only")).isEqualTo("1");
    }

    @Test
    void errantWriteWaitsForConsent() throws Exception {
        // The watch closes the server again as soon as it sees it open.
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(this::writeOnReplica);

        fleet.awaitReplica(1, ReplicaState.NEEDS_RESYNC);
        assertThat(fleet.replica(1).errant()).isNotEmpty();
        assertThat(fleet.replica(1).takesReads()).isFalse();
        assertThat(fleet.now().health()).isEqualTo(Health.NEEDS_RESYNC);
        assertThat(fleet.now().needsResync()).containsExactly("dbread1");
        assertThat(answerOf("dbread1", false)).isInstanceOf(ActionAnswer.Refused.class);
        assertThat(fleet.synced(1).value("SELECT COUNT(*) FROM errant.only_here")).isEqualTo("1");

        Instant before = Instant.now();
        assertThat(answerOf("dbread1", true)).isInstanceOf(ActionAnswer.Accepted.class);
        fleet.awaitEvent(before, "dbread1", "seeded");
        fleet.awaitReplica(1, ReplicaState.REPLICATING);
        assertThat(fleet.synced(1).rows("SHOW DATABASES LIKE 'errant'")).isEmpty();
        assertThat(fleet.replica(1).errant()).isEmpty();
        assertThat(savedSince(before)).contains("CREATE TABLE IF NOT EXISTS `only_here`", "(1)");
    }

    private boolean writeOnReplica() throws SQLException {
        if (!flavour.isMariaDb()) {
            fleet.synced(1).execute("SET GLOBAL super_read_only = 0");
        }
        fleet.synced(1)
                .execute(
                        "SET GLOBAL read_only = 0",
                        "CREATE DATABASE IF NOT EXISTS errant",
                        "CREATE TABLE IF NOT EXISTS errant.only_here (id INT PRIMARY KEY)",
                        "REPLACE INTO errant.only_here VALUES (1)");
        return true;
    }

    /** What the note about it leads to. */
    private String savedSince(Instant since) throws IOException {
        String note =
                fleet.now().lastEvents().stream()
                        .filter(event -> !event.at().isBefore(since))
                        .filter(event -> event.detail().contains(" is saved in "))
                        .findFirst()
                        .orElseThrow()
                        .detail();
        return Files.readString(
                Path.of(note.substring(note.indexOf(" is saved in ") + 13)),
                StandardCharsets.ISO_8859_1);
    }

    /** It may be busy for a moment, finding out for itself that it may not resync. */
    private ActionAnswer answerOf(String replica, boolean overwrite) {
        return await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> fleet.manager().resync(replica, overwrite),
                        answer -> !(answer instanceof ActionAnswer.Busy));
    }

    @Test
    void replicaWhoseSourceHasPurgedItsLogsIsCopiedAgain() throws Exception {
        cluster.replica(1).kill();
        fleet.awaitReplica(1, ReplicaState.UNREACHABLE);
        Login primary = cluster.primary().root();
        primary.execute(
                "INSERT INTO shop.orders VALUES (100, 'missed')",
                "FLUSH BINARY LOGS",
                "DELETE FROM shop.orders WHERE id = 100");
        purgeBinaryLogs(primary);

        Instant before = Instant.now();
        cluster.replica(1).restart();
        fleet.awaitEvent(before, "dbread1", "seeded");
        fleet.awaitReplica(1, ReplicaState.REPLICATING);
    }

    /** The newest log may be needed by the replica that stayed; older ones go. */
    private static void purgeBinaryLogs(Login primary) throws SQLException {
        primary.execute("FLUSH BINARY LOGS");
        var logs = primary.rows("SHOW BINARY LOGS");
        String newest = String.valueOf(logs.getLast().getFirst());
        await().atMost(Duration.ofSeconds(30))
                .ignoreException(SQLException.class)
                .until(() -> {
                    primary.execute("PURGE BINARY LOGS TO '" + newest + "'");
                    return primary.rows("SHOW BINARY LOGS").size() == 1;
                });
    }

    @Test
    void rowThatIsMissingOnAReplicaLeadsToACopy() throws Exception {
        if (!flavour.isMariaDb()) {
            fleet.synced(2).execute("SET GLOBAL super_read_only = 0");
        }
        fleet.synced(2)
                .execute(
                        "SET GLOBAL read_only = 0",
                        "SET SESSION sql_log_bin = 0",
                        "DELETE FROM shop.orders WHERE id = 2",
                        "SET GLOBAL read_only = 1");
        Instant before = Instant.now();
        cluster.primary()
                .root()
                .execute("UPDATE shop.orders SET note = CONCAT(note, '!') WHERE id = 2");

        fleet.awaitEvent(before, "dbread2", "needs_resync");
        fleet.awaitReplica(2, ReplicaState.REPLICATING);
        fleet.awaitEvent(before, "dbread2", "seeded");
    }

    @Test
    void resyncOnDemandCopiesAgain() throws Exception {
        Instant before = Instant.now();
        assertThat(fleet.manager().resync("nobody", false))
                .isInstanceOf(ActionAnswer.UnknownReplica.class);
        assertThat(fleet.manager().resync("dbread2", false))
                .isInstanceOf(ActionAnswer.Accepted.class);
        assertThat(fleet.manager().resync("dbread2", false)).isInstanceOf(ActionAnswer.Busy.class);
        fleet.awaitEvent(before, "dbread2", "seeded");
        fleet.awaitReplica(2, ReplicaState.REPLICATING);
    }

    @Test
    void deadPrimaryIsAClearErrorAndComesBack() throws Exception {
        try (Connection lasting = fleet.throughProxy().connect()) {
            Login.rows(lasting, COUNT);
            cluster.primary().kill();
            fleet.awaitTopology("no primary", now -> now.health() == Health.NO_PRIMARY);
            assertThat(fleet.now().primary().whyUnreachable()).isPresent();
            SQLException error =
                    catchThrowableOfType(
                            SQLException.class,
                            () ->
                                    fleet.throughProxy()
                                            .execute("INSERT INTO shop.orders VALUES (50, '')"));
            assertThat(error.getMessage()).containsIgnoringCase("primary");
        }
        cluster.primary().restart();
        fleet.awaitHealthy();
        fleet.throughProxy()
                .execute(
                        "INSERT INTO shop.orders VALUES (50, '')",
                        "DELETE FROM shop.orders WHERE id = 50");
    }
}
