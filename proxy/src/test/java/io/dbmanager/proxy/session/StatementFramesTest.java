package io.dbmanager.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Executions as another backend has to see them. */
final class StatementFramesTest {
    private static final String HEAD = "17" + "01000000";
    private static final String ELSEWHERE = "17" + "09000000";

    private final PreparedStatement statement =
            new PreparedStatement(1, new byte[0], Statements.COMMAND, 1, "", List.of());
    private final SessionBackend.Prepared there = new SessionBackend.Prepared(9);

    private static ByteBuf frame(String hex) {
        ByteBuf out = Unpooled.buffer();
        int start = Wire.begin(out, 0);
        out.writeBytes(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
        Wire.end(out, start);
        return out;
    }

    private String addressed(String hex, boolean attributes) {
        ByteBuf frame = frame(hex);
        StatementFrames.noteTypes(frame, statement, attributes);
        ByteBuf sent = StatementFrames.addressed(frame, statement, there, attributes);
        assertThat(sent.getUnsignedMediumLE(sent.readerIndex()) + Wire.HEADER)
                .isEqualTo(sent.readableBytes());
        return ByteBufUtil.hexDump(sent.skipBytes(Wire.HEADER));
    }

    private static String plain(String hex) {
        return hex.replace(" ", "");
    }

    @Test
    void bringTheTypesWhereTheyAreNotKnown() {
        StatementFrames.noteTypes(frame(HEAD + "00 01000000 00 01 0800 2a"), statement, false);
        assertThat(addressed(HEAD + "00 01000000 00 00 2a", false))
                .isEqualTo(plain(ELSEWHERE + "00 01000000 00 01 0800 2a"));
        assertThat(addressed(HEAD + "00 01000000 00 00 2b", false))
                .isEqualTo(plain(ELSEWHERE + "00 01000000 00 00 2b"));
    }

    @Test
    void bringTheNamesOfAttributesWithTheTypes() {
        String first = "08 01000000 02 00 01 0800 00 fe00 026e31 2a 0178";
        StatementFrames.noteTypes(frame(HEAD + first), statement, true);
        assertThat(addressed(HEAD + "08 01000000 02 00 00 2b 0179", true))
                .isEqualTo(plain(ELSEWHERE + "08 01000000 02 00 01 0800 00 fe00 026e31 2b 0179"));
    }

    @Test
    void haveNoCountWhereTheFlagsDoNotSaySo() {
        StatementFrames.noteTypes(frame(HEAD + "00 01000000 00 01 0800 00 2a"), statement, true);
        assertThat(statement.types()).containsExactly(8, 0, 0);
    }

    @Test
    void takeTheirOwnCountForNoCursor() {
        assertThat(StatementFrames.opensCursor(frame(HEAD + "08 01000000"))).isFalse();
        assertThat(StatementFrames.opensCursor(frame(HEAD + "09 01000000"))).isTrue();
    }

    @Test
    void passOnAsTheyAreWhatIsCutShort() {
        for (String cut : new String[] {"00", "00 01", "00 01 08", "08 01000000 05 00 01 0800"}) {
            String whole = cut.startsWith("08") ? cut : "00 01000000 " + cut;
            assertThat(addressed(HEAD + whole, true)).isEqualTo(plain(ELSEWHERE + whole));
            assertThat(statement.types()).isNull();
        }
    }

    @Test
    void takeTwoPacketsWhereTheTypesMakeThemTooLongForOne() {
        StatementFrames.noteTypes(frame(HEAD + "00 01000000 00 01 0800 2a"), statement, false);
        byte[] values = new byte[Wire.MAX_PAYLOAD - 1 - 13];
        ByteBuf frame = Unpooled.buffer(values.length + 64);
        int start = Wire.begin(frame, 0);
        frame.writeBytes(ByteBufUtil.decodeHexDump(plain(HEAD + "00 01000000 00 00")));
        frame.writeBytes(values);
        Wire.end(frame, start);
        ByteBuf sent = StatementFrames.addressed(frame, statement, there, false);
        assertThat(sent.readUnsignedMediumLE()).isEqualTo(Wire.MAX_PAYLOAD);
        assertThat(sent.readUnsignedByte()).isZero();
        sent.skipBytes(Wire.MAX_PAYLOAD);
        assertThat(sent.readUnsignedMediumLE()).isEqualTo(sent.readableBytes() - 1);
        assertThat(sent.readUnsignedByte()).isEqualTo((short) 1);
    }
}
