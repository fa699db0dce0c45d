package io.dbmanager.sync.seed;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Grows the bytes of a statement; reused from one statement to the next. */
final class SqlBuffer {
    private byte[] bytes;
    private int length;

    SqlBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    int length() {
        return length;
    }

    void truncate(int newLength) {
        length = newLength;
    }

    SqlBuffer append(String packed) {
        byte[] more = Packed.bytes(packed);
        return append(more);
    }

    SqlBuffer append(byte[] more) {
        ensure(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    SqlBuffer append(char ascii) {
        ensure(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /**
     * The bytes as a string literal. Right where the session's {@code character_set_client} has no
     * multi-byte characters that hold a quote or backslash, as {@code binary} and UTF-8 have none,
     * and {@code NO_BACKSLASH_ESCAPES} is off.
     */
    SqlBuffer literal(byte[] value) {
        ensure(2L + 2L * value.length);
        bytes[length++] = '\'';
        for (byte b : value) {
            switch (b) {
                case 0 -> escaped('0');
                case '\'', '\\' -> escaped((char) b);
                default -> bytes[length++] = b;
            }
        }
        bytes[length++] = '\'';
        return this;
    }

    /** The bytes as a value in a line of a {@link RowBatch}. */
    SqlBuffer field(byte[] value) {
        ensure(2L * value.length);
        for (byte b : value) {
            switch (b) {
                case RowBatch.TAB -> escaped('t');
                case RowBatch.END -> escaped('n');
                case RowBatch.ESCAPE -> escaped('\\');
                default -> bytes[length++] = b;
            }
        }
        return this;
    }

    private void escaped(char c) {
        bytes[length++] = '\\';
        bytes[length++] = (byte) c;
    }

    private void ensure(long more) {
        long needed = length + more;
        if (needed > bytes.length) {
            if (needed > Integer.MAX_VALUE - 16) {
                throw new IllegalArgumentException("a row is too large for one statement");
            }
            long doubled = Math.min(Integer.MAX_VALUE - 16, bytes.length * 2L);
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, doubled));
        }
    }

    /** Gives back the memory that one huge row took. */
    void shrinkTo(int capacity) {
        if (bytes.length > capacity && length <= capacity) {
            bytes = Arrays.copyOf(bytes, capacity);
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    String toPacked() {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
}
