package io.dbmanager.proxy.protocol;

import static io.dbmanager.proxy.protocol.Capabilities.CONNECT_ATTRS;
import static io.dbmanager.proxy.protocol.Capabilities.PLUGIN_AUTH;
import static io.dbmanager.proxy.protocol.Capabilities.has;

import io.netty.buffer.ByteBuf;

/**
 * COM_CHANGE_USER, after its command byte: user, zero-terminated; authentication with one byte of
 * length; schema, zero-terminated; collation in 2 bytes; plugin, zero-terminated; attributes.
 */
public final class ChangeUser {
    private ChangeUser() {}

    /**
     * Reads it as what it amounts to: another answer to the greeting.
     *
     * @param before the answer that is in force; its capabilities stay
     */
    public static HandshakeResponse decode(ByteBuf in, HandshakeResponse before) {
        long capabilities = before.capabilities();
        String user = Wire.readNulString(in);
        byte[] authentication = Wire.readBytes(in, in.readUnsignedByte());
        String schema = Wire.readNulString(in);
        int collation = in.readableBytes() >= 2 ? in.readUnsignedShortLE() : before.collation();
        String plugin =
                has(capabilities, PLUGIN_AUTH) && in.isReadable() ? Wire.readNulString(in) : "";
        byte[] attributes =
                has(capabilities, CONNECT_ATTRS) && in.isReadable()
                        ? Wire.readLenEncBytes(in)
                        : new byte[0];
        return new HandshakeResponse(
                capabilities,
                before.maxPacket(),
                collation,
                user,
                authentication,
                schema,
                plugin,
                attributes);
    }

    /** Writes the command as one packet. */
    public static void encode(
            ByteBuf out,
            long capabilities,
            String user,
            byte[] authentication,
            String schema,
            int collation,
            String plugin,
            byte[] attributes) {
        int start = Wire.begin(out, 0);
        out.writeByte(Command.CHANGE_USER);
        Wire.writeNulString(out, user);
        out.writeByte(authentication.length).writeBytes(authentication);
        Wire.writeNulString(out, schema);
        out.writeShortLE(collation);
        if (has(capabilities, PLUGIN_AUTH)) {
            Wire.writeNulString(out, plugin);
        }
        if (has(capabilities, CONNECT_ATTRS)) {
            Wire.writeLenEncBytes(out, attributes);
        }
        Wire.end(out, start);
    }
}
