package io.dbmanager.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.HandshakeResponse;
import io.dbmanager.proxy.protocol.QueryText;
import io.dbmanager.proxy.protocol.ServerStatus;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.protocol.TextResult.Column;
import io.dbmanager.proxy.session.FakeMySqlServer.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Conversations with bytes that are wrong, from both sides: nobody else is disturbed by them. */
final class PacketFuzzTest {
    private static final long QUERYING = Capabilities.QUERY_ATTRIBUTES;
    private static final long MOST_GROWTH = 64L << 20;

    private final Queue<String> leaks = new ConcurrentLinkedQueue<>();
    private final Random random = new Random(20_261_120);
    private FakeServers servers;

    @BeforeEach
    void start() throws IOException {
        // Of the proxy's: other tests of this process may have left buffers of their own.
        ByteBufUtil.setLeakListener((type, records) -> {
            if (records.contains("io.netty.channel")) {
                leaks.add(type + " " + records);
            }
        });
        servers = new FakeServers();
    }

    @AfterEach
    void stop() {
        servers.close();
        ByteBufUtil.setLeakListener(null);
    }

    /** One of: other bytes, a cut, a piece twice, bytes put in. */
    private byte[] mutated(byte[] plain) {
        byte[] bytes = plain.clone();
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(4)) {
            case 0 -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                yield bytes;
            }
            case 1 -> Arrays.copyOf(bytes, at);
            case 2 -> joined(Arrays.copyOf(bytes, at), plain);
            default -> {
                byte[] more = new byte[1 + random.nextInt(8)];
                random.nextBytes(more);
                byte[] head = joined(Arrays.copyOf(bytes, at), more);
                yield joined(head, Arrays.copyOfRange(bytes, at, bytes.length));
            }
        };
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] conversation(long capabilities) {
        ByteBuf out = Unpooled.buffer();
        QueryText.encode(out, "SELECT 1", capabilities);
        QueryText.encode(out, "SET NAMES utf8mb4", capabilities);
        TextResult.command(out, Command.STMT_PREPARE, "SELECT ?");
        out.writeBytes(
                ByteBufUtil.decodeHexDump(
                        "16000000" + "170100000000010000000001080001000000000000" + "00"));
        out.writeBytes(ByteBufUtil.decodeHexDump("0b000000" + "1801000000000061626364"));
        out.writeBytes(ByteBufUtil.decodeHexDump("05000000" + "1a01000000"));
        out.writeBytes(ByteBufUtil.decodeHexDump("05000000" + "1901000000"));
        TextResult.command(out, Command.INIT_DB, "a");
        out.writeBytes(
                ByteBufUtil.decodeHexDump("12000000" + "11617070000061002d00" + "00".repeat(8)));
        TextResult.command(out, Command.PING, "");
        return ByteBufUtil.getBytes(out);
    }

    private static byte[] login() {
        ByteBuf out = Unpooled.buffer();
        new HandshakeResponse(
                        TestClient.PLAIN | Capabilities.CONNECT_ATTRS | Capabilities.ZSTD,
                        1 << 24,
                        45,
                        "app",
                        new byte[20],
                        "a",
                        "mysql_native_password",
                        new byte[] {1, 'a', 1, 'b'},
                        3)
                .encode(out, 1);
        return ByteBufUtil.getBytes(out);
    }

    private void disturbsNobody() throws IOException {
        await().untilAsserted(() -> assertThat(servers.proxy().stats().clients()).isZero());
        try (TestClient client = servers.login(TestClient.PLAIN)) {
            assertThat(client.query("SELECT 2")).isEqualTo("replica");
        }
        System.gc();
        for (int i = 0; i < 1000; i++) {
            ByteBufAllocator.DEFAULT.buffer(64).release();
        }
        assertThat(leaks).isEmpty();
    }

    private static long used() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    @Test
    void fromClients() throws IOException {
        List<Long> kinds =
                List.of(0L, QUERYING, Capabilities.COMPRESS, Capabilities.ZSTD | QUERYING);
        long before = 0;
        for (int round = 0; round < 800; round++) {
            long kind = kinds.get(round % kinds.size());
            try (TestClient client = servers.login(TestClient.PLAIN | kind)) {
                byte[] bytes = mutated(conversation(kind));
                if (round % 3 == 0) {
                    client.sendRaw(bytes);
                } else {
                    client.send(Unpooled.wrappedBuffer(bytes));
                }
            }
            if (round == 200) {
                before = used();
            }
        }
        disturbsNobody();
        assertThat(used()).isLessThan(before + MOST_GROWTH);
    }

    @Test
    void fromClientsThatLogIn() throws IOException {
        for (int round = 0; round < 600; round++) {
            try (TestClient client = TestClient.greeted(servers.address())) {
                client.sendRaw(mutated(login()));
            }
        }
        disturbsNobody();
    }

    @Test
    void fromServers() throws IOException {
        TextResult rows =
                new TextResult(
                        List.of(Column.text("a"), Column.number("b")),
                        List.of(List.of("x".repeat(300), "1"), List.of("y", "2")));
        for (int round = 0; round < 400; round++) {
            long kind = round % 2 == 0 ? 0 : Capabilities.DEPRECATE_EOF;
            ByteBuf answer = Unpooled.buffer();
            rows.encode(answer, kind, ServerStatus.AUTOCOMMIT);
            servers.replica()
                    .reply("SELECT 1", new Reply.Raw(mutated(ByteBufUtil.getBytes(answer))));
            try (TestClient client = servers.login(TestClient.PLAIN | kind)) {
                client.send(TextResult.command(Unpooled.buffer(), Command.QUERY, "SELECT 1"));
                client.send(TextResult.command(Unpooled.buffer(), Command.PING, ""));
            }
        }
        disturbsNobody();
    }
}
