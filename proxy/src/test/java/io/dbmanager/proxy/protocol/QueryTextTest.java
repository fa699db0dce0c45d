package io.dbmanager.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a statement begins, behind attributes of every type. */
final class QueryTextTest {
    private static final String TEXT =
            ByteBufUtil.hexDump("SELECT 1".getBytes(StandardCharsets.US_ASCII));

    private static ByteBuf frame(String hex) {
        ByteBuf out = Unpooled.buffer();
        // Not at the beginning of its buffer, as frames are not.
        out.writeZero(3).skipBytes(3);
        int start = Wire.begin(out, 0);
        out.writeByte(Command.QUERY).writeBytes(ByteBufUtil.decodeHexDump(hex));
        Wire.end(out, start);
        return out;
    }

    private static String text(String attributes) {
        ByteBuf frame = frame(attributes + TEXT);
        int offset = QueryText.offset(frame, Capabilities.QUERY_ATTRIBUTES);
        int start = frame.readerIndex() + offset;
        return frame.toString(start, frame.writerIndex() - start, StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "none,                      0001",
        "a string,                  0101 00 01 fe00 0161 0378797a",
        "a long string,             0101 00 01 fe00 0161 fc0300 78797a",
        "one without a name,        0101 00 01 fe00 00 0378797a",
        "NULL by the bitmap,        0101 01 01 fe00 0161",
        "NULL by its type,          0101 00 01 0600 0161",
        "a tiny and a long,         0201 00 01 0180 0161 0300 0162 05 01020304",
        "a short and a longlong,    0201 00 01 0200 0161 0800 0162 0102 0102030405060708",
        "a float and a double,      0201 00 01 0400 0161 0500 0162 01020304 0102030405060708",
        "a date and a zero time,    0201 00 01 0a00 0161 0b00 0162 04 e8070101 00",
        "nine with the ninth NULL,  0901 0001 01 010000 010000 010000 010000 010000 010000 010000"
                + " 010000 010000 0102030405060708",
    })
    void beginsBehind(String what, String attributes) {
        assertThat(text(attributes.replace(" ", ""))).as(what).isEqualTo("SELECT 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Other than one set.
                "0002",
                // More than there is room for.
                "fd000001" + "01",
                // Without types.
                "01010000",
                // Of a type that there is not.
                "0101000120000161" + "01020304",
                // Longer than the packet.
                "01010001fe000161" + "fe0000000001000000",
            })
    void refuses(String attributes) {
        assertThatThrownBy(() -> text(attributes))
                .isInstanceOfAny(MalformedPacketException.class, IndexOutOfBoundsException.class);
    }

    @Test
    void writesNoAttributesWhereTheyWereAgreedOn() {
        ByteBuf with =
                QueryText.encode(Unpooled.buffer(), "SELECT 1", Capabilities.QUERY_ATTRIBUTES);
        assertThat(ByteBufUtil.hexDump(with)).isEqualTo("0b000000" + "03" + "0001" + TEXT);
        assertThat(QueryText.offset(with, Capabilities.QUERY_ATTRIBUTES)).isEqualTo(7);
        ByteBuf without = QueryText.encode(Unpooled.buffer(), "SELECT 1", 0);
        assertThat(ByteBufUtil.hexDump(without)).isEqualTo("09000000" + "03" + TEXT);
        assertThat(QueryText.offset(without, 0)).isEqualTo(5);
    }
}
