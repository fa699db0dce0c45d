package io.dbmanager.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.protocol.TextResult.Column;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of clients that compress, to the byte. */
final class CompressedSessionTest {
    private FakeServers servers;

    @BeforeEach
    void start() throws IOException {
        servers = new FakeServers();
    }

    @AfterEach
    void stop() {
        servers.close();
    }

    private TestClient login(long compression) throws IOException {
        return servers.login(TestClient.PLAIN | compression);
    }

    @ParameterizedTest
    @ValueSource(longs = {Capabilities.COMPRESS, Capabilities.ZSTD})
    void answersShortAndLong(long compression) throws IOException {
        String repeated = "abc".repeat(100_000);
        servers.replica().reply("SELECT 2", rows(repeated));
        try (TestClient client = login(compression)) {
            for (int round = 0; round < 3; round++) {
                assertThat(client.query("SELECT 1")).isEqualTo("replica");
                assertThat(client.query("SELECT 2")).isEqualTo(repeated);
                assertThat(client.query("UPDATE t SET a=1 /* " + repeated + " */")).isEqualTo("OK");
            }
            assertThat(client.compressedCame()).isGreaterThanOrEqualTo(3 * 4);
        }
        assertThat(servers.primary().asked()).contains("UPDATE t SET a=1 /* " + repeated + " */");
    }

    private static FakeMySqlServer.Reply rows(String value) {
        return new FakeMySqlServer.Reply.Rows(
                new TextResult(List.of(Column.text("v")), List.of(List.of(value))));
    }

    @ParameterizedTest
    @ValueSource(longs = {Capabilities.COMPRESS, Capabilities.ZSTD})
    void passesOnWhatDoesNotBecomeShorter(long compression) throws IOException {
        byte[] random = new byte[300_000];
        new Random(3).nextBytes(random);
        StringBuilder noise = new StringBuilder();
        for (byte each : random) {
            noise.append((char) (0x21 + Math.floorMod(each, 0x5D)));
        }
        servers.replica().reply("SELECT 2", rows(noise.toString()));
        try (TestClient client = login(compression)) {
            assertThat(client.query("SELECT 2")).isEqualTo(noise.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Capabilities.COMPRESS, Capabilities.ZSTD})
    void answersCommandsSentAhead(long compression) throws IOException {
        try (TestClient client = login(compression)) {
            ByteBuf several = Unpooled.buffer();
            TextResult.command(several, Command.QUERY, "SELECT 1 FROM a_table_of_some_length");
            TextResult.command(several, Command.QUERY, "UPDATE t SET a=1");
            client.send(several);
            assertThat(client.answer()).isEqualTo("replica");
            client.nextAnswer();
            assertThat(client.answer()).isEqualTo("OK");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Capabilities.COMPRESS, Capabilities.ZSTD})
    void takesACommandOfSeveralPackets(long compression) throws IOException {
        byte[] payload = new byte[0xFFFFFF + 70_000];
        payload[0] = Command.QUERY;
        ByteBuf bytes = Unpooled.buffer(payload.length + 8);
        bytes.writeMediumLE(0xFFFFFF).writeByte(0).writeBytes(payload, 0, 0xFFFFFF);
        bytes.writeMediumLE(70_000).writeByte(1).writeBytes(payload, 0xFFFFFF, 70_000);
        try (TestClient client = login(compression)) {
            client.send(bytes);
            assertThat(client.answer()).isEqualTo("OK");
            assertThat(servers.primary().lastOfSeveral()).isEqualTo(payload);
        }
    }

    /** More than the server is given at a time, with nothing to come that would move it on. */
    @ParameterizedTest
    @ValueSource(longs = {Capabilities.COMPRESS, Capabilities.ZSTD})
    void passesOnAFileThatComesAtOnce(long compression) throws IOException {
        byte[] file = new byte[300_000];
        ByteBuf bytes = Unpooled.buffer(file.length + 8);
        bytes.writeMediumLE(file.length).writeByte(2).writeBytes(file);
        bytes.writeMediumLE(0).writeByte(3);
        String load = "LOAD DATA LOCAL INFILE 'f' INTO TABLE t";
        servers.primary().reply(load, new FakeMySqlServer.Reply.WantsFile());
        try (TestClient client = login(compression)) {
            client.send(TextResult.command(Unpooled.buffer(), Command.QUERY, load));
            assertThat(client.read().getUnsignedByte(0)).isEqualTo((short) 0xFB);
            client.sendMore(bytes);
            assertThat(client.answer()).isEqualTo("OK");
        }
        assertThat(servers.primary().lastFile()).isEqualTo(file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Neither zlib nor zstd.
                "04000000" + "0a0000" + "01020304",
                // Expands to 1 byte, says 2: zlib.
                "09000000" + "020000" + "78da4b040000620062"
            })
    void refusesWhatDoesNotExpandToWhatItSays(String hex) throws IOException {
        byte[] bytes = io.netty.buffer.ByteBufUtil.decodeHexDump(hex);
        for (long compression : List.of(Capabilities.COMPRESS, Capabilities.ZSTD)) {
            try (TestClient client = login(compression)) {
                client.sendRaw(bytes);
                assertThatThrownBy(client::answer)
                        .hasMessage("1835 Malformed communication packet.");
                assertThat(client.isClosed()).isTrue();
            }
        }
    }
}
