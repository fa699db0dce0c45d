package io.dbmanager.sync.seed;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row as they stand in the packet that brought it: bytes of the text protocol,
 * valid until the next row is read.
 */
final class RowView {
    private static final int NULL = -1;

    private byte[] bytes = {};
    private int[] starts = {};
    private int[] lengths = {};
    private int columns;

    /** A row of its own, of values as they are; null is NULL. */
    static RowView of(byte[] @Nullable [] values) {
        RowView row = new RowView();
        int size = 0;
        for (byte[] value : values) {
            size += value == null ? 0 : value.length;
        }
        byte[] all = new byte[size];
        int at = 0;
        row.begin(all, values.length);
        for (int i = 0; i < values.length; i++) {
            byte[] value = values[i];
            if (value == null) {
                row.isNull(i, at);
            } else {
                System.arraycopy(value, 0, all, at, value.length);
                row.is(i, at, value.length);
                at += value.length;
            }
        }
        return row;
    }

    /** From here on it is a row whose values stand in {@code packet}. */
    void begin(byte[] packet, int itsColumns) {
        bytes = packet;
        columns = itsColumns;
        if (starts.length < itsColumns) {
            starts = new int[itsColumns];
            lengths = new int[itsColumns];
        }
    }

    void is(int column, int start, int length) {
        starts[column] = start;
        lengths[column] = length;
    }

    void isNull(int column, int start) {
        is(column, start, NULL);
    }

    int columns() {
        return columns;
    }

    boolean isNull(int column) {
        return lengths[column] == NULL;
    }

    /** Where a value that is not NULL begins in {@link #buffer}. */
    int start(int column) {
        return starts[column];
    }

    /** Where it ends. */
    int end(int column) {
        return starts[column] + lengths[column];
    }

    byte[] buffer() {
        return bytes;
    }

    /** How many bytes its values have. */
    long size() {
        long size = 0;
        for (int i = 0; i < columns; i++) {
            size += Math.max(0, lengths[i]);
        }
        return size;
    }

    /** A copy of a value that is not NULL. */
    byte[] value(int column) {
        return Arrays.copyOfRange(bytes, start(column), end(column));
    }

    /** A value {@linkplain Packed packed}; null for NULL. */
    @Nullable String text(int column) {
        return isNull(column) ? null : Packed.of(bytes, start(column), end(column));
    }
}
