package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.tests.compare.ServerComparison;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Replicas that are made by the servers' own clone plugin, and those that cannot be. */
@Timeout(180)
class CloneTest {
    private static final ServerFlavour MYSQL = ServerFlavour.MYSQL_9_7;

    private static void fill(Login primary) throws Exception {
        primary.execute(
                "CREATE DATABASE shop",
                "CREATE TABLE shop.orders (id INT PRIMARY KEY AUTO_INCREMENT, t VARCHAR(200),"
                        + " KEY (t))",
                "INSERT INTO shop.orders (t) VALUES ('one'), ('two'), ('three')",
                "CREATE TABLE shop.ticks (id INT PRIMARY KEY AUTO_INCREMENT, by_server CHAR(36))",
                "CREATE EVENT shop.tick ON SCHEDULE EVERY 1 SECOND DO INSERT INTO shop.ticks"
                        + " (by_server) VALUES (@@GLOBAL.server_uuid)",
                "CREATE USER app@'%' IDENTIFIED BY 'secret-of-app'",
                "GRANT SELECT ON shop.* TO app@'%'");
    }

    @Test
    void aSupervisedReplicaIsCloned() throws Exception {
        try (Cluster cluster = Cluster.of(MYSQL).replicas(2).supervised().start()) {
            Login primary = cluster.primary().root();
            fill(primary);
            String uuid = cluster.replica(1).root().value("SELECT @@GLOBAL.server_uuid");
            try (Fleet fleet = Fleet.of(cluster)) {
                boolean settled = fleet.sync();

                assertThat(settled).as(fleet.notes() + cluster.logs()).isTrue();
                assertThat(fleet.notes()).contains("it is a clone of the primary and replicates");
                assertThat(fleet.notes()).doesNotContain("copied instead");
                fleet.serve();
                fleet.awaitCaughtUp();
                primary.execute("ALTER EVENT shop.tick DISABLE");
                fleet.awaitCaughtUp();
                for (int i = 1; i <= 2; i++) {
                    try (Connection first = primary.connect();
                            Connection copy = fleet.synced(i).connect()) {
                        assertThat(ServerComparison.differences(first, copy)).isEmpty();
                    }
                    Login replica = fleet.synced(i);
                    assertThat(replica.value("SELECT COUNT(DISTINCT by_server) FROM shop.ticks"))
                            .isEqualTo("1");
                    assertThat(replica.value("SELECT @@GLOBAL.super_read_only")).isEqualTo("1");
                    assertThat(replica.value("SELECT @@GLOBAL.event_scheduler")).isEqualTo("ON");
                }
                System.out.println(
                        "uuid "
                                + uuid
                                + " -> "
                                + fleet.synced(1).value("SELECT @@GLOBAL.server_uuid"));
                System.out.println(fleet.notes());
                System.out.println(
                        primary.rows("SELECT * FROM mysql.global_grants WHERE user LIKE 'dbm%'"));
            }
        }
    }

    @Test
    void withoutASupervisorItIsCopied() throws Exception {
        try (Cluster cluster = Cluster.of(MYSQL).start()) {
            fill(cluster.primary().root());
            try (Fleet fleet = Fleet.of(cluster)) {
                assertThat(fleet.plan().servers().get(1).steps())
                        .anyMatch(step -> step.startsWith("clone everything from dbwrite"));
                assertThat(fleet.sync()).isTrue();

                assertThat(fleet.notes())
                        .contains("copied instead of cloned, since no supervisor")
                        .contains("it is a copy of the primary and replicates");
                assertThat(cluster.primary().root().rows("SELECT * FROM mysql.plugin")).isEmpty();
            }
        }
    }
}
