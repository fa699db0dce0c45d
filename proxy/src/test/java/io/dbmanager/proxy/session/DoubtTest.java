package io.dbmanager.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ManagingLogin;
import io.dbmanager.common.PrimaryStatus;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxyServer;
import io.dbmanager.proxy.ProxySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** While it is not known whether the server at the primary's address is the primary. */
final class DoubtTest {
    private static final String WHY = "it is an earlier primary that has come back";

    private FakeMySqlServer primary;
    private FakeMySqlServer replica;
    private Topology topology;
    private ManagingLogin managing;
    private ProxyServer proxy;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws IOException {
        primary = new FakeMySqlServer("primary");
        replica = new FakeMySqlServer("replica");
        topology = new Topology(FakeServers.snapshot(1, primary, List.of(replica)));
        managing = new ManagingLogin(Credentials.of("app", "secret"));
        proxy =
                new ProxyServer(
                        ProxySettings.defaults(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                        topology,
                        managing);
        address = proxy.start();
    }

    @AfterEach
    void stop() {
        proxy.close();
        primary.close();
        replica.close();
    }

    private void publish(Optional<String> doubt, long sighting) {
        TopologySnapshot now = topology.current();
        PrimaryStatus before = now.primary();
        topology.publish(
                new TopologySnapshot(
                        now.observedAt(),
                        now.version() + 1,
                        now.epoch(),
                        true,
                        new PrimaryStatus(
                                before.name(),
                                before.address(),
                                doubt.isEmpty(),
                                before.version(),
                                before.serverUuid(),
                                before.position(),
                                doubt,
                                doubt,
                                sighting),
                        now.replicas(),
                        List.of()));
    }

    @Test
    void nothingIsWrittenToAServerThatIsNotBelieved() throws IOException {
        try (TestClient client = TestClient.login(address);
                TestClient other = TestClient.login(address)) {
            client.query("INSERT INTO t VALUES (1)");
            other.query("BEGIN");
            publish(Optional.of(WHY), 1);
            assertThatThrownBy(() -> client.query("INSERT INTO t VALUES (2)"))
                    .hasMessageContaining("The primary dbwrite (")
                    .hasMessageContaining(WHY);
            assertThat(client.query("SELECT 1")).isEqualTo("replica");
            assertThatThrownBy(() -> other.query("COMMIT"))
                    .hasMessageContaining("the session lost its transaction");
            assertThatThrownBy(() -> TestClient.login(address)).hasMessageContaining(WHY);
            assertThat(primary.asked()).doesNotContain("INSERT INTO t VALUES (2)", "COMMIT");

            publish(Optional.empty(), 2);
            client.query("INSERT INTO t VALUES (3)");
            TestClient.login(address).close();
            assertThat(primary.asked()).contains("INSERT INTO t VALUES (3)");
        }
    }

    /** One that was made while it was not yet known may lead to the wrong server. */
    @Test
    void noConnectionOfAnEarlierSightingIsUsedAgain() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            client.query("INSERT INTO t VALUES (1)");
            int before = primary.logins();
            publish(Optional.empty(), 1);
            client.query("INSERT INTO t VALUES (2)");
            assertThat(primary.logins()).isGreaterThan(before);
            await().untilAsserted(() -> assertThat(primary.openConnections()).isEqualTo(1));
        }
    }

    @Test
    void accountsAreReadByTheLoginThatWorks() throws IOException {
        managing.change(Credentials.of("app", "not yet the password"));
        assertThat(managing.all()).hasSize(2);
        TestClient.login(address).close();
    }
}
