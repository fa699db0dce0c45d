package io.dbmanager.sync.seed;

import io.dbmanager.common.Position;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import io.dbmanager.sync.seed.TableCopier.DefinitionChanged;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at a repair, from one snapshot. */
final class RepairRun {
    private static final Logger log = LoggerFactory.getLogger(RepairRun.class);

    /** Below this nothing is said about how much differs. */
    private static final long ROWS_JUDGED = 200_000;

    /** Where two rows of five differ, a copy costs less. */
    private static final double DIFFERING_MAX = 0.4;

    private final ServerConnector connector;
    private final ReplicationDialect sourceDialect;
    private final SeedSettings settings;
    private final SeedSource source;
    private final CopyTarget target;
    private final SeedListener listener;
    private final Optional<UndoneRows> undone;
    private final CopyRun copying;

    private final Set<TableName> copied = ConcurrentHashMap.newKeySet();
    private final Set<TableName> warned = TableCopier.newWarningLog();
    private final ConcurrentMap<TableName, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final LongAdder compared = new LongAdder();
    private final LongAdder repaired = new LongAdder();

    RepairRun(
            ServerConnector connector,
            ReplicationDialect sourceDialect,
            SeedSettings settings,
            SeedSource source,
            CopyTarget target,
            SeedListener listener,
            Optional<UndoneRows> undone) {
        this.connector = connector;
        this.sourceDialect = sourceDialect;
        this.settings = settings;
        this.source = source;
        this.target = target;
        this.listener = listener;
        this.undone = undone;
        this.copying =
                new CopyRun(connector, sourceDialect, settings, source, List.of(target), listener);
    }

    RepairSeeder.Outcome run()
            throws SyncException, SQLException, InterruptedException, DefinitionChanged {
        try (PrimarySnapshot snapshot =
                PrimarySnapshot.open(connector, sourceDialect, source, settings.threads(), false)) {
            CopyRun.requireUnchanged(snapshot);
            Catalog wanted = snapshot.catalog();
            Catalog present = new CatalogReader(target.admin(), target.target().version()).read();
            DefinitionRepair definitions = new DefinitionRepair(target, wanted, present, undone);
            ServerObjects objects = new ServerObjects(connector, source);
            // What is to be saved first is saved here only: a copy wipes.
            Optional<String> tooDifferent =
                    undone.isPresent()
                            ? Optional.empty()
                            : tooManyTables(wanted, definitions.tablesToMake());
            if (tooDifferent.isEmpty() && !objects.hasSameTablespaces(target)) {
                tooDifferent = Optional.of("it has other tablespaces");
            }
            if (tooDifferent.isPresent()) {
                return new RepairSeeder.Outcome.TooDifferent(tooDifferent.get());
            }
            target.begin(source.server().name());
            new TimeZones(connector, source).copyTo(target);
            objects.copyReferenceSystemsTo(target);
            Set<TableName> made = definitions.tablesToMake();
            definitions.apply(snapshot.frozen());
            Optional<String> gaveUp = repairRows(snapshot, definitions, made);
            if (gaveUp.isPresent()) {
                return new RepairSeeder.Outcome.TooDifferent(gaveUp.get());
            }
            if (snapshot.tablesReplaced()) {
                throw new DefinitionChanged("a table was rebuilt or exchanged");
            }
            definitions.finish(snapshot.frozen());
            copying.complete(target, snapshot);
            Position position = snapshot.frozen().position();
            log.atInfo()
                    .addKeyValue("server", target.name())
                    .addKeyValue("position", position)
                    .addKeyValue("rows", repaired.sum())
                    .addKeyValue("tables", copied.size())
                    .log("repaired");
            return new RepairSeeder.Outcome.Repaired(position, repaired.sum(), copied.size());
        }
    }

    private static Optional<String> tooManyTables(Catalog wanted, Set<TableName> toMake) {
        long all = 0;
        long missing = 0;
        for (Table table : wanted.tables()) {
            if (table.hasRows()) {
                all += table.bytesEstimate();
                missing += toMake.contains(table.name()) ? table.bytesEstimate() : 0;
            }
        }
        return missing * 2 > all
                ? Optional.of(
                        toMake.size()
                                + " tables are missing or defined otherwise, which hold most of the"
                                + " data")
                : Optional.empty();
    }

    /** Tables without snapshots first, so that their locks on the source are let go soon. */
    private Optional<String> repairRows(
            PrimarySnapshot snapshot, DefinitionRepair definitions, Set<TableName> made)
            throws SyncException, SQLException, InterruptedException, DefinitionChanged {
        List<Table> tables =
                snapshot.catalog().tables().stream()
                        .filter(Table::hasRows)
                        .sorted(Comparator.comparingLong(Table::bytesEstimate).reversed())
                        .toList();
        Progress progress =
                new Progress(
                        "repair",
                        tables.stream().mapToLong(Table::rowsEstimate).sum(),
                        System::nanoTime);
        listener.onProgress(target.name(), progress.current());
        for (Contents contents : List.of(Contents.NON_TRANSACTIONAL, Contents.TRANSACTIONAL)) {
            List<Table> group = tables.stream().filter(t -> t.contents() == contents).toList();
            List<Table> alike = group.stream().filter(t -> !made.contains(t.name())).toList();
            if (undone.isPresent()) {
                // All of it first: a row that comes may push another one out.
                compareAll(snapshot, alike, undone, progress);
            }
            compareAll(snapshot, alike, Optional.empty(), progress);
            if (tooMuchDiffers()) {
                return Optional.of(
                        repaired.sum() + " of the first " + compared.sum() + " rows differ");
            }
            definitions.makeAgain(
                    alike.stream()
                            .map(Table::name)
                            .filter(copied::contains)
                            .collect(java.util.stream.Collectors.toSet()),
                    snapshot.frozen());
            copied.addAll(group.stream().map(Table::name).filter(made::contains).toList());
            copying.copyTables(
                    snapshot, group.stream().filter(t -> copied.contains(t.name())).toList());
            if (contents == Contents.NON_TRANSACTIONAL) {
                snapshot.unlockTables();
            }
        }
        listener.onProgress(target.name(), progress.complete());
        return Optional.empty();
    }

    private boolean tooMuchDiffers() {
        return undone.isEmpty()
                && compared.sum() >= ROWS_JUDGED
                && repaired.sum() > DIFFERING_MAX * compared.sum();
    }

    /**
     * @param saving where what differs is saved; then nothing is changed
     */
    private void compareAll(
            PrimarySnapshot snapshot,
            List<Table> tables,
            Optional<UndoneRows> saving,
            Progress progress)
            throws SyncException, SQLException, InterruptedException, DefinitionChanged {
        List<Unit> units = new ArrayList<>();
        for (Table table : tables) {
            boolean inParts =
                    !table.rangeKey().isNone()
                            && !table.columns().isEmpty()
                            && table.history() instanceof History.None;
            units.add(
                    new Unit(
                            table,
                            inParts
                                    ? new KeyRange.Onwards(Optional.empty())
                                    : new KeyRange.Everything()));
        }
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
                    work(
                            repair,
                            saving.isPresent(),
                            queue,
                            new RangeSplitter(reader, settings.rowsPerUnit()),
                            progress);
                }
            });
        }
        workers.await();
    }

    private void work(
            RowRepair repair,
            boolean saving,
            UnitQueue queue,
            RangeSplitter splitter,
            Progress progress)
            throws SyncException, SQLException, InterruptedException, DefinitionChanged {
        for (Optional<Unit> next = queue.take(); next.isPresent(); next = queue.take()) {
            Unit unit = next.get();
            if (unit.isOpen()) {
                unit = CopyRun.partOf(unit, queue, splitter);
            }
            Table table = unit.table();
            if (copied.contains(table.name()) || tooMuchDiffers()) {
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
                        copied.add(table.name());
                    }
                }
            }
            compared.add(rows);
            long rowBytes = table.bytesEstimate() / Math.max(1, table.rowsEstimate());
            if (progress.add(rows, rows * rowBytes)) {
                listener.onProgress(target.name(), progress.current());
            }
        }
    }
}
