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

    private static final Escapes LITERAL_ESCAPES = new Escapes((byte) 0, (byte) '\'', (byte) '\\');
    private static final Escapes FIELD_ESCAPES =
            new Escapes(RowBatch.TAB, RowBatch.END, RowBatch.ESCAPE);

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
        return append(more, 0, more.length);
    }

    SqlBuffer append(byte[] more, int from, int to) {
        ensure(to - from);
        System.arraycopy(more, from, bytes, length, to - from);
        length += to - from;
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
        return literal(value, 0, value.length);
    }

    SqlBuffer literal(byte[] value, int start, int end) {
        append('\'');
        int from = start;
        while (from < end) {
            int to = nextOf(LITERAL_ESCAPES, value, from, end);
            copy(value, from, to);
            if (to < end) {
                escaped(value[to] == 0 ? '0' : (char) value[to]);
            }
            from = to + 1;
        }
        return append('\'');
    }

    /** The bytes as a value in a line of a {@link RowBatch}. */
    SqlBuffer field(byte[] value) {
        return field(value, 0, value.length);
    }

    SqlBuffer field(byte[] value, int start, int end) {
        int from = start;
        while (from < end) {
            int to = nextOf(FIELD_ESCAPES, value, from, end);
            copy(value, from, to);
            if (to < end) {
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

    /** Copies what needs no escape, and makes room for one more. */
    private void copy(byte[] value, int from, int to) {
        ensure(to - from + 2L);
        System.arraycopy(value, from, bytes, length, to - from);
        length += to - from;
    }

    /**
     * Three bytes that are escaped, each eight times over: eight bytes of a value are looked at at
     * once.
     */
    private record Escapes(byte one, byte two, byte three, long ones, long twos, long threes) {
        Escapes(byte one, byte two, byte three) {
            this(one, two, three, LOW_BITS * one, LOW_BITS * two, LOW_BITS * three);
        }

        boolean has(byte b) {
            return b == one || b == two || b == three;
        }

        boolean inAny(long eight) {
            return (zeroIn(eight ^ ones) | zeroIn(eight ^ twos) | zeroIn(eight ^ threes)) != 0;
        }

        /** Not 0 if one of the eight bytes is 0. */
        private static long zeroIn(long eight) {
            return (eight - LOW_BITS) & ~eight & HIGH_BITS;
        }
    }

    /** Where the next byte stands that is to be escaped; {@code end} if there is none. */
    private static int nextOf(Escapes escapes, byte[] value, int from, int end) {
        int at = from;
        while (at + Long.BYTES <= end && !escapes.inAny((long) EIGHT_BYTES.get(value, at))) {
            at += Long.BYTES;
        }
        while (at < end && !escapes.has(value[at])) {
            at++;
        }
        return at;
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
