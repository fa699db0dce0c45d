package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.sync.SyncSettings.ResyncMode;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** The environment changes while everything goes on. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ServersComeAndGoTest {
    private static final String LINES = "SELECT COUNT(*) FROM bank.ledger";

    @EachFamily
    void replicasAndPasswordsChangeUnderneath(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start()) {
            Services both = cluster.services();
            Services one = new Services(both.primary(), both.replicas().subList(0, 1));
            // A new replica needs a copy, for which nobody has to ask even where resyncs are
            // manual.
            try (Fleet fleet = Fleet.of(cluster, one, Fleet.settings(ResyncMode.MANUAL))) {
                assertThat(fleet.sync()).as(fleet.notes()).isTrue();
                fleet.serve();
                try (Writer writer = Writer.on(fleet.throughProxy())) {
                    writer.awaitMore(20);
                    Instant before = Instant.now();
                    fleet.manager().follow(both);
                    fleet.awaitEvent(before, "dbread2", "seeded");
                    fleet.awaitReplica(2, ReplicaState.REPLICATING);
                    assertThat(fleet.throughProxy().value("/* route:dbread2 */ " + LINES))
                            .isNotEqualTo("0");
                    writer.awaitMore(20);
                    theReplicaIsLetGo(fleet, one);
                    writer.awaitMore(20);
                    writer.stop();
                }
                itGoesOnReplicating(fleet);
                thePasswordChanges(cluster, fleet, one);
            }
        }
    }

    private static void theReplicaIsLetGo(Fleet fleet, Services left) throws Exception {
        try (Connection client = fleet.throughProxy().connect();
                Statement statement = client.createStatement()) {
            statement.execute("/* route:dbread2 */ " + LINES);
            fleet.manager().follow(left);
            fleet.awaitTopology("without dbread2", now -> now.replica("dbread2").isEmpty());
            assertThatThrownBy(() -> statement.execute("/* route:dbread2 */ " + LINES))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("there is no such server");
            statement.execute(LINES);
        }
    }

    private static void itGoesOnReplicating(Fleet fleet) throws SQLException {
        String lines = fleet.throughProxy().value(LINES);
        Login letGo = fleet.synced(2);
        await("what is left alone replicates")
                .atMost(Duration.ofSeconds(60))
                .until(() -> letGo.value(LINES).equals(lines));
    }

    private static void thePasswordChanges(Cluster cluster, Fleet fleet, Services before)
            throws Exception {
        ServerSpec old = before.primary();
        Credentials changed = Credentials.of("root", "Another-1-" + old.name());
        cluster.primary()
                .root()
                .execute("ALTER USER root@'%' IDENTIFIED BY '" + changed.password().reveal() + "'");
        Services told =
                new Services(new ServerSpec(old.name(), old.address(), changed), before.replicas());
        fleet.manager().follow(told);
        cluster.replica(1).restart();
        fleet.awaitReplica(1, ReplicaState.UNREACHABLE);
        fleet.awaitHealthy();
        Login client = new Login(fleet.proxyAddress(), changed);
        client.execute("INSERT INTO bank.ledger (amount) VALUES (1)");
        Login replica = cluster.replica(1).as(changed);
        await("it arrives")
                .atMost(Duration.ofSeconds(60))
                // Its login is refused until the change of the password has been replicated.
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() ->
                        replica.value(LINES).equals(cluster.primary().as(changed).value(LINES)));
        assertThat(fleet.now().lastEvents())
                .extracting("event")
                .contains("replica_added", "replica_removed", "login_changed");
    }
}
