package io.dbmanager.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmanager.proxy.protocol.ResponseTracker.Kind;
import io.dbmanager.proxy.protocol.ResponseTracker.Step;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where answers end. */
final class ResponseTrackerTest {
    private static final String OK = "00000002000000";
    private static final String OK_MORE = "0000000a000000";
    private static final String EOF = "fe00000200";
    private static final String EOF_MORE = "fe00000a00";
    private static final String EOF_CURSOR = "fe00004200";
    private static final String OK_AS_EOF = "fe000002000000";
    private static final String ERR = "ff1504233238303030";
    private static final String COLUMN = "03646566";
    private static final String ROW = "0161";

    private final ResponseTracker tracker = new ResponseTracker();

    private List<Step> run(Kind kind, boolean deprecateEof, String... packets) {
        return run(kind, deprecateEof ? Capabilities.DEPRECATE_EOF : 0, packets);
    }

    private List<Step> run(Kind kind, long capabilities, String... packets) {
        tracker.begin(kind, capabilities);
        List<Step> steps = new ArrayList<>();
        for (String packet : packets) {
            steps.add(step(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(packet))));
        }
        return steps;
    }

    private Step step(ByteBuf payload) {
        int length = payload.readableBytes();
        tracker.needsWhole(length, length == 0 ? -1 : payload.getUnsignedByte(0));
        return tracker.packet(payload, 0, length);
    }

    private static void endsWithItsLast(List<Step> steps) {
        assertThat(steps.getLast()).isEqualTo(Step.DONE);
        assertThat(steps.subList(0, steps.size() - 1)).doesNotContain(Step.DONE);
    }

    @Test
    void ofAStatementWithoutRows() {
        endsWithItsLast(run(Kind.RESULTS, false, OK));
        assertThat(tracker.status()).isEqualTo(ServerStatus.AUTOCOMMIT);
    }

    @Test
    void ofRowsBetweenTwoEofs() {
        endsWithItsLast(run(Kind.RESULTS, false, "02", COLUMN, COLUMN, EOF, ROW, ROW, EOF));
    }

    @Test
    void ofRowsWhereEofIsDeprecated() {
        endsWithItsLast(run(Kind.RESULTS, true, "02", COLUMN, COLUMN, ROW, OK_AS_EOF));
        assertThat(tracker.hasStatus()).isTrue();
    }

    @Test
    void ofSeveralResults() {
        endsWithItsLast(run(Kind.RESULTS, false, OK_MORE, "01", COLUMN, EOF, ROW, EOF_MORE, OK));
    }

    @Test
    void ofAnErrorAtOnce() {
        endsWithItsLast(run(Kind.RESULTS, false, ERR));
        assertThat(tracker.failedAtOnce()).isTrue();
        assertThat(tracker.errorCode()).isEqualTo(1045);
        assertThat(tracker.hasStatus()).isFalse();
    }

    @Test
    void ofAnErrorAmongRows() {
        endsWithItsLast(run(Kind.RESULTS, true, "01", COLUMN, ROW, ERR));
        assertThat(tracker.failedAtOnce()).isFalse();
    }

    @Test
    void ofARowThatBeginsLikeAnEndButIsAFullPacket() {
        tracker.begin(Kind.RESULTS, Capabilities.DEPRECATE_EOF);
        step(Unpooled.wrappedBuffer(new byte[] {1}));
        step(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(COLUMN)));
        ByteBuf row = Unpooled.wrappedBuffer(new byte[] {(byte) 0xFE});
        assertThat(tracker.needsWhole(Wire.MAX_PAYLOAD, 0xFE)).isFalse();
        assertThat(tracker.packet(row, 0, Wire.MAX_PAYLOAD)).isEqualTo(Step.MORE);
        // What continues it may begin with any byte, here with that of an end.
        assertThat(tracker.needsWhole(7, 0xFE)).isFalse();
        assertThat(tracker.packet(row, 0, 7)).isEqualTo(Step.MORE);
        assertThat(step(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(OK_AS_EOF))))
                .isEqualTo(Step.DONE);
    }

    @Test
    void ofALongFirstValueInARowOfLessThanAFullPacket() {
        assertThat(run(Kind.RESULTS, false, "01", COLUMN, EOF)).doesNotContain(Step.DONE);
        assertThat(tracker.needsWhole(9, 0xFE)).isFalse();
    }

    @Test
    void ofACursor() {
        endsWithItsLast(run(Kind.RESULTS, false, "01", COLUMN, EOF_CURSOR));
        endsWithItsLast(run(Kind.ROWS, false, ROW, ROW, EOF));
    }

    @Test
    void ofAFileAskedFor() {
        List<Step> steps = run(Kind.RESULTS, false, "fb2f746d70", OK);
        assertThat(steps).containsExactly(Step.WANTS_FILE, Step.DONE);
    }

    @Test
    void ofAPrepare() {
        endsWithItsLast(run(Kind.PREPARE, false, "000700000000000000000000"));
        assertThat(tracker.statementId()).isEqualTo(7);
        endsWithItsLast(
                run(
                        Kind.PREPARE,
                        false,
                        "000800000001000200000000",
                        COLUMN,
                        COLUMN,
                        EOF,
                        COLUMN,
                        EOF));
        assertThat(tracker.parameters()).isEqualTo(2);
        endsWithItsLast(
                run(Kind.PREPARE, true, "000800000001000200000000", COLUMN, COLUMN, COLUMN));
    }

    @Test
    void whereDefinitionsMayBeLeftOut() {
        long optional = Capabilities.OPTIONAL_METADATA;
        long deprecating = optional | Capabilities.DEPRECATE_EOF;
        endsWithItsLast(run(Kind.RESULTS, optional, "0201", COLUMN, COLUMN, EOF, ROW, EOF));
        endsWithItsLast(run(Kind.RESULTS, optional, "0200", EOF, ROW, EOF));
        endsWithItsLast(run(Kind.RESULTS, deprecating, "0100", ROW, OK_AS_EOF));
        String prepared = "000800000001000100000000";
        endsWithItsLast(run(Kind.PREPARE, optional, prepared + "01", COLUMN, EOF, COLUMN, EOF));
        // Seen on MySQL 9.7: no definitions, but their ends.
        endsWithItsLast(run(Kind.PREPARE, optional, prepared + "00", EOF, EOF));
        endsWithItsLast(run(Kind.PREPARE, deprecating, prepared + "00"));
    }

    @Test
    void ofAStatementThatTellsHowFarItHasCome() {
        String progress = "ffffff010102e8030003616c74";
        endsWithItsLast(run(Kind.RESULTS, Capabilities.MARIADB_PROGRESS, progress, progress, OK));
        assertThat(tracker.errorCode()).isZero();
        endsWithItsLast(run(Kind.RESULTS, Capabilities.MARIADB_PROGRESS, progress, ERR));
        assertThat(tracker.errorCode()).isEqualTo(1045);
    }

    @Test
    void ofABinaryLogThatIsNotWaitedFor() {
        String event = "00" + "fe".repeat(30);
        endsWithItsLast(run(Kind.EVENTS, false, event, event, EOF));
        endsWithItsLast(run(Kind.EVENTS, true, event, OK_AS_EOF));
        endsWithItsLast(run(Kind.EVENTS, false, event, ERR));
    }

    @Test
    void ofOtherCommands() {
        endsWithItsLast(run(Kind.ONE_PACKET, false, OK));
        endsWithItsLast(run(Kind.ONE_PACKET, false, EOF));
        endsWithItsLast(run(Kind.ONE_PACKET, true, OK_AS_EOF));
        run(Kind.ONE_PACKET, true, "fe000001400000");
        assertThat(tracker.stateChanged()).isTrue();
        endsWithItsLast(run(Kind.ONE_PACKET, false, "557074696d65"));
        endsWithItsLast(run(Kind.COLUMNS, false, COLUMN, COLUMN, EOF));
        endsWithItsLast(run(Kind.COLUMNS, true, COLUMN, OK_AS_EOF));
    }

    @Test
    void isMalformedBeyondItsEndAndWhereItIsCutShort() {
        run(Kind.RESULTS, false, OK);
        assertThatThrownBy(() -> step(Unpooled.wrappedBuffer(new byte[] {1})))
                .isInstanceOf(MalformedPacketException.class);
        assertThatThrownBy(() -> run(Kind.RESULTS, false, "000000"))
                .isInstanceOfAny(MalformedPacketException.class, IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> run(Kind.PREPARE, false, "0007"))
                .isInstanceOf(MalformedPacketException.class);
    }
}
