package io.dbmanager.sync.seed;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.TableCopier.DefinitionChanged;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy to one target that was cut off and goes on: tables that were finished then keep their rows
 * and are compared with the new snapshot; all else comes anew.
 *
 * <p>What was noted as finished only says which tables are worth comparing. Their definitions are
 * looked at on both sides, and so is each of their rows, by its hash; so it does no harm if the
 * note is wrong, or what happened since. A table that is in doubt is copied again.
 */
final class Resumption {
    private static final Logger log = LoggerFactory.getLogger(Resumption.class);
    private static final int NAMES_TOLD = 20;

    private final CopyTarget target;
    private final Catalog wanted;
    private final DefinitionRepair definitions;
    private final Set<TableName> kept;

    private Resumption(
            CopyTarget target, Catalog wanted, DefinitionRepair definitions, Set<TableName> kept) {
        this.target = target;
        this.wanted = wanted;
        this.definitions = definitions;
        this.kept = kept;
    }

    /** Whether a table is worth noting as finished: tables without snapshots stay locked. */
    static boolean canKeep(Table table) {
        return table.contents() == Contents.TRANSACTIONAL
                && table.history() instanceof History.None;
    }

    /**
     * Looks for what is left of a copy that was cut off. Changes nothing.
     *
     * @param lateKeys of tables that are made without them, if they come anew
     * @return empty where nothing is left that can be used
     */
    static Optional<Resumption> find(
            CopyTarget target,
            SeedSource source,
            ServerObjects objects,
            Catalog wanted,
            Map<TableName, LateKeys> lateKeys)
            throws SQLException {
        Optional<SeedMarker.Finished> finished =
                SeedMarker.finished(target.admin(), !target.target().version().isMariaDb());
        if (finished.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> obstacle = obstacle(finished.get(), target, source, objects);
        if (obstacle.isPresent()) {
            startsOver(target, obstacle.get());
            return Optional.empty();
        }
        Set<TableName> keepable =
                wanted.tables().stream()
                        .filter(Resumption::canKeep)
                        .map(Table::name)
                        .filter(finished.get().tables()::contains)
                        .collect(Collectors.toSet());
        Catalog present = new CatalogReader(target.admin(), target.target().version()).read();
        DefinitionRepair definitions =
                new DefinitionRepair(
                        target, wanted, present, Optional.empty(), keepable::contains, lateKeys);
        Set<TableName> kept = new HashSet<>(keepable);
        kept.removeAll(definitions.tablesToMake());
        tellOfOthers(target, finished.get().tables(), kept);
        if (kept.isEmpty()) {
            startsOver(target, "no table that was finished is defined now as it was");
            return Optional.empty();
        }
        return Optional.of(new Resumption(target, wanted, definitions, kept));
    }

    private static Optional<String> obstacle(
            SeedMarker.Finished finished,
            CopyTarget target,
            SeedSource source,
            ServerObjects objects)
            throws SQLException {
        if (!finished.identity().equals(source.identity())) {
            return Optional.of("it came from another primary (" + finished.identity() + ")");
        }
        if (!source.isOfTheSeriesOf(target.target().version())) {
            return Optional.of("definitions of servers of different series cannot be compared");
        }
        return objects.hasSameTablespaces(target)
                ? Optional.empty()
                : Optional.of("the primary's tablespaces have changed");
    }

    private static void startsOver(CopyTarget target, String why) {
        log.atInfo()
                .addKeyValue("server", target.name())
                .addKeyValue("reason", why)
                .log("nothing is kept of the copy that was cut off");
    }

    private static void tellOfOthers(
            CopyTarget target, Set<TableName> finished, Set<TableName> kept) {
        Set<TableName> others = new TreeSet<>(finished);
        others.removeAll(kept);
        if (!others.isEmpty()) {
            log.atInfo()
                    .addKeyValue("server", target.name())
                    .addKeyValue("tables", others.size())
                    .addKeyValue("first", names(others))
                    .log(
                            "tables that were finished are not kept, since the primary has them no"
                                    + " more, or defined otherwise");
        }
    }

    private static String names(Set<TableName> tables) {
        return tables.stream()
                .limit(NAMES_TOLD)
                .map(TableName::display)
                .collect(Collectors.joining(", "));
    }

    /** Drops and makes all but what is kept; the others are empty then, and need their rows. */
    void define(PrimarySnapshot.Frozen frozen) throws SQLException, InterruptedException {
        Set<TableName> notKept = new HashSet<>(finishedBefore());
        notKept.removeAll(kept);
        SeedMarker.forgetFinished(target.admin(), notKept);
        lose(definitions.apply(frozen), "a view that is invalid on the primary needed it anew");
        target.keep(kept);
        long tables = wanted.tables().stream().filter(Table::hasRows).count();
        target.note("resumes: %d of %d tables kept".formatted(kept.size(), tables));
    }

    private Set<TableName> finishedBefore() throws SQLException {
        return SeedMarker.finished(target.admin(), !target.target().version().isMariaDb())
                .map(SeedMarker.Finished::tables)
                .orElse(Set.of());
    }

    /** These are empty now. */
    private void lose(Set<TableName> tables, String why) throws SQLException {
        Set<TableName> lost = new TreeSet<>(tables);
        lost.retainAll(kept);
        if (!lost.isEmpty()) {
            SeedMarker.forgetFinished(target.admin(), lost);
            kept.removeAll(lost);
            log.atInfo()
                    .addKeyValue("server", target.name())
                    .addKeyValue("tables", names(lost))
                    .addKeyValue("reason", why)
                    .log("tables that were kept are copied again");
        }
    }

    /** Rows in the tables that are kept, about. */
    long rowsEstimate() {
        return keptTables().stream().mapToLong(Table::rowsEstimate).sum();
    }

    private List<Table> keptTables() {
        return wanted.tables().stream()
                .filter(table -> kept.contains(table.name()))
                .sorted(Comparator.comparingLong(Table::bytesEstimate).reversed())
                .toList();
    }

    /**
     * Makes the rows of what is kept those of the snapshot. Tables of which that cannot be done one
     * by one are made anew, empty, and kept no more. A target that fails drops out.
     */
    void bringUpToDate(
            PrimarySnapshot snapshot, SeedSettings settings, Progress progress, Runnable report)
            throws SyncException, SQLException, InterruptedException, DefinitionChanged {
        if (!target.alive()) {
            return;
        }
        TableRepairs repairs = new TableRepairs(target, settings, Double.POSITIVE_INFINITY);
        repairs.compare(snapshot, keptTables(), Optional.empty(), progress, report);
        if (!target.alive()) {
            return;
        }
        try {
            definitions.makeAgain(repairs.needed(), snapshot.frozen());
            lose(repairs.needed(), "they differ and do not take single rows");
        } catch (SQLException e) {
            target.fail(CopyTarget.failure(target.name(), "could not be resumed", e));
            return;
        }
        target.keep(kept);
        log.atInfo()
                .addKeyValue("server", target.name())
                .addKeyValue("tables", kept.size())
                .addKeyValue("rows", repairs.repaired())
                .log("tables that were kept are as the primary's again");
    }

    /** What comes after all rows. */
    void finish(PrimarySnapshot.Frozen frozen) throws SQLException {
        definitions.finish(frozen);
    }
}
