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

    /** Told of each change. */
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
            String name = Wire.readLenEncString(data);
            listener.systemVariable(name, Wire.readLenEncString(data));
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
        OkPacket head = OkPacket.decode(in.duplicate());
        byte[] text = textOf(in);
        ByteBuf kept = out.alloc().buffer();
        try {
            if (tracks) {
                keep(in, wanted, kept);
            }
            int start = Wire.begin(out, sequence);
            boolean changed = kept.isReadable();
            out.writeByte(head.header());
            Wire.writeLenEnc(out, head.affectedRows());
            Wire.writeLenEnc(out, head.insertId());
            out.writeShortLE(
                    changed ? head.status() : head.status() & ~ServerStatus.SESSION_STATE_CHANGED);
            out.writeShortLE(head.warnings());
            if (text.length > 0 || changed) {
                Wire.writeLenEncBytes(out, text);
            }
            if (changed) {
                Wire.writeLenEnc(out, kept.readableBytes());
                out.writeBytes(kept);
            }
            Wire.end(out, start);
        } finally {
            kept.release();
        }
    }

    private static void keep(ByteBuf in, Wanted wanted, ByteBuf kept) {
        ByteBuf changes = in.readSlice(checked(Wire.readLenEnc(in), in));
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
            boolean asked =
                    wanted.variable(
                            new String(Wire.readLenEncBytes(data), StandardCharsets.US_ASCII));
            Wire.readLenEncBytes(data);
            if (asked) {
                int length = data.readerIndex() - start;
                kept.writeByte(SYSTEM_VARIABLE);
                Wire.writeLenEnc(kept, length);
                kept.writeBytes(data, start, length);
            }
        }
    }

    private static void skipToChanges(ByteBuf in) {
        textOf(in);
    }

    /** Reads everything before the changes; what is left in {@code in} are the changes. */
    private static byte[] textOf(ByteBuf in) {
        OkPacket.decode(in);
        return in.isReadable() ? Wire.readLenEncBytes(in) : new byte[0];
    }

    private static int checked(long length, ByteBuf in) {
        if (length < 0 || length > in.readableBytes()) {
            throw new MalformedPacketException("a change of session state is cut short");
        }
        return (int) length;
    }
}
