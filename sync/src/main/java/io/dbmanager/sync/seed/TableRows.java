package io.dbmanager.sync.seed;

import io.dbmanager.common.SeedProgress;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.BothSides.Answers;
import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.CompareCheckpoint.Place;
import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import io.dbmanager.sync.seed.RangeSplitter.Split;
import io.dbmanager.sync.seed.TableCopier.DefinitionChanged;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Compares the rows of tables, part by part, while both servers are in use.
 *
 * <p>First both reckon a {@link TableDigest} of each part as they are, in nobody's way: where the
 * two are alike, the part is. Where they are not, one of them may only have been ahead of the
 * other; so what differs is looked at again at one position, twice, and only what then differs both
 * times is told of.
 */
final class TableRows {
    private static final int CONFIRMATIONS = 2;

    private final ComparePair pair;
    private final RangeSplitter splitter;
    private final RateLimit rateLimit;
    private final Progress progress;
    private final Consumer<SeedProgress> listener;
    private final Optional<CompareCheckpoint> checkpoint;

    /**
     * @param progress over all tables
     */
    TableRows(
            ComparePair pair,
            CompareSettings settings,
            Progress progress,
            Consumer<SeedProgress> listener,
            Optional<CompareCheckpoint> checkpoint) {
        this.pair = pair;
        this.splitter = new RangeSplitter(pair.sides().primary(), settings.rowsPerPart());
        this.rateLimit = new RateLimit(settings.bytesPerSecond(), System::nanoTime);
        this.progress = progress;
        this.listener = listener;
        this.checkpoint = checkpoint;
    }

    /** What is said of a table; empty if it is equal. */
    sealed interface Verdict {
        record Equal() implements Verdict {}

        record Differs(TableDifference difference) implements Verdict {}

        /**
         * @param why a phrase for people
         */
        record NotCompared(String why) implements Verdict {}
    }

    /** A part that may differ. */
    private record Suspect(int number, Unit unit) {}

    Verdict compare(Table table) throws SQLException, SyncException, InterruptedException {
        if (checkpoint.isPresent() && checkpoint.get().isEqual(table.name())) {
            tell(table.rowsEstimate(), table.bytesEstimate());
            return new Verdict.Equal();
        }
        try {
            Verdict verdict = compareParts(table);
            if (verdict instanceof Verdict.Equal) {
                checkpoint.ifPresent(at -> at.foundEqual(table.name()));
            }
            return verdict;
        } catch (SQLException e) {
            try {
                throw TableCopier.orDefinitionChanged(table, e);
            } catch (DefinitionChanged _) {
                return new Verdict.NotCompared("since it was altered meanwhile");
            }
        }
    }

    private Verdict compareParts(Table table)
            throws SQLException, SyncException, InterruptedException {
        List<Suspect> suspects = new ArrayList<>();
        Optional<Place> begun = checkpoint.flatMap(at -> at.place(table.name()));
        int parts = begun.map(Place::parts).orElse(0);
        Optional<Unit> next = Optional.of(whole(table, begun.map(Place::from)));
        while (next.isPresent()) {
            Unit unit = next.get();
            Optional<Unit> rest = Optional.empty();
            if (unit.isOpen()) {
                Split split = splitter.split(unit);
                unit = split.part();
                rest = split.rest();
            }
            parts++;
            if (digests(unit).isPresent()) {
                suspects.add(new Suspect(parts, unit));
            } else if (suspects.isEmpty()) {
                keepPlace(table, parts, rest);
            }
            next = rest;
        }
        return suspects.isEmpty() ? new Verdict.Equal() : confirm(table, parts, suspects);
    }

    private void keepPlace(Table table, int parts, Optional<Unit> rest) {
        if (checkpoint.isPresent()
                && rest.isPresent()
                && rest.get().range() instanceof KeyRange.Onwards(var from, _)) {
            from.ifPresent(
                    bound -> checkpoint.get().reached(new Place(table.name(), parts, bound)));
        }
    }

    private static Unit whole(Table table, Optional<List<String>> from) {
        boolean inParts = !table.rangeKey().isNone() && table.history() instanceof History.None;
        return new Unit(
                table,
                inParts ? new KeyRange.Onwards(from, Optional.empty()) : new KeyRange.Everything());
    }

    /** Both sides' digests where they differ; empty where they are alike. */
    private Optional<Answers<TableDigest>> digests(Unit unit)
            throws SQLException, SyncException, InterruptedException {
        Answers<TableDigest> digests = pair.sides().ask(session -> TableDigest.of(session, unit));
        long rows = digests.primary().rows();
        Table table = unit.table();
        long rowBytes = table.bytesEstimate() / Math.max(1, table.rowsEstimate());
        tell(rows, rows * rowBytes);
        rateLimit.pass(rows * rowBytes);
        return digests.primary().equals(digests.replica())
                ? Optional.empty()
                : Optional.of(digests);
    }

    private void tell(long rows, long bytes) {
        if (progress.add(rows, bytes)) {
            listener.accept(progress.current());
        }
    }

    private Verdict confirm(Table table, int parts, List<Suspect> suspects)
            throws SQLException, SyncException, InterruptedException {
        List<Suspect> remaining = suspects;
        List<TableDifference.Part> found = new ArrayList<>();
        for (int round = 1; round <= CONFIRMATIONS; round++) {
            List<Suspect> looked = remaining;
            List<Suspect> differing = new ArrayList<>();
            boolean last = round == CONFIRMATIONS;
            found.clear();
            boolean still =
                    table.contents() == Contents.TRANSACTIONAL
                            ? pair.atOnePosition(table, () -> look(looked, differing, last, found))
                            : lookOneByOne(table, looked, differing, last, found);
            if (!still) {
                return new Verdict.NotCompared(
                        "since it stayed locked, or the replica too far behind");
            }
            remaining = differing;
            if (remaining.isEmpty()) {
                return new Verdict.Equal();
            }
        }
        return new Verdict.Differs(new TableDifference(table, parts, found));
    }

    /** The lock of a table without snapshots is let go after each part. */
    private boolean lookOneByOne(
            Table table,
            List<Suspect> suspects,
            List<Suspect> differing,
            boolean last,
            List<TableDifference.Part> found)
            throws SQLException, SyncException, InterruptedException {
        for (Suspect suspect : suspects) {
            boolean still =
                    pair.atOnePosition(table, () -> look(List.of(suspect), differing, last, found));
            if (!still) {
                return false;
            }
        }
        return true;
    }

    private void look(
            List<Suspect> suspects,
            List<Suspect> differing,
            boolean last,
            List<TableDifference.Part> found)
            throws SQLException, SyncException, InterruptedException {
        for (Suspect suspect : suspects) {
            Optional<Answers<TableDigest>> digests = digests(suspect.unit());
            if (digests.isPresent()) {
                differing.add(suspect);
                if (last) {
                    found.add(tellOf(suspect, digests.get()));
                }
            }
        }
    }

    private TableDifference.Part tellOf(Suspect suspect, Answers<TableDigest> digests)
            throws SQLException, SyncException, InterruptedException {
        Unit unit = suspect.unit();
        boolean named = !(unit.range() instanceof KeyRange.Everything);
        long rows = Math.max(digests.primary().rows(), digests.replica().rows());
        return new TableDifference.Part(
                suspect.number(),
                digests.primary().rows(),
                digests.replica().rows(),
                named
                        ? Optional.of(RowDifferences.find(pair.sides(), unit, rows))
                        : Optional.empty());
    }
}
