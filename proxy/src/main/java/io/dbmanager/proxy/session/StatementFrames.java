package io.dbmanager.proxy.session;

import io.dbmanager.proxy.protocol.Command;
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
 * 1    flags: a cursor?
 * 4    1
 *      (if there are parameters)
 * n    which parameters are NULL, a bit each
 * 1    1 if types follow; else those of the execution before are meant
 * 2n   types
 *      values
 * </pre>
 */
final class StatementFrames {
    private static final int ID = Wire.HEADER + 1;
    private static final int FLAGS = ID + 4;
    private static final int NULLS = FLAGS + 1 + 4;

    private StatementFrames() {}

    /** The statement id in a command that has one. */
    static int id(ByteBuf frame) {
        return frame.getIntLE(frame.readerIndex() + ID);
    }

    /** Whether an execution asks for a cursor. */
    static boolean opensCursor(ByteBuf frame) {
        return frame.getByte(frame.readerIndex() + FLAGS) != 0;
    }

    /** Notes the types that an execution brings along. */
    static void noteTypes(ByteBuf frame, PreparedStatement statement) {
        int count = statement.parameters();
        int command = frame.getUnsignedByte(frame.readerIndex() + Wire.HEADER);
        if (count == 0 || command != Command.STMT_EXECUTE) {
            return;
        }
        int bound = frame.readerIndex() + NULLS + (count + 7) / 8;
        if (bound + 1 + 2 * count <= frame.writerIndex() && frame.getByte(bound) == 1) {
            byte[] types = new byte[2 * count];
            frame.getBytes(bound + 1, types);
            statement.types(types);
        }
    }

    /**
     * The command as another backend understands it: with its id of the statement, and with types
     * where it has not got those that are meant.
     *
     * @param frame may be changed in place
     * @return owned by the caller
     */
    static ByteBuf addressed(
            ByteBuf frame, PreparedStatement statement, SessionBackend.Prepared there) {
        frame.setIntLE(frame.readerIndex() + ID, there.id());
        byte[] types = statement.types();
        int command = frame.getUnsignedByte(frame.readerIndex() + Wire.HEADER);
        boolean executes = command == Command.STMT_EXECUTE && types != null;
        boolean hasThem = there.typesVersion() == statement.typesVersion();
        if (executes) {
            there.typesVersion(statement.typesVersion());
        }
        int bound = frame.readerIndex() + NULLS + (statement.parameters() + 7) / 8;
        if (!executes
                || hasThem
                || types == null
                || bound >= frame.writerIndex()
                || frame.getByte(bound) == 1
                || frame.readableBytes() + types.length >= Wire.MAX_PAYLOAD) {
            return frame.retainedSlice();
        }
        ByteBuf out = frame.alloc().buffer(frame.readableBytes() + types.length);
        int start = Wire.begin(out, 0);
        int body = frame.readerIndex() + Wire.HEADER;
        out.writeBytes(frame, body, bound - body);
        out.writeByte(1).writeBytes(types);
        out.writeBytes(frame, bound + 1, frame.writerIndex() - bound - 1);
        Wire.end(out, start);
        return out;
    }
}
