package io.dbmanager.sync.seed;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.BothSides.Answers;
import io.dbmanager.sync.seed.BothSides.ReplicaFailed;
import io.dbmanager.sync.seed.ByteSession.Warning;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import io.dbmanager.sync.seed.TableCopier.DefinitionChanged;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes parts of tables equal on one replica that stands still, by exchanging the rows that differ.
 * One per worker thread: it has a reader of the primary's snapshot and a session on the replica.
 *
 * <p>Of what differs in a part, all rows of the replica go before the primary's come, in one
 * transaction. What a row of the primary stands in the way of in another part, by a unique key, is
 * no row of the primary, so it has to go anyway, and whoever comes to that part sees it missing:
 * hence {@code REPLACE}. Only one worker at a time writes to a table, so that none waits for
 * another's locks.
 */
final class RowRepair implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RowRepair.class);
    private static final int KEYS_PER_STATEMENT = 500;

    /** A part of which one in so many rows differs is exchanged as a whole. */
    private static final long WHOLE_BELOW = 3;

    private final ByteSession reader;
    private final CopyTarget target;
    private final ByteSession replica;
    private final Optional<UndoneRows> undone;
    private final Function<TableName, ReentrantLock> locks;
    private final Set<TableName> warned;

    /** What became of a part. */
    sealed interface Outcome {
        record Equal() implements Outcome {}

        record Repaired(long rows) implements Outcome {}

        /** It differs, and nothing has been done but to save the replica's rows. */
        record Saved() implements Outcome {}

        /** The whole table has to come anew: its rows have no names, or cannot be exchanged. */
        record TableNeeded() implements Outcome {}
    }

    /** The replica does not take single rows of this table. */
    private static final class NotTaken extends Exception {
        private static final long serialVersionUID = 1L;

        NotTaken(SQLException cause) {
            super(cause);
        }
    }

    /**
     * @param reader of the snapshot
     * @param undone where the replica's rows that differ are saved; then nothing is changed
     * @param locks the one lock for writing to each table
     */
    RowRepair(
            ByteSession reader,
            CopyTarget target,
            Optional<UndoneRows> undone,
            Function<TableName, ReentrantLock> locks,
            Set<TableName> warned)
            throws ReplicaFailed {
        this.reader = reader;
        this.target = target;
        this.undone = undone;
        this.locks = locks;
        this.warned = warned;
        this.replica = open(target);
    }

    private static ByteSession open(CopyTarget target) throws ReplicaFailed {
        try {
            ByteSession session = target.openForRows();
            // Rows that stand in the way must be seen, and what another worker has done.
            session.run("SET SESSION unique_checks = 1");
            session.run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
            return session;
        } catch (SQLException e) {
            throw new ReplicaFailed(e);
        }
    }

    /**
     * Compares a part, and makes it equal, or saves what differs.
     *
     * @param rows about how many there are in it
     */
    Outcome repair(Unit unit, long rows)
            throws SQLException, SyncException, InterruptedException, DefinitionChanged {
        try {
            Outcome outcome = compareAndExchange(unit, rows);
            end("COMMIT");
            SnapshotOpener.letGoOfTables(reader);
            return outcome;
        } catch (NotTaken e) {
            log.atInfo()
                    .addKeyValue("server", target.name())
                    .addKeyValue("table", unit.table().name().display())
                    .addKeyValue("reason", String.valueOf(e.getCause()))
                    .log("the table is copied, since it does not take single rows");
            end("ROLLBACK");
            SnapshotOpener.letGoOfTables(reader);
            return new Outcome.TableNeeded();
        } catch (ReplicaFailed e) {
            throw e;
        } catch (SQLException e) {
            throw TableCopier.orDefinitionChanged(unit.table(), e);
        }
    }

    private Outcome compareAndExchange(Unit unit, long rows)
            throws SQLException, SyncException, InterruptedException, NotTaken {
        BothSides sides = new BothSides(reader, replica);
        if (unit.range() instanceof KeyRange.Everything) {
            return compareWhole(sides, unit);
        }
        RowDifferences found = RowDifferences.find(sides, unit, rows);
        if (found.rows() == 0) {
            return new Outcome.Equal();
        }
        List<String> conditions = conditions(unit, found, rows);
        if (undone.isPresent()) {
            save(undone.get(), unit.table(), conditions);
            return new Outcome.Saved();
        }
        exchange(unit.table(), conditions);
        return new Outcome.Repaired(found.rows());
    }

    private void save(UndoneRows into, Table table, List<String> conditions)
            throws SQLException, InterruptedException {
        for (String condition : conditions) {
            into.rows(replica, table, where(condition));
        }
        into.force();
    }

    private static Optional<String> where(String condition) {
        return Optional.of(condition).filter(c -> !c.isEmpty());
    }

    private static Outcome compareWhole(BothSides sides, Unit unit)
            throws SQLException, SyncException, InterruptedException {
        Table table = unit.table();
        if (table.history() instanceof History.Lost) {
            return new Outcome.TableNeeded();
        }
        Unit withHistory = new Unit(table.with(TableCopier.columns(table)), unit.range());
        Answers<TableDigest> digests = sides.ask(session -> TableDigest.of(session, withHistory));
        return digests.primary().equals(digests.replica())
                ? new Outcome.Equal()
                : new Outcome.TableNeeded();
    }

    private void exchange(Table table, List<String> conditions)
            throws SQLException, InterruptedException, NotTaken {
        ReentrantLock lock = locks.apply(table.name());
        lock.lockInterruptibly();
        try {
            for (String condition : conditions) {
                onReplica(
                        "DELETE FROM "
                                + table.name().sql()
                                + where(condition).map(c -> " WHERE " + c).orElse(""));
            }
            for (String condition : conditions) {
                ship(table, condition);
            }
            // Before the next worker comes to the table.
            end("COMMIT");
        } finally {
            lock.unlock();
        }
    }

    /** Conditions that together name all rows that differ; an empty one is the whole table. */
    private static List<String> conditions(Unit unit, RowDifferences found, long rows) {
        List<List<String>> keys = found.keys().orElse(List.of());
        if (keys.isEmpty() || keys.size() > Math.max(KEYS_PER_STATEMENT, rows / WHOLE_BELOW)) {
            return List.of(TableCopier.condition(unit));
        }
        List<String> conditions = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += KEYS_PER_STATEMENT) {
            int to = Math.min(keys.size(), from + KEYS_PER_STATEMENT);
            conditions.add(unit.table().rangeKey().anyOf(keys.subList(from, to)));
        }
        return conditions;
    }

    private void ship(Table table, String condition)
            throws SQLException, InterruptedException, NotTaken {
        List<Column> columns = table.columns();
        StringJoiner expressions = new StringJoiner(", ");
        columns.forEach(column -> expressions.add(column.readExpression()));
        StatementQueue statements = new StatementQueue();
        InsertStatements packer =
                InsertStatements.replacing(table.name().sql(), columns, statements::add);
        AtomicReference<@Nullable NotTaken> refused = new AtomicReference<>();
        reader.stream(
                "SELECT "
                        + expressions
                        + " FROM "
                        + table.name().sql()
                        + " FORCE INDEX (PRIMARY)"
                        + (condition.isEmpty() ? "" : " WHERE " + condition),
                row -> {
                    if (refused.get() == null) {
                        var _ = packer.add(row);
                        refused.set(store(statements, table));
                    }
                });
        if (refused.get() == null) {
            packer.flush();
            refused.set(store(statements, table));
        }
        NotTaken why = refused.get();
        if (why != null) {
            throw why;
        }
    }

    /** Returns what the replica does not take; the stream must be read to its end all the same. */
    private @Nullable NotTaken store(StatementQueue statements, Table table) throws SQLException {
        try {
            statements.drain(sql -> {
                for (Warning warning : replica.runAndWarn(sql)) {
                    TableCopier.warn(target, table.name(), warning, warned);
                }
            });
            return null;
        } catch (SQLException e) {
            return orLost(e);
        }
    }

    private void onReplica(String statement) throws SQLException, NotTaken {
        try {
            replica.run(statement);
        } catch (SQLException e) {
            throw orLost(e);
        }
    }

    private void end(String statement) throws ReplicaFailed {
        try {
            replica.run(statement);
        } catch (SQLException e) {
            throw new ReplicaFailed(e);
        }
    }

    private static NotTaken orLost(SQLException e) throws ReplicaFailed {
        if (DefinitionWriter.isLost(e)) {
            throw new ReplicaFailed(e);
        }
        return new NotTaken(e);
    }

    @Override
    public void close() {
        replica.close();
    }
}
