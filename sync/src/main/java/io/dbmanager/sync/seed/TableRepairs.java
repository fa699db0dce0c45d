package io.dbmanager.sync.seed;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.BothSides.ReplicaFailed;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import io.dbmanager.sync.seed.TableCopier.DefinitionChanged;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes tables of one replica equal to a snapshot's, part by part, with all of its readers at once:
 * see {@link RowRepair}. Tables that do not take single rows are only named.
 *
 * <p>A replica that fails drops out, and leaves the snapshot as it is for others.
 */
final class TableRepairs {
    /** Below this nothing is said about how much differs. */
    private static final long ROWS_JUDGED = 200_000;

    private final CopyTarget target;
    private final SeedSettings settings;
    private final Throttle throttle;
    private final double differingMax;

    private final Set<TableName> needed = ConcurrentHashMap.newKeySet();
    private final Set<TableName> warned = TableCopier.newWarningLog();
    private final ConcurrentMap<TableName, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final LongAdder compared = new LongAdder();
    private final LongAdder repaired = new LongAdder();

    /**
     * @param differingMax which share of the rows may differ before it gives up
     */
    TableRepairs(CopyTarget target, SeedSettings settings, Throttle throttle, double differingMax) {
        this.target = target;
        this.settings = settings;
        this.throttle = throttle;
        this.differingMax = differingMax;
    }

    /** Tables that have to come anew: see {@link RowRepair.Outcome.TableNeeded}. */
    Set<TableName> needed() {
        return needed;
    }

    /** Rows that were compared so far, about. */
    long compared() {
        return compared.sum();
    }

    /** Rows that differed and are equal now. */
    long repaired() {
        return repaired.sum();
    }

    /** Whether it has given up, since a copy costs less. */
    boolean tooMuchDiffers() {
        return compared.sum() >= ROWS_JUDGED && repaired.sum() > differingMax * compared.sum();
    }

    /**
     * Compares tables or parts of them, and makes them equal or saves what differs. Look whether
     * the target is still {@linkplain CopyTarget#alive alive} afterwards.
     *
     * @param saving where what differs is saved; then nothing is changed
     * @param report called now and then to tell of progress
     */
    void compare(
            PrimarySnapshot snapshot,
            List<Unit> units,
            Optional<UndoneRows> saving,
            Progress progress,
            Runnable report)
            throws SyncException, SQLException, InterruptedException, DefinitionChanged {
        if (units.isEmpty()) {
            return;
        }
        UnitQueue queue = new UnitQueue(units);
        Workers workers = new Workers("repair", snapshot::abort);
        for (ByteSession reader : snapshot.readers()) {
            workers.start(() -> {
                try (RowRepair repair =
                        new RowRepair(
                                reader,
                                target,
                                saving,
                                name -> locks.computeIfAbsent(name, _ -> new ReentrantLock()),
                                warned)) {
                    RangeSplitter splitter = new RangeSplitter(reader, settings.rowsPerUnit());
                    work(repair, saving.isPresent(), queue, splitter, progress, report);
                } catch (ReplicaFailed e) {
                    target.fail(CopyTarget.failure(target.name(), "could not be repaired", e));
                }
            });
        }
        workers.await();
    }

    /** All of a table, in parts where it can be. */
    static Unit whole(Table table) {
        boolean inParts =
                !table.rangeKey().isNone()
                        && !table.columns().isEmpty()
                        && table.history() instanceof History.None;
        return new Unit(table, inParts ? KeyRange.Onwards.ALL : new KeyRange.Everything());
    }

    private void work(
            RowRepair repair,
            boolean saving,
            UnitQueue queue,
            RangeSplitter splitter,
            Progress progress,
            Runnable report)
            throws SyncException, SQLException, InterruptedException, DefinitionChanged {
        for (Optional<Unit> next = queue.take(); next.isPresent(); next = queue.take()) {
            long begun = System.nanoTime();
            Unit unit = next.get();
            if (unit.isOpen()) {
                unit = CopyRun.partOf(unit, queue, splitter);
            }
            Table table = unit.table();
            if (needed.contains(table.name()) || tooMuchDiffers() || !target.alive()) {
                continue;
            }
            long rows =
                    Math.clamp(
                            table.rowsEstimate(),
                            1,
                            CopyPlan.rowsPerUnit(table, settings.rowsPerUnit()));
            switch (repair.repair(unit, rows)) {
                case RowRepair.Outcome.Equal() -> {}
                case RowRepair.Outcome.Repaired(long changed) -> repaired.add(changed);
                case RowRepair.Outcome.Saved() -> {}
                case RowRepair.Outcome.TableNeeded() -> {
                    // What a table that is made again held is saved when it goes.
                    if (!saving) {
                        needed.add(table.name());
                    }
                }
            }
            throttle.pause(System.nanoTime() - begun);
            compared.add(rows);
            long rowBytes = table.bytesEstimate() / Math.max(1, table.rowsEstimate());
            if (progress.add(rows, rows * rowBytes)) {
                report.run();
            }
        }
    }
}
