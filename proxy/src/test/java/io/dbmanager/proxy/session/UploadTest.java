package io.dbmanager.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.session.FakeMySqlServer.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients send beyond the first packet of a command. */
final class UploadTest {
    private static final int FULL = 0xFFFFFF;
    private static final String LOAD = "LOAD DATA LOCAL INFILE 'f' INTO TABLE t";

    private FakeServers servers;

    @BeforeEach
    void start() throws IOException {
        servers = new FakeServers();
    }

    @AfterEach
    void stop() {
        servers.close();
    }

    private static ByteBuf huge(int beyond) {
        ByteBuf out = Unpooled.buffer(FULL + beyond + 16);
        out.writeMediumLE(FULL).writeByte(0).writeByte(Command.QUERY).writeZero(FULL - 1);
        out.writeMediumLE(beyond).writeByte(1).writeZero(beyond);
        return out;
    }

    @Test
    void goesOnWhenItsBackendHasBeenOpened() throws IOException {
        for (int beyond : new int[] {0, 100, 5 << 20}) {
            try (TestClient client = servers.login(TestClient.PLAIN)) {
                // The session's backend has to be opened again while all of it comes.
                servers.primary().hangUp(false);
                client.send(huge(beyond));
                assertThat(client.answer()).isEqualTo("OK");
                assertThat(servers.primary().lastOfSeveral()).hasSize(FULL + beyond);
                // Nobody knows what it was, so the primary's stored code is looked at first.
                await().untilAsserted(
                                () -> assertThat(client.query("SELECT 1")).isEqualTo("replica"));
            }
        }
    }

    private static byte[] fileWanted() {
        return new byte[] {2, 0, 0, 1, (byte) 0xFB, 'f'};
    }

    private static ByteBuf command(String sql) {
        return TextResult.command(Unpooled.buffer(), Command.QUERY, sql);
    }

    private static ByteBuf packet(int sequence, String text) {
        ByteBuf out = Unpooled.buffer();
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return out.writeMediumLE(bytes.length).writeByte(sequence).writeBytes(bytes);
    }

    @Test
    void isReadToItsEndWhenTheServerHasRefusedIt() throws IOException {
        ByteBuf wantsAndRefuses = Unpooled.buffer();
        wantsAndRefuses.writeBytes(fileWanted());
        wantsAndRefuses.writeMediumLE(6).writeByte(2).writeByte(0xFF).writeShortLE(1062);
        wantsAndRefuses.writeBytes("#23".getBytes(StandardCharsets.US_ASCII));
        servers.primary()
                .reply(LOAD, new Reply.Raw(io.netty.buffer.ByteBufUtil.getBytes(wantsAndRefuses)));
        try (TestClient client = servers.login(TestClient.PLAIN)) {
            client.send(command(LOAD));
            assertThat(client.read().getUnsignedByte(0)).isEqualTo((short) 0xFB);
            assertThat(client.read().getUnsignedByte(0)).isEqualTo((short) 0xFF);
            // What looks like a command is the file's.
            client.send(packet(0, "\u0003INSERT INTO t VALUES (13)"));
            client.send(packet(3, "1,2,3\n".repeat(100_000)));
            client.send(packet(4, ""));
            assertThat(client.query("SELECT 1")).isEqualTo("primary");
        }
        assertThat(servers.primary().asked()).noneMatch(sql -> sql.contains("13"));
    }

    @Test
    void endsItsSessionWhenTheServerIsLost() throws IOException {
        servers.primary().reply(LOAD, new Reply.Raw(fileWanted()));
        try (TestClient client = servers.login(TestClient.PLAIN)) {
            client.send(command(LOAD));
            client.read();
            client.send(packet(2, "1,2,3\n"));
            servers.primary().hangUp(false);
            assertThatThrownBy(client::read).isInstanceOf(IOException.class);
        }
        await().untilAsserted(
                        () -> assertThat(servers.proxy().sessionEnds()).containsKey("answer_cut"));
    }
}
