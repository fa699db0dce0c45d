package io.dbmanager.proxy.protocol;

import static io.dbmanager.proxy.protocol.Capabilities.LONG_PASSWORD;
import static io.dbmanager.proxy.protocol.Capabilities.PLUGIN_AUTH;
import static io.dbmanager.proxy.protocol.Capabilities.has;

import io.netty.buffer.ByteBuf;

/**
 * A server's greeting, version 10:
 *
 * <pre>
 * 1    10
 * n    version, zero-terminated
 * 4    connection id
 * 8    scramble, first part
 * 1    0
 * 2    capabilities, lower half
 * 1    collation
 * 2    status
 * 2    capabilities, upper half
 * 1    length of the scramble with its final zero
 * 6    0
 * 4    MariaDB's capabilities where LONG_PASSWORD is not set, else 0
 * 13   scramble, second part, with a final zero
 * n    authentication plugin, zero-terminated
 * </pre>
 *
 * @param scramble 20 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; owned by whoever decodes.
public record Handshake(
        String version,
        int connectionId,
        byte[] scramble,
        long capabilities,
        int collation,
        int status,
        String plugin) {
    public static final int SCRAMBLE = 20;
    private static final int PROTOCOL = 10;
    private static final int FIRST_PART = 8;

    public static Handshake decode(ByteBuf in) {
        int protocol = in.readUnsignedByte();
        if (protocol != PROTOCOL) {
            throw new MalformedPacketException("a greeting of protocol version " + protocol);
        }
        String version = Wire.readNulString(in);
        int connectionId = in.readIntLE();
        byte[] scramble = new byte[SCRAMBLE];
        in.readBytes(scramble, 0, FIRST_PART);
        in.skipBytes(1);
        long lower = in.readUnsignedShortLE();
        int collation = in.readUnsignedByte();
        int status = in.readUnsignedShortLE();
        lower |= (long) in.readUnsignedShortLE() << 16;
        in.skipBytes(1 + 6);
        long mariaDb = in.readUnsignedIntLE();
        in.readBytes(scramble, FIRST_PART, SCRAMBLE - FIRST_PART);
        in.skipBytes(1);
        String plugin = has(lower, PLUGIN_AUTH) ? Wire.readNulString(in) : "";
        long capabilities = Capabilities.of(lower, has(lower, LONG_PASSWORD) ? 0 : mariaDb);
        return new Handshake(
                version, connectionId, scramble, capabilities, collation, status, plugin);
    }

    public void encode(ByteBuf out, int sequence) {
        int start = Wire.begin(out, sequence);
        int lower = Capabilities.lower(capabilities);
        out.writeByte(PROTOCOL);
        Wire.writeNulString(out, version);
        out.writeIntLE(connectionId);
        out.writeBytes(scramble, 0, FIRST_PART).writeByte(0);
        out.writeShortLE(lower & 0xFFFF);
        out.writeByte(collation);
        out.writeShortLE(status);
        out.writeShortLE(lower >>> 16);
        out.writeByte(SCRAMBLE + 1);
        out.writeZero(6);
        out.writeIntLE(has(capabilities, LONG_PASSWORD) ? 0 : Capabilities.upper(capabilities));
        out.writeBytes(scramble, FIRST_PART, SCRAMBLE - FIRST_PART).writeByte(0);
        Wire.writeNulString(out, plugin);
        Wire.end(out, start);
    }
}
