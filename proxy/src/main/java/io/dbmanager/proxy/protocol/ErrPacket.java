package io.dbmanager.proxy.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** A bad end: 0xFF, the code in 2 bytes, '#', five characters of SQLSTATE, a text. */
public record ErrPacket(int code, String sqlState, String message) {
    public static final int HEADER = 0xFF;
    private static final String GENERAL = "HY000";

    public static ErrPacket decode(ByteBuf in) {
        in.skipBytes(1);
        int code = in.readUnsignedShortLE();
        String sqlState = GENERAL;
        // A server that has not seen the client's capabilities yet leaves the SQLSTATE out.
        if (in.isReadable() && in.getByte(in.readerIndex()) == '#') {
            in.skipBytes(1);
            sqlState = new String(Wire.readBytes(in, 5), StandardCharsets.US_ASCII);
        }
        return new ErrPacket(code, sqlState, Wire.readRest(in));
    }

    public void encode(ByteBuf out, int sequence) {
        int start = Wire.begin(out, sequence);
        out.writeByte(HEADER);
        out.writeShortLE(code);
        out.writeByte('#');
        out.writeCharSequence(sqlState, StandardCharsets.US_ASCII);
        out.writeCharSequence(message, StandardCharsets.UTF_8);
        Wire.end(out, start);
    }

    public ErrPacket withMessage(String other) {
        return new ErrPacket(code, sqlState, other);
    }
}
