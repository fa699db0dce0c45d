package io.dbmanager.sync.seed;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.ByteSession.Warning;
import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import io.dbmanager.sync.seed.RowBatch.RowTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads units of a {@link CopyPlan} once and stores each in all targets at the same time. One per
 * worker thread: it has a reader of the snapshot and a pipe to every target.
 *
 * <p>Memory is bounded whatever a table's size: one statement being built, those waiting in the
 * pipes, and there those of four megabytes that are not committed, each of a megabyte or of one
 * row. A statement of more than some megabytes is stored before the next row is read: so a row is
 * held at most eight times, as received, as values, as a statement that grows, and as one that is
 * being stored.
 */
final class TableCopier implements AutoCloseable {
    /** The table is not the one that the snapshot has: rebuilt (1412), gone, or renamed. */
    private static final Set<Integer> DEFINITION_CHANGED = Set.of(1412, 1146, 1054, 1049, 1109);

    private static final int DATA_TRUNCATED = 1265;
    private static final long COMMITTED_AT_ONCE = 256L << 10;
    private static final int NOTED_AT_ONCE = 50;

    private final ByteSession reader;
    private final List<StatementPipe> pipes = new ArrayList<>();
    private final RateLimit rateLimit;
    private final Throttle throttle;
    private final Progress progress;
    private final Runnable report;
    private final Optional<String> noteAs;
    private final List<TableName> notYetNoted = new ArrayList<>();

    /** Said when a table's definition changed while it was copied: the copy starts over. */
    static final class DefinitionChanged extends Exception {
        private static final long serialVersionUID = 1L;

        DefinitionChanged(String message) {
            super(message);
        }
    }

    /**
     * @param report called now and then to tell of progress
     * @param noteAs identity of the primary, if targets are to note which tables are finished
     */
    TableCopier(
            ByteSession reader,
            List<CopyTarget> targets,
            RateLimit rateLimit,
            Throttle throttle,
            Progress progress,
            Runnable report,
            Optional<String> noteAs,
            Set<TableName> toldOfWarnings) {
        this.reader = reader;
        this.rateLimit = rateLimit;
        this.throttle = throttle;
        this.progress = progress;
        this.report = report;
        this.noteAs = noteAs;
        for (CopyTarget target : targets) {
            try {
                pipes.add(
                        new StatementPipe(
                                target,
                                (table, warning) -> warn(target, table, warning, toldOfWarnings)));
            } catch (SQLException e) {
                target.fail(CopyTarget.failure(target.name(), "does not take rows", e));
            }
        }
    }

    static Set<TableName> newWarningLog() {
        return ConcurrentHashMap.newKeySet();
    }

    static void warn(CopyTarget target, TableName table, Warning warning, Set<TableName> told) {
        // ENUM's error value is stored as it is and warned of all the same.
        if (warning.code() != DATA_TRUNCATED && told.add(table)) {
            target.note(
                    "table "
                            + table.display()
                            + ": the server changed values while storing them (warning "
                            + warning.code()
                            + ")");
        }
    }

    /**
     * Copies a unit to the targets that need the table. It need not be stored for good when this
     * returns, if it is a small table: a thousand of them would each wait for a commit. See {@link
     * #finish}.
     */
    void copy(Unit unit)
            throws SQLException, InterruptedException, SyncException, DefinitionChanged {
        Table table = unit.table();
        List<StatementPipe> takers = takers(unit);
        if (takers.isEmpty()) {
            requireOneLeft();
            return;
        }
        List<Column> columns = columns(table);
        RowPacker packer = packer(table, columns, takers);
        Tally tally = new Tally();
        try {
            reader.<SyncException>stream(
                    select(unit, columns),
                    row -> {
                        long bytes = packer.add(row);
                        tally.row(bytes);
                    });
            tally.flush();
        } catch (SQLException e) {
            throw orDefinitionChanged(table, e);
        }
        SnapshotOpener.letGoOfTables(reader);
        packer.flush();
        notePart(unit, takers);
        // Servers warn of a transaction that writes to several tables without transactions; and who
        // copies a table's last part takes it that the others are stored.
        if (tally.all >= COMMITTED_AT_ONCE
                || table.contents() != Contents.TRANSACTIONAL
                || !(unit.range() instanceof KeyRange.Everything)) {
            finish();
        }
        requireOneLeft();
    }

    private List<StatementPipe> takers(Unit unit) {
        return pipes.stream()
                .filter(pipe -> pipe.target().alive())
                .filter(pipe -> !pipe.target().keeps(unit.table().name()))
                .filter(pipe -> unit.isFor(pipe.target().name()))
                .toList();
    }

    /**
     * Part of a large table is there, as soon as its rows are. Of the last part nothing is noted:
     * whoever brings it makes the table's keys, and notes all of it as finished.
     */
    private void notePart(Unit unit, List<StatementPipe> takers) throws InterruptedException {
        if (noteAs.isPresent()
                && Resumption.canKeep(unit.table())
                && unit.range() instanceof KeyRange.Part part
                && part.below().isPresent()) {
            String note = SeedMarker.noteParts(noteAs.get(), unit.table().name(), List.of(part));
            for (StatementPipe pipe : takers) {
                pipe.submit(SeedMarker.PARTS, note);
            }
        }
    }

    private void requireOneLeft() throws SyncException {
        if (pipes.stream().noneMatch(pipe -> pipe.target().alive())) {
            throw new SyncException("no replica is left to copy to");
        }
    }

    /** Returns when every target that is still alive has stored for good what was copied. */
    void finish() throws InterruptedException {
        submitNotes();
        for (StatementPipe pipe : pipes) {
            pipe.commit();
        }
    }

    /**
     * Makes the keys of a table that now has all its rows; returns when all targets have them. What
     * comes after the rows is the target's work alone: a failure there ends nobody else's.
     */
    void addKeys(Table table, LateKeys keys) throws InterruptedException {
        for (StatementPipe pipe : takers(new Unit(table, new KeyRange.Everything()))) {
            if (!pipe.target().hasKeys(table.name())) {
                pipe.submitDefinition(table.name(), keys.add());
            }
        }
        finish();
    }

    /**
     * A table has all its rows and keys on all targets. Those noted come after its rows in the same
     * session, so that none is noted which is not there.
     */
    void noteFinished(Table table) throws InterruptedException {
        if (noteAs.isPresent() && Resumption.canKeep(table)) {
            notYetNoted.add(table.name());
            if (notYetNoted.size() >= NOTED_AT_ONCE) {
                submitNotes();
            }
        }
    }

    private void submitNotes() throws InterruptedException {
        if (noteAs.isPresent() && !notYetNoted.isEmpty()) {
            for (StatementPipe pipe : pipes) {
                // Of what a target keeps it has a note already.
                pipe.submit(
                        SeedMarker.FINISHED, SeedMarker.noteFinished(noteAs.get(), notYetNoted));
            }
            notYetNoted.clear();
        }
    }

    /**
     * What has been read: told to the others now and then, since at each row it would cost much.
     */
    private final class Tally {
        private static final int ROWS_MAX = 256;
        private static final long BYTES_MAX = 64L << 10;

        private int rows;
        private long bytes;
        private long all;
        private long since = System.nanoTime();

        void row(long itsBytes) throws InterruptedException, SyncException {
            rows++;
            bytes += itsBytes;
            if (rows >= ROWS_MAX || bytes >= BYTES_MAX) {
                flush();
            }
        }

        void flush() throws InterruptedException, SyncException {
            throttle.pause(System.nanoTime() - since);
            rateLimit.pass(bytes);
            since = System.nanoTime();
            if (progress.add(rows, bytes)) {
                report.run();
            }
            all += bytes;
            rows = 0;
            bytes = 0;
        }
    }

    /**
     * @return what a reader of the table has said, to be thrown on
     * @throws DefinitionChanged if it means that the table is no longer the snapshot's
     */
    static SQLException orDefinitionChanged(Table table, SQLException e) throws DefinitionChanged {
        if (DEFINITION_CHANGED.contains(e.getErrorCode())) {
            throw new DefinitionChanged("table " + table.name().display());
        }
        return e;
    }

    private static RowPacker packer(Table table, List<Column> columns, List<StatementPipe> takers) {
        boolean loads = takers.stream().anyMatch(pipe -> pipe.target().takesLoads());
        return loads && isLoadable(table)
                ? new RowBatches(
                        new RowTable(table.name(), columns),
                        batch -> {
                            for (StatementPipe pipe : takers) {
                                pipe.submit(batch);
                            }
                        },
                        (sql, rows) -> submit(table, sql, takers))
                : new InsertStatements(
                        table.name().sql(), columns, (sql, rows) -> submit(table, sql, takers));
    }

    private static void submit(Table table, String sql, List<StatementPipe> takers)
            throws InterruptedException {
        for (StatementPipe pipe : takers) {
            pipe.submit(table.name(), sql);
        }
    }

    /** What is loaded must be possible to take back, and history is only inserted. */
    static boolean isLoadable(Table table) {
        return table.engine().equals("innodb")
                && table.contents() == Contents.TRANSACTIONAL
                && table.history() instanceof History.None
                && !table.columns().isEmpty();
    }

    static List<Column> columns(Table table) {
        List<Column> columns = new ArrayList<>(table.columns());
        if (table.history() instanceof History.Kept(String start, String end)) {
            columns.add(new Column(start, "timestamp"));
            columns.add(new Column(end, "timestamp"));
        }
        return columns;
    }

    static String select(Unit unit, List<Column> columns) {
        Table table = unit.table();
        StringJoiner expressions = new StringJoiner(", ", "SELECT ", " FROM ");
        columns.forEach(column -> expressions.add(column.readExpression()));
        if (columns.isEmpty()) {
            expressions.add("1");
        }
        String all = expressions + table.name().sql();
        if (table.history() instanceof History.Kept) {
            return all + " FOR SYSTEM_TIME ALL";
        }
        return all + where(unit);
    }

    /** What names a part of a table in a statement, after the table; empty text for all of it. */
    static String where(Unit unit) {
        String condition = condition(unit);
        return condition.isEmpty() ? "" : " FORCE INDEX (PRIMARY) WHERE " + condition;
    }

    /** The condition for a row to be in a part of a table; empty text for all of it. */
    static String condition(Unit unit) {
        return switch (unit.range()) {
            case KeyRange.Everything() -> "";
            case KeyRange.Onwards(var from, var below) -> condition(unit.table(), from, below);
            case KeyRange.Part(var from, var below) -> condition(unit.table(), from, below);
        };
    }

    private static String condition(
            Table table, Optional<List<String>> from, Optional<List<String>> below) {
        RangeKey key = table.rangeKey();
        StringJoiner conditions = new StringJoiner(" AND ");
        from.ifPresent(bound -> conditions.add(key.atLeast(bound)));
        below.ifPresent(bound -> conditions.add(key.below(bound)));
        return conditions.toString();
    }

    @Override
    public void close() {
        pipes.forEach(StatementPipe::close);
    }
}
