package io.dbmanager.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmanager.proxy.Network;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose word is taken on where a client came from. */
final class ClientAddressTest {
    private static final byte[] HEADER =
            "PROXY TCP4 192.0.2.7 192.0.2.9 56324 3306\r\n".getBytes(StandardCharsets.US_ASCII);

    private static FakeServers trusting(String network) throws IOException {
        return new FakeServers(
                "8.0.36",
                settings -> settings.withProxyProtocolFrom(List.of(Network.parse(network))));
    }

    @Test
    void isThatOfTheHeaderWhereItsSenderIsTrusted() throws IOException {
        try (FakeServers servers = trusting("127.0.0.0/8")) {
            assertThatThrownBy(() -> TestClient.behind(servers.address(), HEADER, "wrong"))
                    .hasMessageContaining("'app'@'192.0.2.7'");
            try (TestClient client = TestClient.behind(servers.address(), HEADER, "secret")) {
                assertThat(client.query("SELECT 1")).isEqualTo("replica");
            }
        }
    }

    @Test
    void isThePeersWhereThereIsNoHeader() throws IOException {
        try (FakeServers servers = trusting("127.0.0.0/8")) {
            assertThatThrownBy(() -> TestClient.behind(servers.address(), new byte[0], "wrong"))
                    .hasMessageContaining("'app'@'127.0.0.1'");
        }
    }

    @Test
    void isMalformedFromOthers() throws IOException {
        try (FakeServers servers = trusting("10.0.0.0/8");
                TestClient client = TestClient.greeted(servers.address())) {
            client.send(Unpooled.wrappedBuffer(HEADER));
            ByteBuf said = client.read();
            assertThat(ErrPacket.decode(said).code()).isEqualTo(1835);
            assertThat(client.isClosed()).isTrue();
        }
    }
}
