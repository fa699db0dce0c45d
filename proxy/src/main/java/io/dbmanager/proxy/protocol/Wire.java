package io.dbmanager.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** The protocol's elementary types, and the four bytes before every packet. */
public final class Wire {
    /** Length (3 bytes) and sequence number (1 byte). */
    public static final int HEADER = 4;

    /** A packet of this payload length is continued by the next one. */
    public static final int MAX_PAYLOAD = 0xFFFFFF;

    private Wire() {}

    /** Leaves room for a header. Give what is returned to {@link #end}. */
    public static int begin(ByteBuf out, int sequence) {
        int start = out.writerIndex();
        out.writeMediumLE(0).writeByte(sequence);
        return start;
    }

    /** Fills in the length of the packet begun at {@code start}. */
    public static void end(ByteBuf out, int start) {
        int length = out.writerIndex() - start - HEADER;
        if (length >= MAX_PAYLOAD) {
            throw new IllegalStateException("a packet of " + length + " bytes must be split");
        }
        out.setMediumLE(start, length);
    }

    /**
     * A payload of any length as the packets it takes, the last of which is not full.
     *
     * @return owned by the caller
     */
    public static ByteBuf frames(ByteBuf payload) {
        int packets = payload.readableBytes() / MAX_PAYLOAD + 1;
        ByteBuf out = payload.alloc().buffer(payload.readableBytes() + packets * HEADER);
        for (int sequence = 0; sequence < packets; sequence++) {
            int length = Math.min(payload.readableBytes(), MAX_PAYLOAD);
            out.writeMediumLE(length).writeByte(sequence).writeBytes(payload, length);
        }
        return out;
    }

    public static long readLenEnc(ByteBuf in) {
        int first = in.readUnsignedByte();
        return switch (first) {
            case 0xFC -> in.readUnsignedShortLE();
            case 0xFD -> in.readUnsignedMediumLE();
            case 0xFE -> in.readLongLE();
            case 0xFB, 0xFF ->
                    throw new MalformedPacketException("a length begins with byte " + first);
            default -> first;
        };
    }

    public static void writeLenEnc(ByteBuf out, long value) {
        if (value < 0 || value > 0xFFFFFFL) {
            out.writeByte(0xFE).writeLongLE(value);
        } else if (value < 0xFB) {
            out.writeByte((int) value);
        } else if (value <= 0xFFFF) {
            out.writeByte(0xFC).writeShortLE((int) value);
        } else {
            out.writeByte(0xFD).writeMediumLE((int) value);
        }
    }

    /** Reads a length and that many bytes. */
    public static byte[] readLenEncBytes(ByteBuf in) {
        return readBytes(in, readLenEnc(in));
    }

    public static String readLenEncString(ByteBuf in) {
        return new String(readLenEncBytes(in), StandardCharsets.UTF_8);
    }

    public static void writeLenEncBytes(ByteBuf out, byte[] bytes) {
        writeLenEnc(out, bytes.length);
        out.writeBytes(bytes);
    }

    public static void writeLenEncString(ByteBuf out, String text) {
        writeLenEnc(out, ByteBufUtil.utf8Bytes(text));
        out.writeCharSequence(text, StandardCharsets.UTF_8);
    }

    public static byte[] readBytes(ByteBuf in, long length) {
        if (length < 0 || length > in.readableBytes()) {
            throw new MalformedPacketException(
                    "a field of " + length + " bytes does not fit into its packet");
        }
        byte[] bytes = new byte[(int) length];
        in.readBytes(bytes);
        return bytes;
    }

    /** Reads up to a zero byte, or up to the end where there is none. */
    public static byte[] readNulBytes(ByteBuf in) {
        int length = in.bytesBefore((byte) 0);
        byte[] bytes = readBytes(in, length < 0 ? in.readableBytes() : length);
        if (length >= 0) {
            in.skipBytes(1);
        }
        return bytes;
    }

    public static String readNulString(ByteBuf in) {
        return new String(readNulBytes(in), StandardCharsets.UTF_8);
    }

    public static void writeNulString(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        out.writeByte(0);
    }

    /** The rest, as text. */
    public static String readRest(ByteBuf in) {
        return new String(readBytes(in, in.readableBytes()), StandardCharsets.UTF_8);
    }
}
