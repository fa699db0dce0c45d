package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.tests.compare.AwkwardData;
import io.dbmanager.tests.compare.ServerComparison;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFlavour;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import io.dbmanager.tests.servers.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/**
 * What all of it is for: a primary full of awkward data and two blank servers, and in the end two
 * true replicas, and a proxy through which an application sees one database.
 */
class MainJobTest {
    @EachFlavour
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void blankServersBecomeReplicasThatTakeReads(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start()) {
            try (Connection primary = cluster.primary().root().connect()) {
                AwkwardData.load(primary);
            }
            try (Writer writer = Writer.on(cluster.primary().root());
                    Fleet fleet = Fleet.of(cluster)) {
                writer.awaitMore(10);
                boolean allReplicate = fleet.sync();
                assertThat(allReplicate).as(fleet.notes()).isTrue();
                writer.awaitMore(10);
                fleet.serve();
                writer.stop();

                fleet.awaitCaughtUp();
                assertReplicasEqualThePrimary(cluster, fleet);
                assertReplicasAreClosedToOthers(cluster, fleet);
                assertApplicationsSeeOneDatabase(fleet);
            }
            try (Fleet again = Fleet.of(cluster)) {
                assertNothingIsLeftToDo(again.plan());
            }
        }
    }

    private static void assertReplicasEqualThePrimary(Cluster cluster, Fleet fleet)
            throws SQLException {
        for (int i = 1; i <= cluster.replicas().size(); i++) {
            try (Connection primary = cluster.primary().root().connect();
                    Connection replica = fleet.synced(i).connect()) {
                assertThat(ServerComparison.differences(primary, replica))
                        .as("differences between dbwrite and dbread" + i)
                        .isEmpty();
            }
        }
    }

    private static void assertReplicasAreClosedToOthers(Cluster cluster, Fleet fleet)
            throws SQLException {
        for (int i = 1; i <= cluster.replicas().size(); i++) {
            TestServer replica = cluster.replica(i);
            assertThatThrownBy(() -> replica.root().connect())
                    .as("the replica's own password")
                    .hasMessageContaining("Access denied");
            assertThat(fleet.synced(i).value("SELECT @@global.read_only")).isEqualTo("1");
            ReplicaStatus status = fleet.replica(i);
            assertThat(status.state()).isEqualTo(ReplicaState.REPLICATING);
            assertThat(status.reason()).isEmpty();
            assertThat(status.errant()).isEmpty();
            assertThat(status.ioRunning()).isTrue();
            assertThat(status.sqlRunning()).isTrue();
        }
    }

    private static void assertApplicationsSeeOneDatabase(Fleet fleet) throws SQLException {
        Login login = fleet.throughProxy();
        try (Connection application = login.connect();
                Statement statement = application.createStatement()) {
            statement.execute("CREATE DATABASE shop");
            statement.execute("CREATE TABLE shop.orders (id INT PRIMARY KEY)");
            for (int i = 1; i <= 50; i++) {
                statement.execute("INSERT INTO shop.orders VALUES (" + i + ")");
                assertThat(Login.rows(application, "SELECT MAX(id) FROM shop.orders"))
                        .as("own writes are read back")
                        .isEqualTo(List.of(List.of(Integer.toString(i))));
            }
            fleet.awaitTopology("replicas take reads", _ -> readsTaken(login, fleet));
        }
        assertThat(fleet.writesAt("dbwrite")).isGreaterThanOrEqualTo(52);
    }

    /** Reads once in a new session, and tells whether every replica has answered one by now. */
    private static boolean readsTaken(Login login, Fleet fleet) {
        try {
            assertThat(login.value("SELECT COUNT(*) FROM shop.orders")).isEqualTo("50");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return fleet.readsAt("dbread1") > 0 && fleet.readsAt("dbread2") > 0;
    }

    private static void assertNothingIsLeftToDo(SyncPlan plan) {
        assertThat(plan.refusals()).isEmpty();
        assertThat(plan.servers())
                .allSatisfy(server ->
                        assertThat(server.steps()).as("steps for " + server.name()).isEmpty());
    }
}
