package io.dbmanager.proxy.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The changes of a session's state at the end of an OK packet: after the text, a length and then
 * entries of a type (1 byte), a length and their data.
 */
public final class SessionTrack {
    public static final int SYSTEM_VARIABLE = 0;
    public static final int SCHEMA = 1;
    public static final int STATE_CHANGE = 2;
    public static final int GTIDS = 3;

    /** A number of each statement's own, which MySQL tells with every one as if it had been set. */
    private static final String STATEMENT_ID = "statement_id";

    /** Told of each change, but for what changes with each statement anyway. */
    public interface Listener {
        void systemVariable(String name, String value);

        void schema(String name);

        /** Transactions that the statement committed, in the flavour's own form. */
        void gtids(String set);

        /** Something else: a temporary table, a user variable, a prepared statement. */
        void stateChanged();
    }

    /** What the reader of an OK packet asked to be told. */
    public interface Wanted {
        boolean variable(String name);

        /** Whether it asked for changes of this type, variables aside. */
        boolean type(int type);
    }

    private SessionTrack() {}

    /**
     * Reads the changes of an OK packet whose status says that it has some.
     *
     * @param ok the payload, from its header byte; left as it was
     */
    public static void read(ByteBuf ok, Listener listener) {
        ByteBuf in = ok.duplicate();
        skipToChanges(in);
        ByteBuf changes = in.readSlice(checked(Wire.readLenEnc(in), in));
        while (changes.isReadable()) {
            int type = changes.readUnsignedByte();
            ByteBuf data = changes.readSlice(checked(Wire.readLenEnc(changes), changes));
            switch (type) {
                case SYSTEM_VARIABLE -> readVariables(data, listener);
                case SCHEMA -> listener.schema(Wire.readLenEncString(data));
                case GTIDS -> {
                    data.skipBytes(1);
                    listener.gtids(Wire.readLenEncString(data));
                }
                case STATE_CHANGE -> listener.stateChanged();
                default -> {
                    // The rest (transaction characteristics) is the client's business.
                }
            }
        }
    }

    /** MariaDB puts several variables into one entry. */
    private static void readVariables(ByteBuf data, Listener listener) {
        while (data.isReadable()) {
            String name = variableName(data);
            if (name.equals(STATEMENT_ID)) {
                data.skipBytes(checked(Wire.readLenEnc(data), data));
            } else {
                listener.systemVariable(name, Wire.readLenEncString(data));
            }
        }
    }

    /**
     * Writes the OK packet again with only those changes that its reader asked for.
     *
     * @param ok the payload, from its header byte; left as it was
     * @param tracks whether the reader asked for changes at all
     * @param wanted which of them
     */
    public static void filter(
            ByteBuf ok, boolean tracks, Wanted wanted, ByteBuf out, int sequence) {
        ByteBuf in = ok.duplicate();
        int start = Wire.begin(out, sequence);
        int status = copyHead(in, out);
        int textFrom = in.readerIndex();
        if (in.isReadable()) {
            in.skipBytes(checked(Wire.readLenEnc(in), in));
        }
        int textStop = in.readerIndex();
        boolean changed = tracks && copyWanted(in, wanted, textFrom, textStop, out);
        if (!changed) {
            out.setShortLE(
                    out.writerIndex() - Short.BYTES * 2,
                    status & ~ServerStatus.SESSION_STATE_CHANGED);
            // A text without length says the same as one of no length.
            if (textStop - textFrom > 1) {
                out.writeBytes(in, textFrom, textStop - textFrom);
            }
        }
        Wire.end(out, start);
    }

    /** All before the text; its last fields are the status, which is returned, and the warnings. */
    private static int copyHead(ByteBuf in, ByteBuf out) {
        int from = in.readerIndex();
        in.skipBytes(1);
        Wire.readLenEnc(in);
        Wire.readLenEnc(in);
        int status = in.readUnsignedShortLE();
        in.skipBytes(Short.BYTES);
        out.writeBytes(in, from, in.readerIndex() - from);
        return status;
    }

    /**
     * Writes the text and the changes that are wanted; nothing at all where none is.
     *
     * @param in stands at the changes
     */
    private static boolean copyWanted(
            ByteBuf in, Wanted wanted, int textFrom, int textStop, ByteBuf out) {
        ByteBuf changes = in.readSlice(checked(Wire.readLenEnc(in), in));
        ByteBuf kept = out.alloc().buffer(changes.readableBytes());
        try {
            keep(changes, wanted, kept);
            if (!kept.isReadable()) {
                return false;
            }
            out.writeBytes(in, textFrom, textStop - textFrom);
            Wire.writeLenEnc(out, kept.readableBytes());
            out.writeBytes(kept);
            return true;
        } finally {
            kept.release();
        }
    }

    private static void keep(ByteBuf changes, Wanted wanted, ByteBuf kept) {
        while (changes.isReadable()) {
            int type = changes.readUnsignedByte();
            ByteBuf data = changes.readSlice(checked(Wire.readLenEnc(changes), changes));
            if (type == SYSTEM_VARIABLE) {
                keepVariables(data, wanted, kept);
            } else if (wanted.type(type)) {
                kept.writeByte(type);
                Wire.writeLenEnc(kept, data.readableBytes());
                kept.writeBytes(data);
            }
        }
    }

    private static void keepVariables(ByteBuf data, Wanted wanted, ByteBuf kept) {
        while (data.isReadable()) {
            int start = data.readerIndex();
            boolean asked = wanted.variable(variableName(data));
            data.skipBytes(checked(Wire.readLenEnc(data), data));
            if (asked) {
                int length = data.readerIndex() - start;
                kept.writeByte(SYSTEM_VARIABLE);
                Wire.writeLenEnc(kept, length);
                kept.writeBytes(data, start, length);
            }
        }
    }

    /** Reads a name. The one that comes with each statement makes no new String. */
    private static String variableName(ByteBuf data) {
        int length = checked(Wire.readLenEnc(data), data);
        String name =
                isStatementId(data, length)
                        ? STATEMENT_ID
                        : data.toString(data.readerIndex(), length, StandardCharsets.UTF_8);
        data.skipBytes(length);
        return name;
    }

    private static boolean isStatementId(ByteBuf data, int length) {
        if (length != STATEMENT_ID.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (data.getByte(data.readerIndex() + i) != STATEMENT_ID.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static void skipToChanges(ByteBuf in) {
        OkPacket.decode(in);
        in.skipBytes(checked(Wire.readLenEnc(in), in));
    }

    private static int checked(long length, ByteBuf in) {
        if (length < 0 || length > in.readableBytes()) {
            throw new MalformedPacketException("a change of session state is cut short");
        }
        return (int) length;
    }
}
