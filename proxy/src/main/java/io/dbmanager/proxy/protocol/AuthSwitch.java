package io.dbmanager.proxy.protocol;

import io.netty.buffer.ByteBuf;

/**
 * A server's wish that the client identify itself by another plugin: 0xFE, the plugin's name,
 * zero-terminated, its data (a scramble with a final zero).
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; owned by whoever decodes.
public record AuthSwitch(String plugin, byte[] data) {
    public static final int HEADER = 0xFE;
    private static final int UNTERMINATED = 32;

    /** Reads what follows the 0xFE. An empty packet is the wish for the oldest plugin of all. */
    public static AuthSwitch decode(ByteBuf in) {
        if (!in.isReadable()) {
            return new AuthSwitch("mysql_old_password", new byte[0]);
        }
        String plugin = Wire.readNulString(in);
        byte[] data = Wire.readBytes(in, in.readableBytes());
        // MariaDB's scrambles of 32 bytes come alone, others with a final zero.
        boolean terminated =
                data.length > 0 && data.length != UNTERMINATED && data[data.length - 1] == 0;
        return new AuthSwitch(
                plugin, terminated ? java.util.Arrays.copyOf(data, data.length - 1) : data);
    }

    public void encode(ByteBuf out, int sequence) {
        int start = Wire.begin(out, sequence);
        out.writeByte(HEADER);
        Wire.writeNulString(out, plugin);
        out.writeBytes(data).writeByte(0);
        Wire.end(out, start);
    }
}
