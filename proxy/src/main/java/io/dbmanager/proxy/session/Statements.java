package io.dbmanager.proxy.session;

import io.dbmanager.proxy.protocol.Wire;
import io.dbmanager.proxy.sql.RouteHint;
import io.dbmanager.proxy.sql.SqlContext;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.StatementClassifier;
import io.dbmanager.proxy.sql.StatementKind;
import io.dbmanager.proxy.sql.Substitution;
import io.dbmanager.proxy.sql.Traits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Classification for the event loop that asks, and stand-ins for commands without a text. */
final class Statements {
    private static final FastThreadLocal<StatementClassifier> CLASSIFIER =
            new FastThreadLocal<>() {
                @Override
                protected StatementClassifier initialValue() {
                    return new StatementClassifier();
                }
            };

    private static final FastThreadLocal<Substitution> SUBSTITUTION =
            new FastThreadLocal<>() {
                @Override
                protected Substitution initialValue() {
                    return new Substitution();
                }
            };

    /** A command that changes nothing of what a session is. */
    static final Statement COMMAND =
            made(StatementKind.EMPTY, 0, "a command other than a statement");

    /** A statement of 16 MiB or more, which is not read whole. */
    static final Statement HUGE =
            made(
                    StatementKind.WRITE,
                    Traits.MAY_CHANGE_SESSION,
                    "a statement of 16 MiB or more runs on the primary");

    private Statements() {}

    static Statement classify(ByteBuf sql, int index, int length, SqlContext context) {
        return CLASSIFIER.get().classify(sql, index, length, context);
    }

    /**
     * The text of a COM_QUERY.
     *
     * @param from where it begins in the frame
     */
    static String text(ByteBuf frame, int from) {
        return frame.toString(
                frame.readerIndex() + from, frame.readableBytes() - from, StandardCharsets.UTF_8);
    }

    private static Statement made(StatementKind kind, int traits, String reason) {
        return new Statement(
                kind, traits, reason, RouteHint.NONE, List.of(), List.of(), List.of(), null, 0);
    }

    /**
     * A command with values of the proxy's in its text.
     *
     * @param frame a command with its header; owned by the callee
     * @param offset of the statement's text in it
     * @return the command to send, which is the same where there is nothing to write or no room for
     *     it; owned by the caller
     */
    static ByteBuf with(ByteBuf frame, int offset, SqlContext context, Substitution.Values values) {
        int start = frame.readerIndex() + offset;
        byte[] text = ByteBufUtil.getBytes(frame, start, frame.writerIndex() - start);
        byte[] changed = SUBSTITUTION.get().apply(text, context, values);
        if (changed == null || offset - Wire.HEADER + changed.length >= Wire.MAX_PAYLOAD) {
            return frame;
        }
        ByteBuf other = frame.alloc().buffer(offset + changed.length);
        other.writeBytes(frame, frame.readerIndex(), offset);
        other.writeBytes(changed);
        other.setMediumLE(0, other.readableBytes() - Wire.HEADER);
        frame.release();
        return other;
    }
}
