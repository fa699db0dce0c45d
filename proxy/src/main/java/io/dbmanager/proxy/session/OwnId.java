package io.dbmanager.proxy.session;

import io.dbmanager.proxy.protocol.Wire;
import io.dbmanager.proxy.sql.SqlContext;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.StatementKind;
import io.dbmanager.proxy.sql.Substitution;
import io.dbmanager.proxy.sql.Substitution.Subject;
import io.dbmanager.proxy.sql.Traits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * A session's connection id is the proxy's: the one of the greeting, the one that KILL takes. So
 * statements that ask for it are sent with it in them.
 */
final class OwnId {
    private static final FastThreadLocal<Substitution> SUBSTITUTION =
            new FastThreadLocal<>() {
                @Override
                protected Substitution initialValue() {
                    return new Substitution();
                }
            };

    private OwnId() {}

    /**
     * @param frame a command with its header; owned by the callee
     * @param offset of the statement's text in it
     * @return the command to send; owned by the caller
     */
    static ByteBuf in(ByteBuf frame, int offset, Statement statement, SqlContext context, int id) {
        // An id that is compared with the server's own has to be one of those.
        boolean amongServers =
                statement.has(Traits.ASKS_USER_LOCK | Traits.NAMES_SERVER_TABLE)
                        && statement.kind() != StatementKind.KILL;
        if (!statement.has(Traits.USES_CONNECTION_ID) || amongServers) {
            return frame;
        }
        int start = frame.readerIndex() + offset;
        byte[] text = ByteBufUtil.getBytes(frame, start, frame.writerIndex() - start);
        String number = Integer.toUnsignedString(id);
        // Of the type and the width that the function has, and no position in ORDER BY.
        String value =
                statement.kind() == StatementKind.KILL
                        ? number
                        : "CAST(" + number + " AS UNSIGNED)";
        byte[] changed =
                SUBSTITUTION
                        .get()
                        .apply(
                                text,
                                context,
                                subject -> subject == Subject.CONNECTION_ID ? value : null);
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
