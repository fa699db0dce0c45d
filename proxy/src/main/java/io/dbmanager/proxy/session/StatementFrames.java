package io.dbmanager.proxy.session;

import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.dbmanager.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;

/**
 * The bytes of commands about prepared statements:
 *
 * <pre>
 * 4    header
 * 1    command
 * 4    statement id
 *      (of COM_STMT_EXECUTE)
 * 1    flags: a cursor? a number of parameters?
 * 4    1
 * n    how many parameters, length-encoded, if the flags say so and query attributes were agreed on
 *      (if there are parameters)
 * n    which parameters are NULL, a bit each
 * 1    1 if types follow; else those of the execution before are meant
 * 2    for each its type, and where query attributes were agreed on,
 * n    its name, with a length before it
 *      values
 * </pre>
 */
final class StatementFrames {
    private static final int ID = Wire.HEADER + 1;
    private static final int FLAGS = ID + 4;
    private static final int AFTER_FLAGS = FLAGS + 1 + 4;

    /** Read only, for update, scrollable. */
    private static final int CURSORS = 0x07;

    private static final int HAS_COUNT = 0x08;
    private static final int TYPES_FOLLOW = 1;

    private StatementFrames() {}

    /** The statement id in a command that has one. */
    static int id(ByteBuf frame) {
        return frame.getIntLE(frame.readerIndex() + ID);
    }

    /** Whether an execution asks for a cursor. */
    static boolean opensCursor(ByteBuf frame) {
        return (frame.getByte(frame.readerIndex() + FLAGS) & CURSORS) != 0;
    }

    /** Whether an execution ends before what must be said of its parameters. */
    static boolean lacksParameters(ByteBuf frame, PreparedStatement statement) {
        int count = statement.parameters();
        return count > 0 && frame.readableBytes() < AFTER_FLAGS + (count + 7) / 8 + 1;
    }

    /**
     * Notes the types that an execution brings along.
     *
     * @param attributes whether query attributes were agreed on with the client
     */
    static void noteTypes(ByteBuf frame, PreparedStatement statement, boolean attributes) {
        if (!executes(frame)) {
            return;
        }
        ByteBuf in = frame.duplicate().skipBytes(AFTER_FLAGS);
        int count = count(in, frame, statement, attributes);
        int bound = in.readerIndex() + (count + 7) / 8;
        if (count == 0 || bound >= in.writerIndex() || in.getByte(bound) != TYPES_FOLLOW) {
            return;
        }
        in.readerIndex(bound + 1);
        for (int i = 0; i < count; i++) {
            if (in.readableBytes() < 2) {
                // The rest lies in another packet, or nowhere: the server will say.
                return;
            }
            in.skipBytes(2);
            if (attributes && !skipName(in)) {
                return;
            }
        }
        byte[] types = new byte[in.readerIndex() - bound - 1];
        in.getBytes(bound + 1, types);
        statement.types(types);
    }

    private static boolean skipName(ByteBuf in) {
        if (!in.isReadable()) {
            return false;
        }
        long length = Wire.readLenEnc(in);
        if (length < 0 || length > in.readableBytes()) {
            return false;
        }
        in.skipBytes((int) length);
        return true;
    }

    private static boolean executes(ByteBuf frame) {
        return frame.getUnsignedByte(frame.readerIndex() + Wire.HEADER) == Command.STMT_EXECUTE;
    }

    /** How many parameters an execution has; what it says of that itself is read. */
    private static int count(
            ByteBuf in, ByteBuf frame, PreparedStatement statement, boolean attributes) {
        boolean says = (frame.getByte(frame.readerIndex() + FLAGS) & HAS_COUNT) != 0;
        if (!attributes || !says) {
            return statement.parameters();
        }
        long count = Wire.readLenEnc(in);
        if (count < 0 || count > 0xFFFF) {
            throw new MalformedPacketException("an execution with " + count + " parameters");
        }
        return (int) count;
    }

    /**
     * The command as another backend understands it: with its id of the statement, and with types
     * where it has not got those that are meant.
     *
     * @param frame may be changed in place
     * @param attributes whether query attributes were agreed on with the client
     * @return owned by the caller
     */
    static ByteBuf addressed(
            ByteBuf frame,
            PreparedStatement statement,
            SessionBackend.Prepared there,
            boolean attributes) {
        frame.setIntLE(frame.readerIndex() + ID, there.id());
        byte[] types = statement.types();
        if (!executes(frame) || types == null) {
            return frame.retainedSlice();
        }
        boolean hasThem = there.typesVersion() == statement.typesVersion();
        there.typesVersion(statement.typesVersion());
        if (hasThem) {
            return frame.retainedSlice();
        }
        ByteBuf in = frame.duplicate().skipBytes(AFTER_FLAGS);
        int count = count(in, frame, statement, attributes);
        int bound = in.readerIndex() + (count + 7) / 8;
        if (bound >= frame.writerIndex() || frame.getByte(bound) == TYPES_FOLLOW) {
            return frame.retainedSlice();
        }
        return withTypes(frame, bound, types);
    }

    /**
     * @param bound where the byte stands that says whether types follow
     */
    private static ByteBuf withTypes(ByteBuf frame, int bound, byte[] types) {
        int body = frame.readerIndex() + Wire.HEADER;
        ByteBuf payload = frame.alloc().buffer(frame.readableBytes() + types.length);
        try {
            payload.writeBytes(frame, body, bound - body);
            payload.writeByte(TYPES_FOLLOW).writeBytes(types);
            payload.writeBytes(frame, bound + 1, frame.writerIndex() - bound - 1);
            return Wire.frames(payload);
        } finally {
            payload.release();
        }
    }
}
