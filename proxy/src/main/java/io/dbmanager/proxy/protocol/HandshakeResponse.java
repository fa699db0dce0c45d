package io.dbmanager.proxy.protocol;

import static io.dbmanager.proxy.protocol.Capabilities.CONNECT_ATTRS;
import static io.dbmanager.proxy.protocol.Capabilities.CONNECT_WITH_DB;
import static io.dbmanager.proxy.protocol.Capabilities.LONG_PASSWORD;
import static io.dbmanager.proxy.protocol.Capabilities.PLUGIN_AUTH;
import static io.dbmanager.proxy.protocol.Capabilities.PLUGIN_AUTH_LENENC;
import static io.dbmanager.proxy.protocol.Capabilities.PROTOCOL_41;
import static io.dbmanager.proxy.protocol.Capabilities.SECURE_CONNECTION;
import static io.dbmanager.proxy.protocol.Capabilities.ZSTD;
import static io.dbmanager.proxy.protocol.Capabilities.has;

import io.netty.buffer.ByteBuf;

/**
 * What a client answers to a greeting:
 *
 * <pre>
 * 4    capabilities
 * 4    largest packet
 * 1    collation
 * 19   0
 * 4    MariaDB's capabilities, to a server that offered some, else 0
 *      (an SSL request ends here)
 * n    user, zero-terminated
 * n    authentication, with a length before it
 * n    schema, zero-terminated       if CONNECT_WITH_DB
 * n    plugin, zero-terminated       if PLUGIN_AUTH
 * n    attributes, with a length     if CONNECT_ATTRS
 * 1    level of compression          if ZSTD
 * </pre>
 *
 * @param schema empty for none
 * @param plugin empty for none
 * @param attributes as they came, without the length before them
 * @param zstdLevel of compression; the servers' default where the client says nothing
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; owned by whoever decodes.
public record HandshakeResponse(
        long capabilities,
        int maxPacket,
        int collation,
        String user,
        byte[] authentication,
        String schema,
        String plugin,
        byte[] attributes,
        int zstdLevel) {
    private static final int DEFAULT_ZSTD_LEVEL = 3;

    /** Of a client that does not compress by zstd. */
    public HandshakeResponse(
            long capabilities,
            int maxPacket,
            int collation,
            String user,
            byte[] authentication,
            String schema,
            String plugin,
            byte[] attributes) {
        this(
                capabilities,
                maxPacket,
                collation,
                user,
                authentication,
                schema,
                plugin,
                attributes,
                DEFAULT_ZSTD_LEVEL);
    }

    /** How long an SSL request is, and how much of a response stands before the user. */
    public static final int FIXED = 32;

    /**
     * The capabilities alone, which an SSL request has too.
     *
     * @param offered what the greeting offered; nothing beyond it counts
     */
    public static long capabilities(ByteBuf payload, long offered) {
        if (payload.readableBytes() < FIXED) {
            throw new MalformedPacketException("the answer to the greeting is too short");
        }
        long lower = payload.getUnsignedIntLE(payload.readerIndex());
        long upper =
                has(offered | lower, LONG_PASSWORD)
                        ? 0
                        : payload.getUnsignedIntLE(payload.readerIndex() + FIXED - 4);
        return Capabilities.of(lower, upper);
    }

    public static HandshakeResponse decode(ByteBuf in, long offered) {
        long capabilities = capabilities(in, offered) & (offered | LONG_PASSWORD);
        if (!has(capabilities, PROTOCOL_41)) {
            throw new MalformedPacketException("the client speaks the protocol before 4.1");
        }
        int maxPacket = in.getIntLE(in.readerIndex() + 4);
        int collation = in.getUnsignedByte(in.readerIndex() + 8);
        in.skipBytes(FIXED);
        String user = Wire.readNulString(in);
        byte[] authentication = readAuthentication(in, capabilities);
        String schema =
                has(capabilities, CONNECT_WITH_DB) && in.isReadable() ? Wire.readNulString(in) : "";
        String plugin =
                has(capabilities, PLUGIN_AUTH) && in.isReadable() ? Wire.readNulString(in) : "";
        byte[] attributes =
                has(capabilities, CONNECT_ATTRS) && in.isReadable()
                        ? Wire.readLenEncBytes(in)
                        : new byte[0];
        int zstdLevel =
                has(capabilities, ZSTD) && in.isReadable()
                        ? in.readUnsignedByte()
                        : DEFAULT_ZSTD_LEVEL;
        return new HandshakeResponse(
                capabilities,
                maxPacket,
                collation,
                user,
                authentication,
                schema,
                plugin,
                attributes,
                zstdLevel);
    }

    static byte[] readAuthentication(ByteBuf in, long capabilities) {
        if (has(capabilities, PLUGIN_AUTH_LENENC)) {
            return Wire.readLenEncBytes(in);
        }
        return has(capabilities, SECURE_CONNECTION)
                ? Wire.readBytes(in, in.readUnsignedByte())
                : Wire.readNulBytes(in);
    }

    public void encode(ByteBuf out, int sequence) {
        int start = Wire.begin(out, sequence);
        writeFixed(out);
        Wire.writeNulString(out, user);
        if (has(capabilities, PLUGIN_AUTH_LENENC)) {
            Wire.writeLenEncBytes(out, authentication);
        } else {
            out.writeByte(authentication.length).writeBytes(authentication);
        }
        if (has(capabilities, CONNECT_WITH_DB)) {
            Wire.writeNulString(out, schema);
        }
        if (has(capabilities, PLUGIN_AUTH)) {
            Wire.writeNulString(out, plugin);
        }
        if (has(capabilities, CONNECT_ATTRS)) {
            Wire.writeLenEncBytes(out, attributes);
        }
        if (has(capabilities, ZSTD)) {
            out.writeByte(zstdLevel);
        }
        Wire.end(out, start);
    }

    /** The first part alone, which asks for TLS before anything private is said. */
    public void encodeSslRequest(ByteBuf out, int sequence) {
        int start = Wire.begin(out, sequence);
        writeFixed(out);
        Wire.end(out, start);
    }

    private void writeFixed(ByteBuf out) {
        out.writeIntLE(Capabilities.lower(capabilities));
        out.writeIntLE(maxPacket);
        out.writeByte(collation);
        out.writeZero(19);
        out.writeIntLE(Capabilities.upper(capabilities));
    }
}
