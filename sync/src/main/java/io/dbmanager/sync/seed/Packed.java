package io.dbmanager.sync.seed;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Packed texts: strings in which each {@code char} is one byte as it crosses the wire.
 *
 * <p>A copy must not decode what it carries: a schema holds columns in any character set, routines
 * keep the character set of whoever created them, blobs have none. So every text in this package
 * that comes from or goes to a server is packed; ASCII is itself, and the names of objects are
 * UTF-8, a byte per {@code char}. Only what people read is unpacked.
 */
final class Packed {
    private Packed() {}

    /** Bytes as a packed text; the JVM stores it as compactly as the array. */
    static String of(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static String of(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** Text for people as a packed text in UTF-8. */
    static String ofText(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A packed UTF-8 text, for people. */
    static String toText(String packed) {
        return new String(bytes(packed), StandardCharsets.UTF_8);
    }

    static byte[] bytes(String packed) {
        return packed.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A packed name in backquotes. */
    static String quoteName(String packedName) {
        return "`" + packedName.replace("`", "``") + "`";
    }

    /** A packed text as a literal of bytes, for all sessions. */
    static String hex(String packed) {
        return "X'" + HexFormat.of().formatHex(bytes(packed)) + "'";
    }

    /** A packed text as a literal, for sessions in UTF-8. */
    static String quote(String packed) {
        SqlBuffer buffer = new SqlBuffer(packed.length() + 16);
        buffer.literal(bytes(packed));
        return buffer.toPacked();
    }
}
