package io.dbmanager.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Lag;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxyServer;
import io.dbmanager.proxy.ProxySettings;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.session.FakeMySqlServer.Reply;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A replica keeps its connections and says nothing: nobody waits for it once that is known. */
final class SilentReplicaTest {
    private FakeMySqlServer primary;
    private FakeMySqlServer replica;
    private Topology topology;
    private ProxyServer proxy;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws IOException {
        primary = new FakeMySqlServer("primary");
        replica = new FakeMySqlServer("replica");
        topology = new Topology(FakeServers.snapshot(1, primary, List.of(replica)));
        ProxySettings settings =
                ProxySettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .with(
                                new ProxySettings.Backends(
                                        2, Duration.ofHours(1), Duration.ofMinutes(1)))
                        .with(new ProxySettings.Sockets(ProxySettings.Poller.AUTO, 1));
        proxy = new ProxyServer(settings, topology, Credentials.of("app", "secret"));
        address = proxy.start();
    }

    @AfterEach
    void stop() {
        proxy.close();
        primary.close();
        replica.close();
    }

    private void replicaIsFoundUnreachable() {
        TopologySnapshot now = topology.current();
        topology.publish(
                new TopologySnapshot(
                        now.observedAt(),
                        now.version() + 1,
                        now.epoch(),
                        true,
                        now.primary(),
                        List.of(unreachable(now.replicas().getFirst())),
                        List.of()));
    }

    private static ReplicaStatus unreachable(ReplicaStatus before) {
        return new ReplicaStatus(
                before.name(),
                before.address(),
                ReplicaState.UNREACHABLE,
                Optional.of("it does not answer"),
                Lag.unknown("it does not answer"),
                before.position(),
                "",
                false,
                false,
                Optional.empty(),
                false,
                before.heartbeatSeen(),
                Optional.empty());
    }

    private static void ask(TestClient client, String sql) throws IOException {
        client.send(TextResult.command(Unpooled.buffer(), Command.QUERY, sql));
    }

    @Test
    void readsElsewhereWhoeverWaitsForAnAnswer() throws IOException {
        replica.reply("SELECT 1", new Reply.Silence());
        try (TestClient client = TestClient.login(address)) {
            ask(client, "SELECT 1");
            await().until(() -> replica.asked().contains("SELECT 1"));
            replicaIsFoundUnreachable();
            assertThat(client.answer()).isEqualTo("primary");
        }
    }

    @Test
    void readsElsewhereWhoeverIsLoggingInThere() throws IOException {
        try (TestClient before = TestClient.login(address)) {
            assertThat(before.query("SELECT 1")).isEqualTo("replica");
        }
        // The connection is there, but this account was let in later than on it.
        try (TestClient client = TestClient.login(address)) {
            replica.silentAt(Command.CHANGE_USER);
            ask(client, "SELECT 1");
            await().until(() ->
                    replica.commands().stream().anyMatch(each -> each[0] == Command.CHANGE_USER));
            replicaIsFoundUnreachable();
            assertThat(client.answer()).isEqualTo("primary");
        }
    }

    @Test
    void readsElsewhereWhoeverWaitsForAConnectionThere() throws IOException {
        try (TestClient one = TestClient.login(address);
                TestClient two = TestClient.login(address)) {
            one.query("START TRANSACTION READ ONLY");
            assertThat(one.query("SELECT 1")).isEqualTo("replica");
            two.query("START TRANSACTION READ ONLY");
            assertThat(two.query("SELECT 1")).isEqualTo("replica");
            try (TestClient client = TestClient.login(address)) {
                ask(client, "SELECT 1");
                // One event loop takes what comes in turn: the client already waits when this ends.
                assertThat(one.query("SELECT 1")).isEqualTo("replica");
                replicaIsFoundUnreachable();
                assertThat(client.answer()).isEqualTo("primary");
            }
        }
    }
}
