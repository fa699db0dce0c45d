package io.dbmanager.sync.seed;

import io.dbmanager.common.Position;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.TableCopier.DefinitionChanged;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at a repair, from one snapshot. */
final class RepairRun {
    private static final Logger log = LoggerFactory.getLogger(RepairRun.class);

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
    private final Throttle throttle;

    private final TableRepairs repairs;
    private final Set<TableName> copied = new HashSet<>();

    RepairRun(
            ServerConnector connector,
            ReplicationDialect sourceDialect,
            SeedSettings settings,
            SeedSource source,
            CopyTarget target,
            SeedListener listener,
            Throttle throttle,
            Optional<UndoneRows> undone) {
        this.connector = connector;
        this.sourceDialect = sourceDialect;
        this.settings = settings;
        this.source = source;
        this.target = target;
        this.listener = listener;
        this.undone = undone;
        this.throttle = throttle;
        this.copying =
                new CopyRun(
                        connector,
                        sourceDialect,
                        settings,
                        source,
                        List.of(target),
                        listener,
                        throttle);
        this.repairs =
                new TableRepairs(
                        target,
                        settings,
                        throttle,
                        undone.isPresent() ? Double.POSITIVE_INFINITY : DIFFERING_MAX);
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
                    .addKeyValue("rows", repairs.repaired())
                    .addKeyValue("tables", copied.size())
                    .log("repaired");
            return new RepairSeeder.Outcome.Repaired(position, repairs.repaired(), copied.size());
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
                        System::nanoTime,
                        throttle::slowed);
        listener.onProgress(target.name(), progress.current());
        for (Contents contents : List.of(Contents.NON_TRANSACTIONAL, Contents.TRANSACTIONAL)) {
            List<Table> group = tables.stream().filter(t -> t.contents() == contents).toList();
            List<Table> alike = group.stream().filter(t -> !made.contains(t.name())).toList();
            if (undone.isPresent()) {
                // All of it first: a row that comes may push another one out.
                compare(snapshot, alike, undone, progress);
            }
            compare(snapshot, alike, Optional.empty(), progress);
            if (repairs.tooMuchDiffers()) {
                return Optional.of(
                        repairs.repaired()
                                + " of the first "
                                + repairs.compared()
                                + " rows differ");
            }
            Set<TableName> anew =
                    alike.stream()
                            .map(Table::name)
                            .filter(repairs.needed()::contains)
                            .collect(Collectors.toSet());
            definitions.makeAgain(anew, snapshot.frozen());
            anew.addAll(group.stream().map(Table::name).filter(made::contains).toList());
            copying.copyTables(
                    snapshot, group.stream().filter(t -> anew.contains(t.name())).toList());
            copied.addAll(anew);
            if (contents == Contents.NON_TRANSACTIONAL) {
                snapshot.unlockTables();
            }
        }
        listener.onProgress(target.name(), progress.complete());
        return Optional.empty();
    }

    /**
     * @param saving where what differs is saved; then nothing is changed
     */
    private void compare(
            PrimarySnapshot snapshot,
            List<Table> tables,
            Optional<UndoneRows> saving,
            Progress progress)
            throws SyncException, SQLException, InterruptedException, DefinitionChanged {
        repairs.compare(
                snapshot,
                tables.stream().map(TableRepairs::whole).toList(),
                saving,
                progress,
                () -> listener.onProgress(target.name(), progress.current()));
        SyncException failure = target.failure();
        if (failure != null) {
            throw failure;
        }
    }
}
