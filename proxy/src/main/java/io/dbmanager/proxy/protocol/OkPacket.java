package io.dbmanager.proxy.protocol;

import io.netty.buffer.ByteBuf;

/**
 * A good end: 0x00 (or 0xFE after rows where EOF is deprecated), affected rows and insert id as
 * length-encoded integers, status and warnings of 2 bytes each, then a text and, where the status
 * says so, changes of the session's state, each with its length before it.
 */
public record OkPacket(int header, long affectedRows, long insertId, int status, int warnings) {
    public static final int HEADER = 0x00;

    /** The header of an EOF packet, and of an OK packet that takes its place. */
    public static final int EOF_HEADER = 0xFE;

    public static OkPacket decode(ByteBuf in) {
        int header = in.readUnsignedByte();
        long affectedRows = Wire.readLenEnc(in);
        long insertId = Wire.readLenEnc(in);
        return new OkPacket(
                header, affectedRows, insertId, in.readUnsignedShortLE(), in.readUnsignedShortLE());
    }

    public static OkPacket plain(int status) {
        return new OkPacket(HEADER, 0, 0, status & ~ServerStatus.SESSION_STATE_CHANGED, 0);
    }

    public void encode(ByteBuf out, int sequence) {
        encode(out, sequence, new byte[0]);
    }

    /**
     * @param text for people as a rule; empty for none
     */
    public void encode(ByteBuf out, int sequence, byte[] text) {
        int start = Wire.begin(out, sequence);
        out.writeByte(header);
        Wire.writeLenEnc(out, affectedRows);
        Wire.writeLenEnc(out, insertId);
        out.writeShortLE(status);
        out.writeShortLE(warnings);
        if (text.length > 0) {
            Wire.writeLenEncBytes(out, text);
        }
        Wire.end(out, start);
    }
}
