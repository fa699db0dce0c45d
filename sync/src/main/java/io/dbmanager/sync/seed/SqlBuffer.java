package io.dbmanager.sync.seed;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Grows the bytes of a statement; reused from one statement to the next. */
final class SqlBuffer {
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

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
        int from = 0;
        while (from < value.length) {
            int to = nextEscaped(value, from);
            ensure(to - from + 2L);
            System.arraycopy(value, from, bytes, length, to - from);
            length += to - from;
            if (to < value.length) {
                switch (value[to]) {
                    case RowBatch.TAB -> escaped('t');
                    case RowBatch.END -> escaped('n');
                    default -> escaped((char) value[to]);
                }
            }
            from = to + 1;
        }
        return this;
    }

    /** Where the next byte stands that a {@link RowBatch} escapes; looks at eight at a time. */
    private static int nextEscaped(byte[] value, int from) {
        int at = from;
        while (at + Long.BYTES <= value.length) {
            long eight = (long) EIGHT_BYTES.get(value, at);
            if ((anyIs(eight, RowBatch.TAB)
                            | anyIs(eight, RowBatch.END)
                            | anyIs(eight, RowBatch.ESCAPE))
                    != 0) {
                break;
            }
            at += Long.BYTES;
        }
        while (at < value.length
                && value[at] != RowBatch.TAB
                && value[at] != RowBatch.END
                && value[at] != RowBatch.ESCAPE) {
            at++;
        }
        return at;
    }

    /** Not 0 if one of the eight bytes is this one. */
    private static long anyIs(long eight, byte wanted) {
        long zeroWhereEqual = eight ^ (LOW_BITS * wanted);
        return (zeroWhereEqual - LOW_BITS) & ~zeroWhereEqual & HIGH_BITS;
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
