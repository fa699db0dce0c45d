package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.common.TopologySnapshot.Health;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncSettings;
import io.dbmanager.sync.SyncSettings.ResyncMode;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.FaultProxy;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** Another server appears at the primary's address: it is examined before anything is believed. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PrimaryReplacedTest {
    private static final SyncSettings AUTO = Fleet.settings(ResyncMode.AUTO);
    private static final String ORDERS = "SELECT COUNT(*) FROM shop.orders";

    /** As many looks as would be enough to do harm, were any to be done. */
    private static final int MANY_LOOKS = 20;

    @EachFamily
    void blankServerIsNotCopiedOverFullReplicas(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start()) {
            cluster.primary().root().execute(shop());
            try (Fleet fleet = Fleet.synced(cluster)) {
                Instant before = Instant.now();
                long epoch = fleet.now().epoch();
                fleet.awaitCaughtUp();
                cluster.primary().wipe();
                fleet.awaitTopology("told apart from the old one", now -> isStranger(now));
                long seen = fleet.now().version();
                fleet.awaitTopology("looked at again", now -> now.version() > seen + MANY_LOOKS);

                TopologySnapshot now = fleet.now();
                assertThat(now.health()).isEqualTo(Health.NO_PRIMARY);
                assertThat(now.epoch()).isEqualTo(epoch);
                assertThat(now.lastEvents())
                        .filteredOn(event -> !event.at().isBefore(before))
                        .noneMatch(event -> event.event().startsWith("seed"));
                assertReplicasAreFull(fleet);
            }
            assertANewStartDoesNotBelieveItEither(cluster);
        }
    }

    private static boolean isStranger(TopologySnapshot now) {
        return now.primary()
                .whyUnreachable()
                .filter(why -> why.contains("not the one"))
                .isPresent();
    }

    private static String[] shop() {
        return new String[] {
            "CREATE DATABASE shop",
            "CREATE TABLE shop.orders (id INT PRIMARY KEY)",
            "INSERT INTO shop.orders VALUES (1), (2), (3)"
        };
    }

    private static void assertReplicasAreFull(Fleet fleet) throws SQLException {
        for (int i = 1; i <= 2; i++) {
            assertThat(fleet.synced(i).value(ORDERS)).isEqualTo("3");
        }
    }

    /** Consent to overwrite was never meant for this. */
    private static void assertANewStartDoesNotBelieveItEither(Cluster cluster) throws SQLException {
        for (String[] consent : List.of(new String[0], new String[] {"dbread1", "dbread2"})) {
            try (Fleet again = Fleet.of(cluster, Fleet.settings(ResyncMode.AUTO, consent))) {
                SyncException error = catchThrowableOfType(SyncException.class, again::sync);
                assertThat(error)
                        .isInstanceOf(SyncException.WouldLoseData.class)
                        .hasMessageContaining("dbwrite is empty");
                assertReplicasAreFull(again);
            }
        }
        assertThat(cluster.primary().root().rows("SHOW DATABASES LIKE 'shop'")).isEmpty();
    }

    @EachFamily
    void successorWithTheWholeHistoryIsFollowed(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = withHeirs(flavour);
                FaultProxy address = FaultProxy.to(cluster.primary().address())) {
            cluster.primary().root().execute(shop());
            makeHeir(cluster);
            try (Fleet fleet = Fleet.of(cluster, behind(address, cluster), AUTO)) {
                assertThat(fleet.sync()).as(fleet.notes()).isTrue();
                fleet.serve();
                TopologySnapshot before = fleet.now();

                address.accept(false);
                promoteHeir(flavour, cluster);
                address.redirect(cluster.replica(2).address());
                address.accept(true);

                awaitFollowing(fleet, before);
                TopologySnapshot now = fleet.now();
                assertThat(now.primary().serverUuid())
                        .isPresent()
                        .isNotEqualTo(before.primary().serverUuid());
                assertThat(now.lastEvents())
                        .anyMatch(event -> event.event().equals("primary_changed"))
                        .filteredOn(event -> event.event().equals("seeded"))
                        .as("copies since the first")
                        .hasSizeLessThanOrEqualTo(1);
                assertWritesReachTheReplica(cluster, fleet);

                address.accept(false);
                cluster.primary().restart();
                address.redirect(cluster.primary().address());
                address.accept(true);
                anEarlierPrimaryIsNotBelieved(cluster, fleet);
            }
            neitherIsItAfterARestart(cluster, address);
        }
    }

    /** The same, but it is the environment that leads elsewhere. */
    @EachFamily
    void environmentThatPointsToASuccessorIsFollowed(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = withHeirs(flavour)) {
            cluster.primary().root().execute(shop());
            makeHeir(cluster);
            Services first =
                    new Services(cluster.primary().spec(), List.of(cluster.replica(1).spec()));
            try (Fleet fleet = Fleet.of(cluster, first, AUTO)) {
                assertThat(fleet.sync()).as(fleet.notes()).isTrue();
                fleet.serve();
                TopologySnapshot before = fleet.now();
                promoteHeir(flavour, cluster);

                fleet.manager()
                        .follow(
                                new Services(
                                        new ServerSpec(
                                                "dbwrite",
                                                cluster.replica(2).address(),
                                                cluster.primary().credentials()),
                                        first.replicas()));

                awaitFollowing(fleet, before);
                assertThat(fleet.now().lastEvents())
                        .extracting("event")
                        .contains("primary_moved", "primary_changed");
                assertWritesReachTheReplica(cluster, fleet);

                // Back to the old one, which has neither the epoch nor the last row.
                cluster.primary().restart();
                fleet.manager().follow(first);
                anEarlierPrimaryIsNotBelieved(cluster, fleet);
            }
        }
    }

    private static void awaitFollowing(Fleet fleet, TopologySnapshot before) {
        fleet.awaitTopology(
                "following the successor",
                now ->
                        now.epoch() == before.epoch() + 1
                                && now.health() == Health.HEALTHY
                                && now.primary().reachable());
    }

    private static Cluster withHeirs(ServerFlavour flavour) throws InterruptedException {
        Cluster.Builder builder = Cluster.of(flavour).replicas(2);
        if (flavour.isMariaDb()) {
            // Without a binary log it could not be a primary one day.
            builder.replicaArguments("--log-bin", "--log-slave-updates");
        }
        return builder.start();
    }

    /** It has the history and its replicas, but not what was written since it went. */
    private static void anEarlierPrimaryIsNotBelieved(Cluster cluster, Fleet fleet)
            throws SQLException {
        fleet.awaitTopology(
                "in doubt about the one that came back",
                now -> now.primary().doubt().filter(why -> why.contains("epoch")).isPresent());
        assertThat(fleet.now().health()).isEqualTo(Health.NO_PRIMARY);
        assertThatThrownBy(() -> fleet.throughProxy().execute("INSERT INTO shop.orders VALUES (6)"))
                .hasMessageContaining("is not used")
                .hasMessageContaining("has been the primary since epoch");
        assertThat(cluster.primary().root().value(ORDERS)).isEqualTo("4");
        assertThat(fleet.synced(1).value(ORDERS)).isEqualTo("5");
    }

    private static void neitherIsItAfterARestart(Cluster cluster, FaultProxy address)
            throws Exception {
        try (Fleet again = Fleet.of(cluster, behind(address, cluster), AUTO)) {
            assertThatThrownBy(again::sync)
                    .isInstanceOf(SyncException.WouldLoseData.class)
                    .hasMessageContaining("it is an earlier primary")
                    .hasMessageContaining("dbread1 says so");
            assertThat(cluster.primary().root().value(ORDERS)).isEqualTo("4");
        }
        address.redirect(cluster.replica(2).address());
        try (Fleet again = Fleet.of(cluster, behind(address, cluster), AUTO)) {
            assertThat(again.sync()).as(again.notes()).isTrue();
            again.awaitTopology("the epoch is known", now -> now.epoch() > 1);
        }
    }

    /** Makes dbread2 a replica that knows the primary by its own address. */
    private static void makeHeir(Cluster cluster) throws Exception {
        Services services =
                new Services(cluster.primary().spec(), List.of(cluster.replica(2).spec()));
        try (Fleet fleet = Fleet.of(cluster, services, AUTO)) {
            assertThat(fleet.sync()).as(fleet.notes()).isTrue();
        }
    }

    /** The primary behind an address that can lead elsewhere, and dbread1. */
    private static Services behind(FaultProxy address, Cluster cluster) {
        ServerSpec primary =
                new ServerSpec("dbwrite", address.address(), cluster.primary().credentials());
        return new Services(primary, List.of(cluster.replica(1).spec()));
    }

    /** Nobody reaches the primary through its address any more: the heir gets the last of it. */
    private static void promoteHeir(ServerFlavour flavour, Cluster cluster) throws SQLException {
        cluster.primary().root().execute("INSERT INTO shop.orders VALUES (4)");
        Login heir = cluster.replica(2).as(cluster.primary().credentials());
        await("the heir has all")
                .atMost(Duration.ofSeconds(30))
                .until(() -> heir.value(ORDERS).equals("4"));
        cluster.primary().stop();
        if (flavour.isMariaDb()) {
            heir.execute("STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only = 0");
        } else {
            boolean oldWords =
                    flavour == ServerFlavour.MYSQL_8_0 || flavour == ServerFlavour.MYSQL_5_7;
            String replica = oldWords ? "SLAVE" : "REPLICA";
            heir.execute(
                    "STOP " + replica,
                    "RESET " + replica + " ALL",
                    "SET GLOBAL super_read_only = 0",
                    "SET GLOBAL read_only = 0");
        }
    }

    private static void assertWritesReachTheReplica(Cluster cluster, Fleet fleet)
            throws SQLException {
        fleet.throughProxy().execute("INSERT INTO shop.orders VALUES (5)");
        assertThat(cluster.replica(2).as(cluster.primary().credentials()).value(ORDERS))
                .isEqualTo("5");
        await("the write arrives")
                .atMost(Duration.ofSeconds(30))
                .until(() -> fleet.synced(1).value(ORDERS).equals("5"));
        fleet.awaitReplica(1, ReplicaState.REPLICATING);
    }
}
