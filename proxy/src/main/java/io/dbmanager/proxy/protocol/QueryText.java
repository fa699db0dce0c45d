package io.dbmanager.proxy.protocol;

import static io.dbmanager.proxy.protocol.Capabilities.QUERY_ATTRIBUTES;
import static io.dbmanager.proxy.protocol.Capabilities.has;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/**
 * COM_QUERY. Where query attributes were agreed on, they stand before the statement's text:
 *
 * <pre>
 * n    how many there are, length-encoded
 * 1    1
 *      (if there are any)
 * n    which of them are NULL, a bit each
 * 1    1
 *      (for each)
 * 2    type
 * n    name, with its length before it
 *      (for each)
 *      value
 * </pre>
 */
public final class QueryText {
    private static final int START = Wire.HEADER + 1;
    private static final int NO_ATTRIBUTES = 0;
    private static final int ONE_SET = 1;

    private QueryText() {}

    /** The command with this text, as one packet for a server of these capabilities. */
    public static ByteBuf encode(ByteBuf out, String text, long capabilities) {
        int start = begin(out, capabilities);
        ByteBufUtil.writeUtf8(out, text);
        Wire.end(out, start);
        return out;
    }

    /** The same with a text whose characters are bytes. */
    public static ByteBuf encodeBytes(ByteBuf out, String bytes, long capabilities) {
        int start = begin(out, capabilities);
        out.writeCharSequence(bytes, StandardCharsets.ISO_8859_1);
        Wire.end(out, start);
        return out;
    }

    private static int begin(ByteBuf out, long capabilities) {
        int start = Wire.begin(out, 0);
        out.writeByte(Command.QUERY);
        if (has(capabilities, QUERY_ATTRIBUTES)) {
            out.writeByte(NO_ATTRIBUTES).writeByte(ONE_SET);
        }
        return start;
    }

    /**
     * How far into the frame its statement begins.
     *
     * @param frame the whole command with its header
     * @throws MalformedPacketException if the attributes before it are malformed
     */
    public static int offset(ByteBuf frame, long capabilities) {
        return has(capabilities, QUERY_ATTRIBUTES) ? pastAttributes(frame) : START;
    }

    private static int pastAttributes(ByteBuf frame) {
        ByteBuf in = frame.duplicate().skipBytes(START);
        long count = Wire.readLenEnc(in);
        if (Wire.readLenEnc(in) != ONE_SET) {
            throw new MalformedPacketException("a query has other than one set of attributes");
        }
        if (count != NO_ATTRIBUTES) {
            if (count < 0 || count > in.readableBytes()) {
                throw new MalformedPacketException("there is no room for so many attributes");
            }
            BoundValues.skip(in, (int) count, true);
        }
        return in.readerIndex() - frame.readerIndex();
    }
}
