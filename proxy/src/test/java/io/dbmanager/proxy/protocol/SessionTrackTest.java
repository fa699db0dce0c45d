package io.dbmanager.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an OK packet tells of the session, and to whom. */
final class SessionTrackTest {
    private static final SessionTrack.Wanted ONLY_SQL_MODE =
            new SessionTrack.Wanted() {
                @Override
                public boolean variable(String name) {
                    return name.equals("sql_mode");
                }

                @Override
                public boolean type(int type) {
                    return type == SessionTrack.SCHEMA;
                }
            };

    private static ByteBuf variable(String name, String value) {
        ByteBuf data = Unpooled.buffer();
        Wire.writeLenEncString(data, name);
        Wire.writeLenEncString(data, value);
        return data;
    }

    private static ByteBuf text(String value) {
        ByteBuf data = Unpooled.buffer();
        Wire.writeLenEncString(data, value);
        return data;
    }

    private static void entry(ByteBuf changes, int type, ByteBuf data) {
        changes.writeByte(type);
        Wire.writeLenEnc(changes, data.readableBytes());
        changes.writeBytes(data);
    }

    private static ByteBuf ok() {
        ByteBuf changes = Unpooled.buffer();
        entry(changes, SessionTrack.SYSTEM_VARIABLE, variable("sql_mode", "ANSI"));
        entry(changes, SessionTrack.SYSTEM_VARIABLE, variable("last_gtid", "0-1-5"));
        entry(changes, SessionTrack.SCHEMA, text("shop"));
        entry(changes, SessionTrack.STATE_CHANGE, text("1"));
        ByteBuf gtids = Unpooled.buffer().writeByte(0);
        Wire.writeLenEncString(gtids, "u:7");
        entry(changes, SessionTrack.GTIDS, gtids);
        ByteBuf ok = Unpooled.buffer();
        ok.writeBytes(ByteBufUtil.decodeHexDump("000100" + "0240" + "0000"));
        Wire.writeLenEncString(ok, "Rows: 1");
        Wire.writeLenEnc(ok, changes.readableBytes());
        return ok.writeBytes(changes);
    }

    private static List<String> told(ByteBuf ok) {
        List<String> told = new ArrayList<>();
        SessionTrack.read(
                ok,
                new SessionTrack.Listener() {
                    @Override
                    public void systemVariable(String name, String value) {
                        told.add(name + "=" + value);
                    }

                    @Override
                    public void schema(String name) {
                        told.add("schema " + name);
                    }

                    @Override
                    public void gtids(String set) {
                        told.add("gtids " + set);
                    }

                    @Override
                    public void stateChanged() {
                        told.add("state");
                    }
                });
        return told;
    }

    @Test
    void readsEveryChange() {
        assertThat(told(ok()))
                .containsExactly(
                        "sql_mode=ANSI", "last_gtid=0-1-5", "schema shop", "state", "gtids u:7");
    }

    @Test
    void keepsWhatWasAskedFor() {
        ByteBuf out = Unpooled.buffer();
        SessionTrack.filter(ok(), true, ONLY_SQL_MODE, out, 3);
        assertThat(out.getUnsignedByte(3)).isEqualTo((short) 3);
        ByteBuf kept = out.skipBytes(Wire.HEADER);
        assertThat(told(kept)).containsExactly("sql_mode=ANSI", "schema shop");
    }

    @Test
    void leavesNothingForAClientThatDoesNotTrack() {
        ByteBuf out = Unpooled.buffer();
        SessionTrack.filter(ok(), false, ONLY_SQL_MODE, out, 1);
        assertThat(ByteBufUtil.hexDump(out))
                .isEqualTo("0f000001" + "000100" + "0200" + "0000" + "07526f77733a2031");
    }

    /** MySQL 9.7 sends one with every statement. */
    private static ByteBuf okWithStatementId(String text) {
        ByteBuf changes = Unpooled.buffer();
        entry(changes, SessionTrack.SYSTEM_VARIABLE, variable("statement_id", "27"));
        ByteBuf ok = Unpooled.buffer();
        ok.writeBytes(ByteBufUtil.decodeHexDump("00fcfb0000" + "0240" + "0100"));
        Wire.writeLenEncString(ok, text);
        Wire.writeLenEnc(ok, changes.readableBytes());
        return ok.writeBytes(changes);
    }

    @Test
    void aStatementsNumberIsNoChangeOfTheSession() {
        assertThat(told(okWithStatementId(""))).isEmpty();
    }

    @Test
    void aStatementsNumberIsLeftOutForAClientThatDidNotAsk() {
        ByteBuf out = Unpooled.buffer();
        SessionTrack.filter(okWithStatementId(""), true, ONLY_SQL_MODE, out, 1);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("09000001" + "00fcfb0000" + "0200" + "0100");
    }

    @Test
    void theTextStaysWhereItsChangesGo() {
        ByteBuf out = Unpooled.buffer();
        SessionTrack.filter(okWithStatementId("Rows: 1"), true, ONLY_SQL_MODE, out, 1);
        assertThat(ByteBufUtil.hexDump(out))
                .isEqualTo("11000001" + "00fcfb0000" + "0200" + "0100" + "07526f77733a2031");
    }

    @Test
    void aStatementsNumberIsPassedOnToAClientThatAsksForEverything() {
        SessionTrack.Wanted everything =
                new SessionTrack.Wanted() {
                    @Override
                    public boolean variable(String name) {
                        return true;
                    }

                    @Override
                    public boolean type(int type) {
                        return true;
                    }
                };
        ByteBuf ok = okWithStatementId("");
        ByteBuf out = Unpooled.buffer();
        SessionTrack.filter(ok, true, everything, out, 1);
        assertThat(out.skipBytes(Wire.HEADER)).isEqualTo(ok);
    }
}
