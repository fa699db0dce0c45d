package io.dbmanager.sync.seed;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table in the lines that {@code LOAD DATA} reads: a line per row, a tab between
 * values. Whatever could be taken for a tab, a line's end or an escape is escaped, so that a value
 * of any bytes arrives as it is.
 */
final class RowBatch {
    static final byte TAB = '\t';
    static final byte END = '\n';
    static final byte ESCAPE = '\\';

    private final RowTable table;
    private final byte[] lines;
    private final int rows;

    /**
     * @param lines not to be written to any more
     */
    RowBatch(RowTable table, byte[] lines, int rows) {
        this.table = table;
        this.lines = lines;
        this.rows = rows;
    }

    RowTable table() {
        return table;
    }

    int rows() {
        return rows;
    }

    int bytes() {
        return lines.length;
    }

    /** Where rows go: a table's name in quotes and its columns. */
    record RowTable(TableName name, List<Column> columns) {
        RowTable {
            columns = List.copyOf(columns);
        }

        /**
         * Values are bytes that go into their columns as they are; those that must be something
         * else first pass through a variable. {@code LOCAL} makes duplicates and wrong values
         * warnings: who runs this looks at them.
         */
        String loadStatement() {
            StringJoiner fields = new StringJoiner(", ", " (", ")");
            StringJoiner assignments = new StringJoiner(", ", " SET ", "");
            assignments.setEmptyValue("");
            for (int i = 0; i < columns.size(); i++) {
                Column column = columns.get(i);
                String variable = "@dbmanager_" + i;
                switch (column.conversionOf(variable)) {
                    case null -> fields.add(Packed.quoteName(column.name()));
                    case String conversion -> {
                        fields.add(variable);
                        assignments.add(Packed.quoteName(column.name()) + " = " + conversion);
                    }
                }
            }
            // Not its first words, by which the driver would know it and encode it by itself.
            return "/* rows */ LOAD DATA LOCAL INFILE 'rows' INTO TABLE "
                    + name.sql()
                    + " CHARACTER SET binary FIELDS TERMINATED BY '\\t' ENCLOSED BY '' ESCAPED BY"
                    + " '\\\\' LINES STARTING BY '' TERMINATED BY '\\n'"
                    + fields
                    + assignments;
        }
    }

    /** Not to be written to. */
    byte[] lines() {
        return lines;
    }

    /** The same rows for a server that does not take lines. */
    void toInserts(InsertStatements.Sink sink) throws InterruptedException {
        InsertStatements inserts = new InsertStatements(table.name().sql(), table.columns(), sink);
        byte[] @Nullable [] values = new byte[table.columns().size()] @Nullable [];
        int at = 0;
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < values.length; i++) {
                int end = endOfValue(at);
                values[i] = value(at, end);
                at = end + 1;
            }
            var _ = inserts.add(RowView.of(values));
        }
        inserts.flush();
    }

    private int endOfValue(int from) {
        int at = from;
        while (lines[at] != TAB && lines[at] != END) {
            at += lines[at] == ESCAPE ? 2 : 1;
        }
        return at;
    }

    private byte @Nullable [] value(int from, int end) {
        if (end - from == 2 && lines[from] == ESCAPE && lines[from + 1] == 'N') {
            return null;
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream(end - from);
        for (int at = from; at < end; at++) {
            value.write(lines[at] == ESCAPE ? unescaped(lines[++at]) : lines[at]);
        }
        return value.toByteArray();
    }

    private static byte unescaped(byte letter) {
        return switch (letter) {
            case 't' -> TAB;
            case 'n' -> END;
            default -> letter;
        };
    }
}
