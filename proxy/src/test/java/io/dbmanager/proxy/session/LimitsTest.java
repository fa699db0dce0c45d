package io.dbmanager.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Position;
import io.dbmanager.common.PrimaryStatus;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxyServer;
import io.dbmanager.proxy.ProxySettings;
import io.dbmanager.proxy.ProxySettings.Encryption;
import io.dbmanager.proxy.ProxySettings.Limits;
import io.dbmanager.proxy.ProxySettings.ServerTls;
import io.dbmanager.proxy.ProxySettings.Timeouts;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.ServerStatus;
import io.dbmanager.proxy.protocol.TextResult;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the proxy stops its clients, and with which words. */
final class LimitsTest {
    private FakeMySqlServer primary;

    /** Made by each test, with what it wants to try. */
    @SuppressWarnings("NullAway.Init")
    private ProxyServer proxy;

    @SuppressWarnings("NullAway.Init")
    private InetSocketAddress address;

    @BeforeEach
    void start() throws IOException {
        primary = new FakeMySqlServer("primary");
    }

    @AfterEach
    void stop() {
        if (proxy != null) {
            proxy.close();
        }
        primary.close();
    }

    private static ProxySettings defaults() {
        return ProxySettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private void serve(ProxySettings settings) throws IOException {
        PrimaryStatus status =
                new PrimaryStatus(
                        "dbwrite",
                        primary.address(),
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        new Position.Unknown("nobody asks"),
                        Optional.empty());
        TopologySnapshot alone =
                new TopologySnapshot(Instant.now(), 1, 1, true, status, List.of(), List.of());
        proxy = new ProxyServer(settings, new Topology(alone), Credentials.of("app", "secret"));
        address = proxy.start();
    }

    private interface Trying {
        Object attempt() throws IOException;
    }

    private static ErrPacket refused(Trying trying) {
        return catchThrowableOfType(TestClient.Refused.class, trying::attempt).error();
    }

    @Test
    void clientsOfOneAccount() throws IOException {
        serve(defaults().with(Limits.defaults().withPerAccount(2)));
        try (TestClient first = TestClient.login(address);
                TestClient second = TestClient.login(address);
                TestClient other = TestClient.login(address, "open", "", TestClient.PLAIN)) {
            ErrPacket error = refused(() -> TestClient.login(address));
            assertThat(error.code()).isEqualTo(1203);
            assertThat(error.sqlState()).isEqualTo("42000");
            assertThat(error.message())
                    .isEqualTo(
                            "User app already has more than 'max_user_connections' active"
                                    + " connections");
            assertThat(first.query("SELECT 1")).isEqualTo("primary");
            assertThat(other.query("SELECT 1")).isEqualTo("primary");
            assertThat(second.query("SELECT 1")).isEqualTo("primary");
        }
        await().untilAsserted(() -> assertThat(proxy.stats().clients()).isZero());
        TestClient.login(address).close();
    }

    @Test
    void preparedStatementsOfOneClient() throws IOException {
        serve(defaults().with(Limits.defaults().withStatements(100, 2)));
        try (TestClient client = TestClient.login(address)) {
            int first = prepare(client);
            prepare(client);
            ErrPacket error = refused(() -> prepare(client));
            assertThat(error.code()).isEqualTo(1461);
            assertThat(error.sqlState()).isEqualTo("42000");
            assertThat(error.message())
                    .isEqualTo(
                            "Can't create more than max_prepared_stmt_count statements (current"
                                    + " value: 2)");
            client.send(command(Command.STMT_CLOSE, first));
            prepare(client);
        }
    }

    @Test
    void preparedStatementsOfAllClients() throws IOException {
        serve(defaults().with(Limits.defaults().withStatements(3, 100)));
        try (TestClient one = TestClient.login(address)) {
            try (TestClient other = TestClient.login(address)) {
                prepare(one);
                prepare(other);
                prepare(other);
                assertThat(refused(() -> prepare(one)).code()).isEqualTo(1461);
            }
            // What a client had goes with it.
            await().untilAsserted(() -> assertThat(proxy.stats().clients()).isEqualTo(1));
            prepare(one);
            prepare(one);
            assertThat(refused(() -> prepare(one)).code()).isEqualTo(1461);
            // And with the state of its session.
            one.send(Unpooled.wrappedBuffer(new byte[] {1, 0, 0, 0, Command.RESET_CONNECTION}));
            assertThat(one.answer()).isEqualTo("OK");
            prepare(one);
        }
    }

    @Test
    void aClientThatSaysNothing() throws IOException {
        serve(defaults().with(Timeouts.defaults().withIdle(Duration.ofMillis(200))));
        try (TestClient client = TestClient.login(address)) {
            assertThat(client.query("SELECT 1")).isEqualTo("primary");
            ErrPacket error = ErrPacket.decode(client.read());
            assertThat(error.code()).isEqualTo(4031);
            assertThat(client.isClosed()).isTrue();
        }
        assertThat(proxy.sessionEnds()).containsEntry("idle", 1L);
    }

    @Test
    void aSessionThatHasSetAShorterWaitTimeout() throws IOException {
        serve(defaults());
        String set = "SET wait_timeout = 1";
        primary.reply(set, new FakeMySqlServer.Reply.Raw(told("wait_timeout", "1")));
        try (TestClient client = TestClient.login(address)) {
            assertThat(client.query(set)).isEqualTo("OK");
            ErrPacket error = ErrPacket.decode(client.read());
            assertThat(error.code()).isEqualTo(4031);
            assertThat(client.isClosed()).isTrue();
        }
        assertThat(proxy.sessionEnds()).containsEntry("idle", 1L);
    }

    /** An OK packet, with its header, that tells of a variable. */
    private static byte[] told(String name, String value) {
        ByteBuf variable = Unpooled.buffer();
        for (String each : List.of(name, value)) {
            variable.writeByte(each.length()).writeBytes(each.getBytes(US_ASCII));
        }
        ByteBuf ok = Unpooled.buffer().writeZero(3);
        ok.writeShortLE(ServerStatus.AUTOCOMMIT | ServerStatus.SESSION_STATE_CHANGED);
        ok.writeShortLE(0).writeByte(0);
        ok.writeByte(variable.readableBytes() + 2).writeByte(0);
        ok.writeByte(variable.readableBytes()).writeBytes(variable);
        ByteBuf packet = Unpooled.buffer().writeMediumLE(ok.readableBytes()).writeByte(1);
        return ByteBufUtil.getBytes(packet.writeBytes(ok));
    }

    @Test
    void aClientThatWaitsForAnAnswerIsNotIdle() throws IOException {
        serve(defaults().with(Timeouts.defaults().withIdle(Duration.ofMillis(40))));
        primary.reply("UPDATE slow", new FakeMySqlServer.Reply.UntilKilled());
        try (TestClient client = TestClient.login(address)) {
            client.send(TextResult.command(Unpooled.buffer(), Command.QUERY, "UPDATE slow"));
            await().during(Duration.ofMillis(300))
                    .atMost(Duration.ofSeconds(2))
                    .until(() -> proxy.stats().clients() == 1);
        }
    }

    @Test
    void aStatementThatTakesTooLong() throws IOException {
        serve(defaults().with(Timeouts.defaults().withQuery(Duration.ofMillis(50))));
        primary.reply("UPDATE slow", new FakeMySqlServer.Reply.UntilKilled());
        try (TestClient client = TestClient.login(address)) {
            assertThat(client.query("UPDATE quick")).isEqualTo("OK");
            ErrPacket error = refused(() -> client.query("UPDATE slow"));
            assertThat(error.code()).isEqualTo(3024);
            assertThat(error.message())
                    .isEqualTo(
                            "Query execution was interrupted, maximum statement execution time"
                                    + " exceeded");
            assertThat(client.query("UPDATE quick")).isEqualTo("OK");
            assertThat(primary.asked()).filteredOn(sql -> sql.startsWith("KILL")).hasSize(1);
        }
    }

    @Test
    void aStatementThatTookTooLongOnMariaDb() throws IOException {
        primary.close();
        primary = new FakeMySqlServer("primary", "11.4.5-MariaDB");
        serve(defaults().with(Timeouts.defaults().withQuery(Duration.ofMillis(50))));
        primary.reply("UPDATE slow", new FakeMySqlServer.Reply.UntilKilled());
        try (TestClient client = TestClient.login(address)) {
            ErrPacket error = refused(() -> client.query("UPDATE slow"));
            assertThat(error.code()).isEqualTo(1969);
            assertThat(error.sqlState()).isEqualTo("70100");
        }
    }

    @Test
    void aClientWithoutTlsWhereItIsRequired() throws IOException {
        Encryption none = Encryption.defaults();
        serve(
                defaults()
                        .with(
                                new Encryption(
                                        none.certificate(),
                                        none.key(),
                                        none.keptIn(),
                                        none.clientCa(),
                                        true)));
        assertThat(refused(() -> TestClient.login(address)).code()).isEqualTo(3159);
    }

    @Test
    void aServerWithoutTlsWhereItHasToBeVerified() throws IOException {
        ServerTls none = ServerTls.defaults();
        serve(
                defaults()
                        .with(
                                new ServerTls(
                                        ServerTls.Mode.VERIFY,
                                        none.ca(),
                                        none.certificate(),
                                        none.key())));
        ErrPacket error = refused(() -> TestClient.login(address));
        assertThat(error.message()).contains("it offers no TLS, and server-tls is verify");
        // Servers block hosts that hang up in the middle of a login.
        await().untilAsserted(() -> assertThat(primary.identified()).isPositive());
    }

    @Test
    void whoeverGuessesPasswords() throws IOException {
        serve(defaults());
        for (int i = 0; i < 5; i++) {
            assertThat(refused(this::guess).code()).isEqualTo(1045);
        }
        long before = System.nanoTime();
        assertThat(refused(this::guess).code()).isEqualTo(1045);
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isGreaterThanOrEqualTo(Duration.ofMillis(100));
        TestClient.login(address).close();
    }

    private TestClient guess() throws IOException {
        return TestClient.login(address, "app", "wrong", TestClient.PLAIN);
    }

    private static int prepare(TestClient client) throws IOException {
        client.send(TextResult.command(Unpooled.buffer(), Command.STMT_PREPARE, "UPDATE t"));
        ByteBuf answer = client.read();
        if (answer.getUnsignedByte(0) == ErrPacket.HEADER) {
            throw new TestClient.Refused(ErrPacket.decode(answer));
        }
        return answer.getIntLE(1);
    }

    private static ByteBuf command(int command, int id) {
        return Unpooled.buffer().writeMediumLE(5).writeByte(0).writeByte(command).writeIntLE(id);
    }
}
