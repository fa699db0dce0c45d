package io.dbmanager.proxy.protocol;

import io.dbmanager.proxy.protocol.TextResult.Column;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answers to COM_STMT_PREPARE and COM_STMT_EXECUTE for a statement that the proxy answers
 * itself.
 */
public final class PreparedResult {
    private static final Column PARAMETER = Column.text("?");

    private PreparedResult() {}

    /**
     * Writes all packets of the answer to COM_STMT_PREPARE.
     *
     * <pre>
     * 1    0
     * 4    statement id
     * 2    columns
     * 2    parameters
     * 1    0
     * 2    warnings
     * 1    1, if optional metadata was agreed on: definitions of columns follow
     * </pre>
     */
    public static void encodePrepared(
            ByteBuf out,
            int id,
            int parameters,
            List<Column> columns,
            long capabilities,
            int status) {
        int sequence = 1;
        int start = Wire.begin(out, sequence++);
        out.writeByte(0).writeIntLE(id);
        out.writeShortLE(columns.size()).writeShortLE(parameters);
        out.writeByte(0).writeShortLE(0);
        if (Capabilities.has(capabilities, Capabilities.OPTIONAL_METADATA)) {
            out.writeByte(1);
        }
        Wire.end(out, start);
        boolean deprecateEof = Capabilities.has(capabilities, Capabilities.DEPRECATE_EOF);
        for (int i = 0; i < parameters; i++) {
            TextResult.encodeColumn(out, PARAMETER, capabilities, sequence++);
        }
        if (parameters > 0 && !deprecateEof) {
            TextResult.encodeEof(out, status, sequence++);
        }
        for (Column column : columns) {
            TextResult.encodeColumn(out, column, capabilities, sequence++);
        }
        if (!columns.isEmpty() && !deprecateEof) {
            TextResult.encodeEof(out, status, sequence);
        }
    }

    /**
     * Writes a row of the binary protocol: 0, then a bit for each NULL from the third bit on, then
     * the values.
     */
    static void encodeRow(
            ByteBuf out, List<Column> columns, List<@Nullable String> row, int sequence) {
        int start = Wire.begin(out, sequence);
        out.writeByte(0);
        int nulls = out.writerIndex();
        out.writeZero((columns.size() + 7 + 2) / 8);
        for (int i = 0; i < columns.size(); i++) {
            String value = row.get(i);
            if (value == null) {
                int at = nulls + (i + 2) / 8;
                out.setByte(at, out.getByte(at) | 1 << ((i + 2) % 8));
            } else if (columns.get(i).isText()) {
                Wire.writeLenEncString(out, value);
            } else {
                out.writeLongLE(Long.parseLong(value));
            }
        }
        Wire.end(out, start);
    }
}
