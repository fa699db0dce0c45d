package io.dbmanager.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets by their bytes, and there and back. */
final class PacketsTest {
    private static String hex(ByteBuf bytes) {
        return ByteBufUtil.hexDump(bytes);
    }

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "250, fa",
        "251, fcfb00",
        "65535, fcffff",
        "65536, fd000001",
        "16777215, fdffffff",
        "16777216, fe0000000100000000",
        "-1, feffffffffffffffff"
    })
    void lengthsTakeTheirShortestForm(long value, String expected) {
        ByteBuf out = Unpooled.buffer();
        Wire.writeLenEnc(out, value);
        assertThat(hex(out)).isEqualTo(expected);
        assertThat(Wire.readLenEnc(out)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fb", "ff"})
    void nullAndErrorAreNoLengths(String first) {
        assertThatThrownBy(() -> Wire.readLenEnc(bytes(first)))
                .isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void aFieldLongerThanItsPacketIsMalformed() {
        assertThatThrownBy(() -> Wire.readLenEncBytes(bytes("05 61 62")))
                .isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void anErrorIsWrittenByteByByte() {
        ByteBuf out = Unpooled.buffer();
        new ErrPacket(1045, "28000", "no").encode(out, 2);
        assertThat(hex(out)).isEqualTo("0b000002" + "ff1504" + "23" + "3238303030" + "6e6f");
        assertThat(ErrPacket.decode(out.skipBytes(4)))
                .isEqualTo(new ErrPacket(1045, "28000", "no"));
    }

    @Test
    void anErrorBeforeTheHandshakeHasNoState() {
        assertThat(ErrPacket.decode(bytes("ff1004 62 75 73 79")))
                .isEqualTo(new ErrPacket(1040, "HY000", "busy"));
    }

    @Test
    void anOkIsWrittenByteByByte() {
        ByteBuf out = Unpooled.buffer();
        new OkPacket(0, 300, 7, 2, 1).encode(out, 1);
        assertThat(hex(out)).isEqualTo("09000001" + "00" + "fc2c01" + "07" + "0200" + "0100");
        assertThat(OkPacket.decode(out.skipBytes(4))).isEqualTo(new OkPacket(0, 300, 7, 2, 1));
    }

    @Test
    void aGreetingOfMySqlIsRead() {
        ByteBuf greeting =
                bytes(
                        "0a 382e302e333600 0b000000 4142434445464748 00 ffff ff 0200 ffdf 15"
                                + " 00000000000000000000 494a4b4c4d4e4f5051525354 00"
                                + " 63616368696e675f736861325f70617373776f726400");
        Handshake handshake = Handshake.decode(greeting);
        assertThat(handshake.version()).isEqualTo("8.0.36");
        assertThat(handshake.connectionId()).isEqualTo(11);
        assertThat(new String(handshake.scramble(), java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("ABCDEFGHIJKLMNOPQRST");
        assertThat(handshake.capabilities()).isEqualTo(0xdfffffffL);
        assertThat(handshake.collation()).isEqualTo(255);
        assertThat(handshake.plugin()).isEqualTo("caching_sha2_password");
        ByteBuf again = Unpooled.buffer();
        handshake.encode(again, 0);
        assertThat(ByteBufUtil.equals(again.skipBytes(4), greeting.readerIndex(0))).isTrue();
    }

    @Test
    void aGreetingOfMariaDbBringsItsOwnCapabilities() {
        long capabilities =
                Capabilities.PROTOCOL_41
                        | Capabilities.PLUGIN_AUTH
                        | Capabilities.SECURE_CONNECTION
                        | Capabilities.MARIADB_BULK;
        Handshake sent =
                new Handshake(
                        "5.5.5-10.11.6-MariaDB",
                        5,
                        scramble(new Random(1)),
                        capabilities,
                        8,
                        2,
                        "mysql_native_password");
        ByteBuf out = Unpooled.buffer();
        sent.encode(out, 0);
        assertThat(Handshake.decode(out.skipBytes(4)).capabilities()).isEqualTo(capabilities);
    }

    private static byte[] scramble(Random random) {
        byte[] scramble = new byte[Handshake.SCRAMBLE];
        random.nextBytes(scramble);
        return scramble;
    }

    @Test
    void responsesGoThereAndBack() {
        Random random = new Random(7);
        long[] choices = {
            Capabilities.CONNECT_WITH_DB,
            Capabilities.CONNECT_ATTRS,
            Capabilities.PLUGIN_AUTH,
            Capabilities.PLUGIN_AUTH_LENENC,
            Capabilities.DEPRECATE_EOF,
            Capabilities.MARIADB_BULK
        };
        for (int round = 0; round < 500; round++) {
            long capabilities = Capabilities.PROTOCOL_41 | Capabilities.SECURE_CONNECTION;
            for (long choice : choices) {
                capabilities |= random.nextBoolean() ? choice : 0;
            }
            byte[] authentication = new byte[random.nextInt(60)];
            random.nextBytes(authentication);
            byte[] attributes = new byte[random.nextInt(600)];
            random.nextBytes(attributes);
            boolean schema = Capabilities.has(capabilities, Capabilities.CONNECT_WITH_DB);
            boolean plugin = Capabilities.has(capabilities, Capabilities.PLUGIN_AUTH);
            HandshakeResponse sent =
                    new HandshakeResponse(
                            capabilities,
                            random.nextInt(),
                            random.nextInt(256),
                            "ü" + round,
                            authentication,
                            schema ? "s" + round : "",
                            plugin ? "p" + round : "",
                            attributes);
            ByteBuf out = Unpooled.buffer();
            sent.encode(out, 1);
            HandshakeResponse read = HandshakeResponse.decode(out.skipBytes(4), capabilities);
            assertThat(read.capabilities()).isEqualTo(capabilities);
            assertThat(read.user()).isEqualTo(sent.user());
            assertThat(read.schema()).isEqualTo(sent.schema());
            assertThat(read.plugin()).isEqualTo(sent.plugin());
            assertThat(read.authentication()).isEqualTo(authentication);
            boolean told = Capabilities.has(capabilities, Capabilities.CONNECT_ATTRS);
            assertThat(read.attributes()).isEqualTo(told ? attributes : new byte[0]);
        }
    }

    @Test
    void nothingBeyondTheOfferIsAgreed() {
        ByteBuf out = Unpooled.buffer();
        new HandshakeResponse(Capabilities.HONOURED, 0, 45, "u", new byte[0], "", "", new byte[0])
                .encode(out, 1);
        long offered =
                Capabilities.PROTOCOL_41
                        | Capabilities.SECURE_CONNECTION
                        | Capabilities.PLUGIN_AUTH_LENENC;
        assertThat(HandshakeResponse.decode(out.skipBytes(4), offered).capabilities())
                .isEqualTo(offered | Capabilities.LONG_PASSWORD);
    }

    @Test
    void aSwitchOfPluginsGoesThereAndBack() {
        ByteBuf out = Unpooled.buffer();
        new AuthSwitch("mysql_native_password", new byte[] {1, 2, 3}).encode(out, 2);
        AuthSwitch read = AuthSwitch.decode(out.skipBytes(5));
        assertThat(read.plugin()).isEqualTo("mysql_native_password");
        assertThat(read.data()).containsExactly(1, 2, 3);
    }

    @Test
    void resultsGoThereAndBack() {
        TextResult sent =
                new TextResult(
                        List.of(TextResult.Column.text("a"), TextResult.Column.number("b")),
                        List.of(Arrays.asList("x", "1"), Arrays.asList(null, "")));
        for (long capabilities :
                List.of(0L, Capabilities.DEPRECATE_EOF, Capabilities.MARIADB_EXTENDED_METADATA)) {
            ByteBuf out = Unpooled.buffer();
            sent.encode(out, capabilities, 2);
            assertThat(TextResult.decode(out, capabilities)).isEqualTo(sent);
        }
    }

    @Test
    void framesComeWholeWhereverTheBytesAreCut() {
        ByteBuf all = Unpooled.buffer();
        List<String> expected = new ArrayList<>();
        for (int length : new int[] {0, 1, 3, 300}) {
            int from = all.writerIndex();
            int start = Wire.begin(all, length & 0xFF);
            all.writeBytes(new byte[length]);
            Wire.end(all, start);
            expected.add(hex(all.slice(from, all.writerIndex() - from)));
        }
        for (int cut = 0; cut <= all.writerIndex(); cut++) {
            FrameBuffer frames = new FrameBuffer(all.alloc());
            List<String> got = new ArrayList<>();
            frames.append(all.copy(0, cut));
            drain(frames, got);
            frames.append(all.copy(cut, all.writerIndex() - cut));
            drain(frames, got);
            assertThat(got).isEqualTo(expected);
            assertThat(frames.readableBytes()).isZero();
            frames.release();
        }
    }

    private static void drain(FrameBuffer frames, List<String> into) {
        for (ByteBuf frame = frames.next(); frame != null; frame = frames.next()) {
            into.add(hex(frame));
            frame.release();
        }
    }

    @Test
    void aFrameHandedOutIsNotChangedByWhatComesLater() {
        FrameBuffer frames = new FrameBuffer(Unpooled.EMPTY_BUFFER.alloc());
        frames.append(bytes("010000000e 0500"));
        ByteBuf first = Objects.requireNonNull(frames.next());
        frames.append(bytes("0000 0102030405"));
        ByteBuf second = Objects.requireNonNull(frames.next());
        assertThat(hex(first)).isEqualTo("010000000e");
        assertThat(hex(second)).isEqualTo("050000000102030405");
        first.release();
        second.release();
        frames.release();
    }
}
