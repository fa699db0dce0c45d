package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which rows are copied in which order: units that are independent of each other, so that any
 * number of workers may take them one by one.
 *
 * @param locked units of tables that must not be written while they are read; first, so that their
 *     locks on the source are let go soon
 * @param rest units of tables that are read from the snapshot; the largest first, so that no worker
 *     is left alone with one at the end
 */
record CopyPlan(List<Unit> locked, List<Unit> rest) {
    /** A unit of wide rows has fewer. */
    private static final long BYTES_PER_UNIT = 64L << 20;

    CopyPlan {
        locked = List.copyOf(locked);
        rest = List.copyOf(rest);
    }

    /** All rows of a table, or those in a range of its key. */
    record Unit(Table table, KeyRange range) {
        /** Whether it is everything from somewhere on, of which a part is to be split off. */
        boolean isOpen() {
            return range instanceof KeyRange.Onwards;
        }
    }

    /** Part of a table, by its {@link RangeKey}. */
    sealed interface KeyRange {
        record Everything() implements KeyRange {}

        /**
         * All from a bound on, more than is read at once. Where its first part ends is looked for
         * only when it is read: the rows passed on the way are then still in the source's memory.
         */
        record Onwards(Optional<List<String>> from) implements KeyRange {}

        /**
         * @param from first bound in it; the lowest part has none
         * @param below first bound not in it; the highest part has none
         */
        record Part(Optional<List<String>> from, Optional<List<String>> below)
                implements KeyRange {}
    }

    /**
     * @param rowsPerUnit tables not twice as large are one unit
     */
    static CopyPlan of(List<Table> tables, long rowsPerUnit) {
        List<Unit> locked = new ArrayList<>();
        List<Unit> rest = new ArrayList<>();
        tables.stream()
                .filter(Table::hasRows)
                .sorted(Comparator.comparingLong(Table::bytesEstimate).reversed())
                .forEach(table -> {
                    List<Unit> units =
                            table.contents() == Contents.NON_TRANSACTIONAL ? locked : rest;
                    units.add(
                            new Unit(
                                    table,
                                    isSplit(table, rowsPerUnit)
                                            ? new KeyRange.Onwards(Optional.empty())
                                            : new KeyRange.Everything()));
                });
        return new CopyPlan(locked, rest);
    }

    private static boolean isSplit(Table table, long rowsPerUnit) {
        return table.contents() == Contents.TRANSACTIONAL
                && !table.rangeKey().isNone()
                && table.history() instanceof History.None
                && table.rowsEstimate() >= 2 * rowsPerUnit(table, rowsPerUnit);
    }

    static long rowsPerUnit(Table table, long limit) {
        long rowBytes = Math.max(1, table.bytesEstimate() / Math.max(1, table.rowsEstimate()));
        return Math.clamp(BYTES_PER_UNIT / rowBytes, 1, limit);
    }
}
