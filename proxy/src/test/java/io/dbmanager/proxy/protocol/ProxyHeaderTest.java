package io.dbmanager.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmanager.proxy.protocol.ProxyHeader.Start;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where connections say they came from. */
final class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String V4 = SIGNATURE + "2111000c" + "c0000201c0000209dc040cea";

    private static ByteBuf text(String line) {
        return Unpooled.wrappedBuffer(
                line.replace("~", "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
    }

    private static void tells(ByteBuf header, int beyond, @Nullable String address) {
        int length = header.readableBytes() - beyond;
        assertThat(ProxyHeader.read(header))
                .isEqualTo(
                        new Start.Present(
                                length, Optional.ofNullable(address).map(InetAddress::ofLiteral)));
        for (int i = 0; i < length; i++) {
            assertThat(ProxyHeader.read(header.slice(0, i))).isEqualTo(new Start.Unclear());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 192.0.2.1 192.0.2.9 56324 3306~,             192.0.2.1",
        "PROXY TCP6 2001:db8::1 2001:db8::2 56324 3306~,         2001:db8::1",
        "PROXY UNKNOWN~,",
        "PROXY UNKNOWN ffff::1 ffff::2 1 2~,",
    })
    void lines(String line, @Nullable String address) {
        tells(text(line), 0, address);
        tells(text(line + "abc"), 3, address);
    }

    @Test
    void binary() {
        tells(bytes(V4), 0, "192.0.2.1");
        tells(bytes(V4 + "4a000001"), 4, "192.0.2.1");
        String longer = SIGNATURE + "2111000f" + "c0000201c0000209dc040cea" + "040000";
        tells(bytes(longer), 0, "192.0.2.1");
        String v6 = "20010db8000000000000000000000001" + "00".repeat(16) + "dc040cea";
        tells(bytes(SIGNATURE + "21210024" + v6), 0, "2001:db8::1");
    }

    @Test
    void ofTheBalancersOwnConnectionsAndOfFamiliesThatHaveNoAddress() {
        tells(bytes(SIGNATURE + "20000000"), 0, null);
        tells(bytes(SIGNATURE + "2011000c" + "c0000201c0000209dc040cea"), 0, null);
        tells(bytes(SIGNATURE + "21310003" + "010203"), 0, null);
    }

    @Test
    void isAbsentWhereAClientBeginsByItself() {
        assertThat(ProxyHeader.read(bytes("20000001"))).isEqualTo(new Start.Absent());
        assertThat(ProxyHeader.read(bytes("0d0a0d0b"))).isEqualTo(new Start.Absent());
        assertThat(ProxyHeader.read(text("PROXX"))).isEqualTo(new Start.Absent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.1 192.0.2.9 56324 3306\n",
                "PROXY TCP4 localhost 192.0.2.9 56324 3306~",
                "PROXY TCP4 2001:db8::1 192.0.2.9 56324 3306~",
                "PROXY TCP4 192.0.2.1~",
                "PROXY UDP4 192.0.2.1 192.0.2.9 56324 3306~",
                "PROXY ~",
                "PROXY xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                        + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            })
    void isMalformed(String line) {
        assertThatThrownBy(() -> ProxyHeader.read(text(line)))
                .isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void isMalformedInBinary() {
        for (String wrong : new String[] {"3111000c" + "00".repeat(12), "21110004" + "c0000201"}) {
            assertThatThrownBy(() -> ProxyHeader.read(bytes(SIGNATURE + wrong)))
                    .isInstanceOf(MalformedPacketException.class);
        }
    }
}
