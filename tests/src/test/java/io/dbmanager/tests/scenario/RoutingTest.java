package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFlavour;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;

/** Where statements go, seen from a client and from the proxy's own counters. */
class RoutingTest {
    @EachFlavour
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void readsAreSpreadAndWritesAreNot(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start();
                Fleet fleet = Fleet.synced(cluster)) {
            Login login = fleet.throughProxy();
            login.execute(
                    "CREATE DATABASE shop",
                    "CREATE TABLE shop.orders (id INT PRIMARY KEY)",
                    "INSERT INTO shop.orders VALUES (1)");
            fleet.awaitCaughtUp();

            long writes = fleet.writesAt("dbwrite");
            try (Connection application = login.connect()) {
                for (int i = 0; i < 40; i++) {
                    assertThat(Login.rows(application, "SELECT id FROM shop.orders")).hasSize(1);
                }
            }
            assertThat(fleet.proxy().stats().servers().values())
                    .as("of 40 reads %s", fleet.proxy().stats())
                    .filteredOn(stats -> stats.readsTotal() >= 15)
                    .hasSize(2);
            assertThat(fleet.writesAt("dbread1")).isZero();
            assertThat(fleet.writesAt("dbread2")).isZero();
            assertThat(fleet.writesAt("dbwrite")).isBetween(writes, writes + 10);

            assertHintsDecideButNeverLetAWriteAstray(fleet, login);
            // Other sessions are not promised to see what this one has written.
            fleet.awaitCaughtUp();
            assertTheProxyExplainsItself(login);
        }
    }

    private static void assertHintsDecideButNeverLetAWriteAstray(Fleet fleet, Login login)
            throws SQLException {
        try (Connection application = login.connect();
                Statement statement = application.createStatement()) {
            String port = "SELECT @@port";
            String primary = portOf(application, "/* route:primary */ " + port);
            String first = portOf(application, "/* route:dbread1 */ " + port);
            String second = portOf(application, "/* route:dbread2 */ " + port);
            assertThat(primary).isEqualTo(Integer.toString(fleet.now().primary().address().port()));
            assertThat(first).isEqualTo(Integer.toString(fleet.replica(1).address().port()));
            assertThat(second).isEqualTo(Integer.toString(fleet.replica(2).address().port()));
            assertThat(portOf(application, "/* route:replica */ " + port)).isIn(first, second);

            statement.execute("/* route:dbread1 */ INSERT INTO shop.orders VALUES (2)");
            statement.execute("/* route:replica */ UPDATE shop.orders SET id = 3 WHERE id = 2");
            assertThat(Login.rows(application, "SELECT MAX(id) FROM shop.orders"))
                    .isEqualTo(List.of(List.of("3")));
        }
    }

    private static String portOf(Connection application, String query) throws SQLException {
        return String.valueOf(Login.rows(application, query).getFirst().getFirst());
    }

    private static void assertTheProxyExplainsItself(Login login) throws SQLException {
        List<List<@Nullable String>> read = login.rows("EXPLAIN ROUTE SELECT id FROM shop.orders");
        assertThat(read).hasSize(1);
        assertThat(read.getFirst().getFirst()).isEqualTo("replica");
        assertThat(read.getFirst().get(1)).isIn("dbread1", "dbread2");
        List<List<@Nullable String>> write = login.rows("EXPLAIN ROUTE DELETE FROM shop.orders");
        assertThat(write.getFirst().subList(0, 2)).isEqualTo(List.of("primary", "dbwrite"));
        assertThat(login.value("SELECT COUNT(*) FROM shop.orders")).isEqualTo("2");

        List<List<@Nullable String>> servers = login.rows("SHOW PROXY STATUS");
        assertThat(servers.stream().map(List::getFirst))
                .containsExactly("dbwrite", "dbread1", "dbread2");
    }
}
