package io.dbmanager.sync.seed;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import io.dbmanager.sync.seed.TableCopier.DefinitionChanged;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy to one target that was cut off and goes on: tables that were finished then keep their rows
 * and are compared with the new snapshot, and so are those of a large table as far as it had come,
 * whose rest is copied; all else comes anew.
 *
 * <p>What was noted as finished only says what is worth comparing. Definitions are looked at on
 * both sides, and so is each of the rows, by its hash; so it does no harm if the note is wrong, or
 * what happened since. A table that is in doubt is copied again.
 */
final class Resumption {
    private static final Logger log = LoggerFactory.getLogger(Resumption.class);
    private static final int NAMES_TOLD = 20;
    private static final int ROWS_PER_DELETE = 10_000;

    private final CopyTarget target;
    private final Catalog wanted;
    private final DefinitionRepair definitions;
    private final String identity;
    private final Set<TableName> kept;

    /** How far those have come that were not finished. */
    private final Map<TableName, Reached> begun;

    /** Which of those have the keys that come after the rows. */
    private final Set<TableName> keyed;

    private Resumption(
            CopyTarget target,
            Catalog wanted,
            DefinitionRepair definitions,
            String identity,
            Set<TableName> kept,
            Map<TableName, Reached> begun,
            Set<TableName> keyed) {
        this.target = target;
        this.wanted = wanted;
        this.definitions = definitions;
        this.identity = identity;
        this.kept = kept;
        this.begun = begun;
        this.keyed = keyed;
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
        Catalog present = new CatalogReader(target.admin(), target.target().version()).read();
        Map<TableName, Reached> begun = finished.get().begun();
        DefinitionRepair definitions =
                new DefinitionRepair(
                        target,
                        wanted,
                        present,
                        Optional.empty(),
                        (table, there) ->
                                canKeep(table)
                                        && (finished.get().tables().contains(table.name())
                                                ? isAlike(table, there)
                                                : canGoOn(table, there, begun, lateKeys)),
                        lateKeys);
        Set<TableName> stay = wanted.tables().stream().map(Table::name).collect(Collectors.toSet());
        stay.removeAll(definitions.tablesToMake());
        Set<TableName> kept = new HashSet<>(finished.get().tables());
        kept.retainAll(stay);
        tellOfOthers(target, finished.get().tables(), kept);
        Map<TableName, Reached> goOn = new HashMap<>(begun);
        goOn.keySet().retainAll(stay);
        if (kept.isEmpty() && goOn.isEmpty()) {
            startsOver(target, "no table that was finished is defined now as it was");
            return Optional.empty();
        }
        Map<TableName, Table> there = present.tablesByName();
        Set<TableName> keyed =
                wanted.tables().stream()
                        .filter(table -> goOn.containsKey(table.name()))
                        .filter(table -> isAlike(table, there.get(table.name())))
                        .map(Table::name)
                        .collect(Collectors.toSet());
        return Optional.of(
                new Resumption(target, wanted, definitions, source.identity(), kept, goOn, keyed));
    }

    private static boolean isAlike(Table table, @Nullable Table there) {
        return there != null && there.create().equals(table.create());
    }

    /**
     * Large tables get keys after their rows, so one that is not finished may not have them yet.
     */
    private static boolean canGoOn(
            Table table,
            Table there,
            Map<TableName, Reached> begun,
            Map<TableName, LateKeys> lateKeys) {
        Reached reached = begun.get(table.name());
        LateKeys keys = lateKeys.get(table.name());
        return reached != null
                && reached.bounds().getLast().size() == table.rangeKey().parts().size()
                && (isAlike(table, there)
                        || (keys != null && keys.create().equals(there.create())));
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
        Set<TableName> notKept = new HashSet<>();
        SeedMarker.finished(target.admin(), !target.target().version().isMariaDb())
                .ifPresent(noted -> {
                    notKept.addAll(noted.tables());
                    notKept.addAll(noted.begun().keySet());
                });
        notKept.removeAll(kept);
        notKept.removeAll(begun.keySet());
        SeedMarker.forget(target.admin(), notKept);
        definitions.apply(frozen);
        tellTarget();
        long tables = wanted.tables().stream().filter(Table::hasRows).count();
        target.note(
                "resumes: %d of %d tables kept".formatted(kept.size(), tables)
                        + (begun.isEmpty() ? "" : ", and part of %d more".formatted(begun.size())));
    }

    private void tellTarget() {
        target.keep(kept, begun, keyed);
    }

    /** These are empty now. */
    private void lose(Set<TableName> tables, String why) throws SQLException {
        Set<TableName> lost = new TreeSet<>(tables);
        lost.removeIf(table -> !kept.contains(table) && !begun.containsKey(table));
        if (!lost.isEmpty()) {
            SeedMarker.forget(target.admin(), lost);
            kept.removeAll(lost);
            begun.keySet().removeAll(lost);
            keyed.removeAll(lost);
            log.atInfo()
                    .addKeyValue("server", target.name())
                    .addKeyValue("tables", names(lost))
                    .addKeyValue("reason", why)
                    .log("tables that were kept are copied again");
        }
    }

    /** Large tables that were not finished, of which something is there. */
    List<Table> begun() {
        return wanted.tables().stream().filter(t -> begun.containsKey(t.name())).toList();
    }

    /**
     * Goes back to where a table that was begun can be gone on with on all replicas together. What
     * rows it has from there on are of parts that were cut off, or that lie behind one: they go.
     */
    void goBack(Table table, Reached to) throws SQLException {
        SeedMarker.reached(target.admin(), identity, table.name(), to);
        Optional<List<String>> end = to.end();
        if (end.isPresent()) {
            begun.put(table.name(), to);
            deleteFrom(end.get(), table);
        } else {
            begun.remove(table.name());
            target.admin().run("TRUNCATE TABLE " + table.name().sql());
        }
        tellTarget();
    }

    /** From the end, so that no row is passed that stays. */
    private void deleteFrom(List<String> bound, Table table) throws SQLException {
        RangeKey key = table.rangeKey();
        String delete =
                "DELETE FROM "
                        + table.name().sql()
                        + " WHERE "
                        + key.atLeast(bound)
                        + " ORDER BY "
                        + key.columnsDescending()
                        + " LIMIT "
                        + ROWS_PER_DELETE;
        do {
            target.admin().run(delete);
        } while (!target.admin().column("SELECT ROW_COUNT()").equals(List.of("0")));
    }

    /** Rows in the tables that are kept, about. */
    long rowsEstimate() {
        return wanted.tables().stream()
                .filter(table -> kept.contains(table.name()))
                .mapToLong(Table::rowsEstimate)
                .sum();
    }

    /** What there is to compare; the largest first. */
    private List<Unit> units() {
        return wanted.tables().stream()
                .filter(table -> kept.contains(table.name()) || begun.containsKey(table.name()))
                .sorted(Comparator.comparingLong(Table::bytesEstimate).reversed())
                .map(table -> {
                    Reached reached = begun.get(table.name());
                    return reached == null
                            ? TableRepairs.whole(table)
                            : new Unit(
                                    table, new KeyRange.Onwards(Optional.empty(), reached.end()));
                })
                .toList();
    }

    /**
     * Makes the rows of what is kept those of the snapshot. Tables of which that cannot be done one
     * by one are made anew, empty, and kept no more. A target that fails drops out.
     */
    void bringUpToDate(
            PrimarySnapshot snapshot,
            SeedSettings settings,
            Throttle throttle,
            Progress progress,
            Runnable report)
            throws SyncException, SQLException, InterruptedException, DefinitionChanged {
        if (!target.alive()) {
            return;
        }
        TableRepairs repairs =
                new TableRepairs(target, settings, throttle, Double.POSITIVE_INFINITY);
        repairs.compare(snapshot, units(), Optional.empty(), progress, report);
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
        tellTarget();
        log.atInfo()
                .addKeyValue("server", target.name())
                .addKeyValue("tables", kept.size())
                .addKeyValue("begun", begun.size())
                .addKeyValue("rows", repairs.repaired())
                .log("tables that were kept are as the primary's again");
    }

    /** What comes after all rows. */
    void finish(PrimarySnapshot.Frozen frozen) throws SQLException {
        definitions.finish(frozen);
    }
}
