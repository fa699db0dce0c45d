package io.dbmanager.sync.seed;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Position;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import io.dbmanager.sync.seed.RangeSplitter.Split;
import io.dbmanager.sync.seed.TableCopier.DefinitionChanged;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at a copy, from one snapshot. */
final class CopyRun {
    private static final Logger log = LoggerFactory.getLogger(CopyRun.class);

    private final ServerConnector connector;
    private final ReplicationDialect sourceDialect;
    private final SeedSettings settings;
    private final SeedSource source;
    private final List<CopyTarget> targets;
    private final SeedListener listener;
    private final RateLimit rateLimit;
    private final Throttle throttle;
    private final Map<CopyTarget, Resumption> resumed = new ConcurrentHashMap<>();

    /** Something to do on one target. */
    private interface Work {
        void on(CopyTarget target) throws SQLException, SyncException, InterruptedException;
    }

    CopyRun(
            ServerConnector connector,
            ReplicationDialect sourceDialect,
            SeedSettings settings,
            SeedSource source,
            List<CopyTarget> targets,
            SeedListener listener,
            Throttle throttle) {
        this.connector = connector;
        this.sourceDialect = sourceDialect;
        this.settings = settings;
        this.source = source;
        this.targets = List.copyOf(targets);
        this.listener = listener;
        this.throttle = throttle;
        this.rateLimit = new RateLimit(settings.bytesPerSecond(), System::nanoTime);
    }

    Position run() throws SyncException, SQLException, InterruptedException, DefinitionChanged {
        try (PrimarySnapshot snapshot =
                PrimarySnapshot.open(
                        connector,
                        sourceDialect,
                        source,
                        settings.threads(),
                        !targets.stream().allMatch(this::isSameSeries))) {
            requireUnchanged(snapshot);
            Catalog catalog = snapshot.catalog();
            explainWhatIsLost(catalog);
            log.atInfo()
                    .addKeyValue("server", source.server().name())
                    .addKeyValue("tables", catalog.tables().size())
                    .addKeyValue(
                            "data_bytes",
                            catalog.tables().stream().mapToLong(Table::bytesEstimate).sum())
                    .log("copy begins");
            Map<TableName, LateKeys> lateKeys = LateKeys.of(catalog, settings.rowsForLateKeys());
            onEach("could not be wiped and defined", target -> define(target, snapshot, lateKeys));
            copyRows(snapshot, lateKeys);
            if (snapshot.tablesReplaced()) {
                throw new DefinitionChanged("a table was rebuilt or exchanged");
            }
            onEach(
                    "did not take triggers and events",
                    target -> finishDefinitions(target, snapshot));
            onEach("could not be completed", target -> complete(target, snapshot));
            Position position = snapshot.frozen().position();
            log.atInfo()
                    .addKeyValue("server", source.server().name())
                    .addKeyValue("position", position)
                    .addKeyValue("tables", catalog.tables().size())
                    .log("copied");
            return position;
        }
    }

    static void requireUnchanged(PrimarySnapshot snapshot) throws SQLException, DefinitionChanged {
        List<String> changed = snapshot.changedDefinitions();
        if (!changed.isEmpty()) {
            throw new DefinitionChanged(changed.getFirst());
        }
    }

    private void explainWhatIsLost(Catalog catalog) {
        for (Table table : catalog.tables()) {
            if (table.history() instanceof History.Lost(String why)) {
                targets.forEach(target ->
                        target.note(
                                "the history of table "
                                        + table.name().display()
                                        + " was left out, since "
                                        + why));
            }
        }
    }

    private void define(
            CopyTarget target, PrimarySnapshot snapshot, Map<TableName, LateKeys> lateKeys)
            throws SQLException, InterruptedException {
        Catalog catalog = snapshot.catalog();
        ServerObjects objects = new ServerObjects(connector, source);
        Optional<Resumption> resumption =
                Resumption.find(target, source, objects, catalog, lateKeys);
        if (resumption.isPresent()) {
            target.goOn();
        } else {
            target.beginCopy(source.primary().name());
        }
        if (!source.version().isMariaDb() && !source.version().atLeast(8, 0, 0)) {
            // What MySQL 5.7 means by utf8mb4 alone.
            target.defaultUtf8mb4Collation("utf8mb4_general_ci");
        }
        // What tables and events refer to by name or number comes first.
        if (resumption.isPresent()) {
            new TimeZones(connector, source).copyTo(target);
            objects.copyReferenceSystemsTo(target);
            resumption.get().define(snapshot.frozen());
            resumed.put(target, resumption.get());
            return;
        }
        target.keep(Set.of(), Map.of(), Set.of());
        DefinitionWriter definitions = new DefinitionWriter(target, catalog, lateKeys);
        definitions.wipe();
        new TimeZones(connector, source).copyTo(target);
        objects.copyTo(target);
        definitions.createSchemas();
        definitions.createTables(snapshot.frozen());
        definitions.createRoutinesAndViews(snapshot.frozen(), Set.of());
        log.atInfo()
                .addKeyValue("server", target.name())
                .addKeyValue("tables", catalog.tables().size())
                .log("replica wiped and defined anew");
    }

    private void finishDefinitions(CopyTarget target, PrimarySnapshot snapshot)
            throws SQLException {
        Resumption resumption = resumed.get(target);
        if (resumption != null) {
            resumption.finish(snapshot.frozen());
            return;
        }
        DefinitionWriter definitions = new DefinitionWriter(target, snapshot.catalog());
        definitions.setCountersAfterRows(snapshot.frozen());
        definitions.createTriggersAndEvents();
    }

    private void copyRows(PrimarySnapshot snapshot, Map<TableName, LateKeys> lateKeys)
            throws SyncException, SQLException, InterruptedException, DefinitionChanged {
        List<Table> tables = snapshot.catalog().tables();
        CopyPlan plan = CopyPlan.of(lacking(tables), settings.rowsPerUnit());
        long rows =
                rowsEstimate(lacking(tables))
                        + resumed.values().stream().mapToLong(Resumption::rowsEstimate).sum();
        Progress progress = progress(rows);
        Optional<String> noteAs = Optional.of(source.identity());
        report(progress, false);
        runWorkers(snapshot, plan.locked(), lateKeys, progress, noteAs);
        snapshot.unlockTables();
        if (!resumed.isEmpty()) {
            goBackTogether();
            for (Resumption resumption : resumed.values()) {
                resumption.bringUpToDate(
                        snapshot, settings, throttle, progress, () -> report(progress, false));
            }
            // Some of what was kept may have to come anew.
            plan = CopyPlan.of(lacking(tables), settings.rowsPerUnit(), this::reached);
        }
        runWorkers(snapshot, plan.rest(), lateKeys, progress, noteAs);
        report(progress, true);
    }

    /** Large tables that were cut off in their middle: each row of what they lack is read once. */
    private void goBackTogether() throws SyncException, InterruptedException {
        Map<TableName, Map<String, Reached>> together = new HashMap<>();
        for (Resumption resumption : resumed.values()) {
            for (Table table : resumption.begun()) {
                together.computeIfAbsent(table.name(), name -> Reached.inOrder(reached(name)));
            }
        }
        onEach(
                "could not be resumed",
                target -> {
                    Resumption resumption = resumed.get(target);
                    if (resumption != null) {
                        for (Table table : resumption.begun()) {
                            Reached to =
                                    together.getOrDefault(table.name(), Map.of())
                                            .get(target.name());
                            resumption.goBack(table, to == null ? Reached.NOTHING : to);
                        }
                    }
                });
    }

    /** How far each target that lacks a table has come with it. */
    private Map<String, Reached> reached(TableName table) {
        return alive().stream()
                .filter(target -> !target.keeps(table))
                .collect(Collectors.toMap(CopyTarget::name, target -> target.reached(table)));
    }

    /** Those that one of the targets does not keep. */
    private List<Table> lacking(List<Table> tables) {
        return tables.stream()
                .filter(table -> alive().stream().anyMatch(target -> !target.keeps(table.name())))
                .toList();
    }

    private static long rowsEstimate(List<Table> tables) {
        return tables.stream().filter(Table::hasRows).mapToLong(Table::rowsEstimate).sum();
    }

    /** Copies the rows of some tables into empty ones. */
    void copyTables(PrimarySnapshot snapshot, List<Table> tables)
            throws SyncException, SQLException, InterruptedException, DefinitionChanged {
        CopyPlan plan = CopyPlan.of(tables, settings.rowsPerUnit());
        Progress progress = progress(rowsEstimate(tables));
        runWorkers(snapshot, plan.locked(), Map.of(), progress, Optional.empty());
        runWorkers(snapshot, plan.rest(), Map.of(), progress, Optional.empty());
    }

    private Progress progress(long rows) {
        return new Progress("copy", rows, System::nanoTime, throttle::slowed);
    }

    private void report(Progress progress, boolean complete) {
        for (CopyTarget target : targets) {
            if (target.alive()) {
                listener.onProgress(
                        target.name(), complete ? progress.complete() : progress.current());
            }
        }
    }

    private void runWorkers(
            PrimarySnapshot snapshot,
            List<Unit> units,
            Map<TableName, LateKeys> lateKeys,
            Progress progress,
            Optional<String> noteAs)
            throws SyncException, SQLException, InterruptedException, DefinitionChanged {
        if (units.isEmpty()) {
            return;
        }
        UnitQueue queue = new UnitQueue(units);
        Set<TableName> warned = TableCopier.newWarningLog();
        Workers workers = new Workers("copy", snapshot::abort);
        for (ByteSession reader : snapshot.readers()) {
            workers.start(() -> {
                try (TableCopier copier =
                        new TableCopier(
                                reader,
                                alive(),
                                rateLimit,
                                throttle,
                                progress,
                                () -> report(progress, false),
                                noteAs,
                                warned)) {
                    copyAll(
                            copier,
                            queue,
                            new RangeSplitter(reader, settings.rowsPerUnit()),
                            lateKeys);
                }
            });
        }
        workers.await();
    }

    private static void copyAll(
            TableCopier copier,
            UnitQueue queue,
            RangeSplitter splitter,
            Map<TableName, LateKeys> lateKeys)
            throws SyncException, SQLException, InterruptedException, DefinitionChanged {
        for (Optional<Unit> next = queue.take(); next.isPresent(); next = queue.take()) {
            Unit unit = next.get();
            Unit part = unit.isOpen() ? partOf(unit, queue, splitter) : unit;
            copier.copy(part);
            LateKeys keys = lateKeys.get(part.table().name());
            if (queue.isTablesLast(part)) {
                if (keys != null) {
                    copier.addKeys(part.table(), keys);
                }
                copier.noteFinished(part.table());
            }
        }
        copier.finish();
    }

    /** The first part of what is open; the rest goes back into the queue. */
    static Unit partOf(Unit open, UnitQueue queue, RangeSplitter splitter)
            throws SQLException, DefinitionChanged {
        Optional<Unit> rest = Optional.empty();
        try {
            Split split = splitter.split(open);
            rest = split.rest();
            return split.part();
        } catch (SQLException e) {
            throw TableCopier.orDefinitionChanged(open.table(), e);
        } finally {
            queue.giveBack(rest);
        }
    }

    private List<CopyTarget> alive() {
        return targets.stream().filter(CopyTarget::alive).toList();
    }

    /** What comes last: read-only schemas, settings, accounts. */
    void complete(CopyTarget target, PrimarySnapshot snapshot)
            throws SQLException, SyncException, InterruptedException {
        new DefinitionWriter(target, snapshot.catalog()).closeSchemas();
        target.restoreGlobals();
        copyAccounts(target, snapshot.frozen());
    }

    private void copyAccounts(CopyTarget target, PrimarySnapshot.Frozen frozen)
            throws SQLException, SyncException, InterruptedException {
        SystemRows wanted = frozen.systemRows();
        SystemRows present = SystemRows.read(target.admin());
        Credentials login = source.server().credentials();
        if (frozen.accounts().isPresent() && !isSameSeries(target)) {
            new AccountTranslation(
                            connector,
                            target,
                            frozen.accounts().get(),
                            wanted,
                            frozen.sourceAccount(),
                            login)
                    .apply();
        } else {
            new AccountRows(connector, target, AccountRows.fitted(wanted, present), login)
                    .exchange(present);
        }
    }

    private boolean isSameSeries(CopyTarget target) {
        return source.isOfTheSeriesOf(target.target().version());
    }

    /** Does something on all targets side by side; who fails drops out. */
    private void onEach(String failedTo, Work work) throws SyncException, InterruptedException {
        Workers workers = new Workers("seed", () -> {});
        for (CopyTarget target : alive()) {
            workers.start(() -> {
                try {
                    work.on(target);
                } catch (SQLException e) {
                    target.fail(CopyTarget.failure(target.name(), failedTo, e));
                } catch (SyncException e) {
                    target.fail(e);
                }
            });
        }
        try {
            workers.await();
        } catch (SQLException | DefinitionChanged e) {
            throw new IllegalStateException("work on a target does not throw these", e);
        }
        if (alive().isEmpty()) {
            throw noneLeft();
        }
    }

    private SyncException noneLeft() {
        for (CopyTarget target : targets) {
            SyncException why = target.failure();
            if (why != null) {
                return new SyncException(
                        targets.size() == 1
                                ? String.valueOf(why.getMessage())
                                : "all replicas dropped out of the copy; the first since "
                                        + why.getMessage(),
                        why);
            }
        }
        return new SyncException("there is no replica to copy to");
    }
}
