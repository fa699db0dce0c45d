package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.RowBatch.RowTable;

/**
 * Packs rows into {@link RowBatch}es of bounded size. A huge row goes another way: a server that
 * loads it makes room for each value some kilobytes at a time, and copies what it has each time.
 */
final class RowBatches implements RowPacker {
    private final RowTable table;
    private final Sink sink;
    private final InsertStatements hugeRows;
    private final SqlBuffer buffer = new SqlBuffer(InsertStatements.STATEMENT_BYTES / 4);
    private final boolean[] json;
    private int rows;

    /** Takes finished batches; may block to slow the reader down. */
    interface Sink {
        void batch(RowBatch batch) throws InterruptedException;
    }

    RowBatches(RowTable table, Sink sink, InsertStatements.Sink hugeRows) {
        this.table = table;
        this.sink = sink;
        this.hugeRows = new InsertStatements(table.name().sql(), table.columns(), hugeRows);
        this.json = new boolean[table.columns().size()];
        for (int i = 0; i < json.length; i++) {
            json[i] = table.columns().get(i).isJson();
        }
    }

    @Override
    public long add(RowView row) throws InterruptedException {
        long bytes = row.size();
        if (bytes >= InsertStatements.STATEMENT_BYTES) {
            flush();
            var _ = hugeRows.add(row);
            hugeRows.flush();
            return bytes;
        }
        for (int i = 0; i < json.length; i++) {
            if (i > 0) {
                buffer.append((char) RowBatch.TAB);
            }
            if (row.isNull(i)) {
                buffer.append((char) RowBatch.ESCAPE).append('N');
            } else if (json[i]) {
                buffer.field(JsonText.withNegativeZeros(row.value(i)));
            } else {
                buffer.field(row.buffer(), row.start(i), row.end(i));
            }
        }
        buffer.append((char) RowBatch.END);
        rows++;
        if (buffer.length() >= InsertStatements.STATEMENT_BYTES) {
            flush();
        }
        return bytes;
    }

    @Override
    public void flush() throws InterruptedException {
        if (rows == 0) {
            return;
        }
        RowBatch batch = new RowBatch(table, buffer.toBytes(), rows);
        // Before it is handed over, which may take long: a huge row is then held once only.
        buffer.truncate(0);
        buffer.shrinkTo(2 * InsertStatements.STATEMENT_BYTES);
        rows = 0;
        sink.batch(batch);
    }
}
