package io.dbmanager.sync.seed;

import java.util.List;

/**
 * Packs rows into {@code INSERT} statements of bounded size. A row larger than the bound gets a
 * statement of its own.
 */
final class InsertStatements implements RowPacker {
    /** Large enough that the round trip costs little, small enough to have several under way. */
    static final int STATEMENT_BYTES = 1 << 20;

    private final List<Column> columns;
    private final byte[] head;
    private final Sink sink;
    private final SqlBuffer buffer = new SqlBuffer(STATEMENT_BYTES / 4);
    private int rows;

    /** Takes finished statements; may block to slow the reader down. */
    interface Sink {
        void statement(String packed, int rows) throws InterruptedException;
    }

    InsertStatements(String quotedTable, List<Column> columns, Sink sink) {
        this("INSERT", quotedTable, columns, sink);
    }

    /** The same as {@code REPLACE}: rows that stand in the way go. */
    static InsertStatements replacing(String quotedTable, List<Column> columns, Sink sink) {
        return new InsertStatements("REPLACE", quotedTable, columns, sink);
    }

    private InsertStatements(String verb, String quotedTable, List<Column> columns, Sink sink) {
        this.columns = columns;
        this.sink = sink;
        List<String> names = columns.stream().map(c -> Packed.quoteName(c.name())).toList();
        head =
                Packed.bytes(
                        verb
                                + " INTO "
                                + quotedTable
                                + " ("
                                + String.join(",", names)
                                + ") VALUES ");
    }

    @Override
    public long add(RowView row) throws InterruptedException {
        int before = buffer.length();
        if (rows == 0) {
            buffer.append(head);
        } else {
            buffer.append(',');
        }
        buffer.append('(');
        for (int i = 0; i < columns.size(); i++) {
            if (i > 0) {
                buffer.append(',');
            }
            if (row.isNull(i)) {
                buffer.append("NULL");
            } else {
                columns.get(i).write(row, i, buffer);
            }
        }
        buffer.append(')');
        rows++;
        if (buffer.length() > STATEMENT_BYTES && rows > 1 && before > 0) {
            splitBeforeLast(before);
        }
        if (buffer.length() >= STATEMENT_BYTES) {
            flush();
        }
        return row.size();
    }

    /** Sends all rows but the last, which would have made the statement too large. */
    private void splitBeforeLast(int lengthBefore) throws InterruptedException {
        String all = buffer.toPacked();
        sink.statement(all.substring(0, lengthBefore), rows - 1);
        buffer.truncate(0);
        buffer.append(head).append(all.substring(lengthBefore + 1));
        rows = 1;
    }

    @Override
    public void flush() throws InterruptedException {
        if (rows == 0) {
            return;
        }
        String statement = buffer.toPacked();
        int itsRows = rows;
        // Before it is handed over, which may take long: a huge row is then held once only.
        buffer.truncate(0);
        buffer.shrinkTo(2 * STATEMENT_BYTES);
        rows = 0;
        sink.statement(statement, itsRows);
    }
}
