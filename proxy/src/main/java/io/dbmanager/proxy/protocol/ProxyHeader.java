package io.dbmanager.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The header of the PROXY protocol, with which a load balancer says before anything else where a
 * connection came from. Version 1 is a line:
 *
 * <pre>
 * PROXY TCP4 192.0.2.1 192.0.2.9 56324 3306\r\n        or TCP6, or UNKNOWN and anything
 * </pre>
 *
 * Version 2 is binary:
 *
 * <pre>
 * 12   0D 0A 0D 0A 00 0D 0A 51 55 49 54 0A
 * 1    version and command: 20 on its own behalf, 21 on a client's
 * 1    11 TCP over IPv4, 21 TCP over IPv6, anything else is not told
 * 2    length of what follows, its high byte first
 *      source, destination (4 or 16 bytes each), ports of both (2 bytes each), more
 * </pre>
 */
public final class ProxyHeader {
    private static final byte[] LINE = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BINARY = ByteBufUtil.decodeHexDump("0d0a0d0a000d0a515549540a");
    private static final int LONGEST_LINE = 107;
    private static final int BINARY_HEAD = 16;

    /** What a connection begins with. */
    public sealed interface Start {
        /** More has to come before that can be told. */
        record Unclear() implements Start {}

        /** No header: what has come is the client's own. */
        record Absent() implements Start {}

        /**
         * @param length of the header
         * @param source empty where the header does not tell, or speaks for the balancer itself
         */
        record Present(int length, Optional<InetAddress> source) implements Start {}
    }

    private ProxyHeader() {}

    /**
     * @param in what has come so far; left as it was
     * @throws MalformedPacketException if it is a header that cannot be understood
     */
    public static Start read(ByteBuf in) {
        if (begins(in, LINE)) {
            return in.readableBytes() < LINE.length ? new Start.Unclear() : line(in);
        }
        if (begins(in, BINARY)) {
            return in.readableBytes() < BINARY_HEAD ? new Start.Unclear() : binary(in);
        }
        return new Start.Absent();
    }

    /** Whether what has come agrees with the signature, as far as it goes. */
    private static boolean begins(ByteBuf in, byte[] signature) {
        int length = Math.min(in.readableBytes(), signature.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    private static Start line(ByteBuf in) {
        int length = in.bytesBefore((byte) '\n') + 1;
        if (length == 0 && in.readableBytes() < LONGEST_LINE) {
            return new Start.Unclear();
        }
        if (length == 0 || length > LONGEST_LINE) {
            throw new MalformedPacketException("a PROXY line without an end");
        }
        String line = in.toString(in.readerIndex(), length, StandardCharsets.US_ASCII);
        String[] words = line.split(" ");
        if (words[1].strip().equals("UNKNOWN")) {
            return new Start.Present(length, Optional.empty());
        }
        boolean known = words[1].equals("TCP4") || words[1].equals("TCP6");
        byte[] address =
                known && words.length == 6 && line.endsWith("\r\n")
                        ? NetUtil.createByteArrayFromIpAddressString(words[2])
                        : null;
        if (address == null || (address.length == 4) != words[1].equals("TCP4")) {
            throw new MalformedPacketException("a PROXY line that tells no address");
        }
        return new Start.Present(length, Optional.of(address(address)));
    }

    private static Start binary(ByteBuf in) {
        int at = in.readerIndex() + BINARY.length;
        int command = in.getUnsignedByte(at);
        int family = in.getUnsignedByte(at + 1);
        int told = in.getUnsignedShort(at + 2);
        if (command != 0x20 && command != 0x21) {
            throw new MalformedPacketException("a PROXY header with command " + command);
        }
        if (in.readableBytes() < BINARY_HEAD + told) {
            return new Start.Unclear();
        }
        int width =
                switch (family) {
                    case 0x11 -> 4;
                    case 0x21 -> 16;
                    default -> 0;
                };
        boolean tells = command == 0x21 && width > 0;
        if (tells && told < 2 * width + 4) {
            throw new MalformedPacketException("a PROXY header whose addresses are cut short");
        }
        byte[] source = new byte[width];
        in.getBytes(at + 4, source, 0, tells ? width : 0);
        return new Start.Present(
                BINARY_HEAD + told, tells ? Optional.of(address(source)) : Optional.empty());
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }
}
