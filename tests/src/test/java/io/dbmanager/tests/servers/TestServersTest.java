package io.dbmanager.tests.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The ground the scenarios stand on: each flavour starts, is blank, and takes what befalls it. */
class TestServersTest {
    @EachFlavour
    void serversAreBlankAndDistinct(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(1).start()) {
            TestServer primary = cluster.primary();
            TestServer replica = cluster.replica(1);

            assertThat(primary.root().value("SELECT @@log_bin")).isEqualTo("1");
            assertThat(primary.root().value("SELECT VERSION()"))
                    .startsWith(flavour.id().substring(flavour.id().indexOf('-') + 1));
            assertThat(replica.root().value("SELECT COUNT(*) FROM mysql.user WHERE user = 'root'"))
                    .isEqualTo("2");
            assertThatThrownBy(() -> replica.as(primary.credentials()).connect())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("Access denied");
            if (!flavour.isMariaDb()) {
                assertThat(replica.root().value("SELECT @@server_uuid"))
                        .isNotEqualTo(primary.root().value("SELECT @@server_uuid"));
            }
        }
    }

    @EachFamily
    void serversSurviveWhatBefallsThem(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(0).start()) {
            TestServer server = cluster.primary();
            server.root().execute("CREATE DATABASE kept");

            server.kill();
            assertThatThrownBy(() -> server.root().connect()).isInstanceOf(SQLException.class);
            server.restart();
            assertThat(server.root().rows("SHOW DATABASES LIKE 'kept'")).hasSize(1);

            server.stall();
            assertThat(Greeting.await(server.address(), Duration.ofMillis(300), () -> true))
                    .isFalse();
            server.resume();
            assertThat(server.root().value("SELECT 1")).isEqualTo("1");

            server.wipe();
            assertThat(server.root().rows("SHOW DATABASES LIKE 'kept'")).isEmpty();
        }
    }

    @Test
    void faultProxyCutsStallsAndRefuses() throws Exception {
        try (Cluster cluster = Cluster.of(ServerFlavour.MARIADB_11_4).replicas(0).start();
                FaultProxy proxy = FaultProxy.to(cluster.primary().address())) {
            Login login = new Login(proxy.address(), cluster.primary().credentials());
            try (Connection connection = login.connect()) {
                assertThat(Login.rows(connection, "SELECT 1")).hasSize(1);
                proxy.cut();
                assertThatThrownBy(() -> Login.rows(connection, "SELECT 1"))
                        .isInstanceOf(SQLException.class);
            }

            proxy.stall();
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), proxy.address().port()));
                await().during(Duration.ofMillis(200))
                        .until(() -> socket.getInputStream().available() == 0);
                proxy.resume();
                await().until(() -> socket.getInputStream().available() > 0);
            }

            proxy.accept(false);
            assertThatThrownBy(login::connect).isInstanceOf(SQLException.class);
            proxy.accept(true);
            assertThat(login.value("SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void flavoursAreNamedById() {
        assertThat(TestServers.named("mysql-8.0, mariadb-11.4,"))
                .containsExactlyInAnyOrder(ServerFlavour.MYSQL_8_0, ServerFlavour.MARIADB_11_4);
        assertThatThrownBy(() -> TestServers.named("mysql-8"))
                .hasMessageContaining("no server flavour is called mysql-8");
    }
}
