package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.Table;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

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
    /** Tables smaller than this are one unit. */
    private static final long ROWS_PER_UNIT = 250_000;

    private static final int UNITS_PER_TABLE_MAX = 64;

    CopyPlan {
        locked = List.copyOf(locked);
        rest = List.copyOf(rest);
    }

    /** All rows of a table, or those in a range of its key. */
    record Unit(Table table, KeyRange range) {}

    /** Part of a table, by the integer column that its primary key begins with. */
    sealed interface KeyRange {
        record Everything() implements KeyRange {}

        /**
         * @param from first value in it; the lowest part has none
         * @param below first value not in it; the highest part has none
         */
        record Part(java.util.Optional<BigInteger> from, java.util.Optional<BigInteger> below)
                implements KeyRange {}
    }

    /** The least and greatest values of a table's range key in the snapshot. */
    record KeyBounds(BigInteger least, BigInteger greatest) {}

    /** Whether it is worth asking for the bounds of this table's key. */
    static boolean wantsBounds(Table table) {
        return table.contents() == Contents.TRANSACTIONAL
                && table.rangeKey().isPresent()
                && table.history() instanceof Catalog.History.None
                && table.rowsEstimate() >= 2 * ROWS_PER_UNIT;
    }

    /**
     * @param bounds of those tables that want them and have rows
     */
    static CopyPlan of(List<Table> tables, Map<TableName, KeyBounds> bounds) {
        List<Unit> locked = new ArrayList<>();
        List<Unit> rest = new ArrayList<>();
        tables.stream()
                .filter(Table::hasRows)
                .sorted(Comparator.comparingLong(Table::bytesEstimate).reversed())
                .forEach(table -> {
                    if (table.contents() == Contents.NON_TRANSACTIONAL) {
                        locked.add(new Unit(table, new KeyRange.Everything()));
                    } else {
                        rest.addAll(split(table, bounds.get(table.name())));
                    }
                });
        return new CopyPlan(locked, rest);
    }

    private static List<Unit> split(
            Table table, @org.jspecify.annotations.Nullable KeyBounds bounds) {
        if (bounds == null || !wantsBounds(table)) {
            return List.of(new Unit(table, new KeyRange.Everything()));
        }
        int parts = (int) Math.min(UNITS_PER_TABLE_MAX, table.rowsEstimate() / ROWS_PER_UNIT);
        return split(bounds, parts).stream().map(range -> new Unit(table, range)).toList();
    }

    /** Parts of equal width that together hold every value there can be, each once. */
    static List<KeyRange> split(KeyBounds bounds, int parts) {
        BigInteger width = bounds.greatest().subtract(bounds.least()).add(BigInteger.ONE);
        BigInteger step = width.divide(BigInteger.valueOf(parts)).max(BigInteger.ONE);
        List<BigInteger> cuts = new ArrayList<>();
        for (int i = 1; i < parts; i++) {
            BigInteger cut = bounds.least().add(step.multiply(BigInteger.valueOf(i)));
            if (cut.compareTo(bounds.greatest()) <= 0) {
                cuts.add(cut);
            }
        }
        List<KeyRange> ranges = new ArrayList<>();
        for (int i = 0; i <= cuts.size(); i++) {
            ranges.add(
                    new KeyRange.Part(
                            i == 0
                                    ? java.util.Optional.empty()
                                    : java.util.Optional.of(cuts.get(i - 1)),
                            i == cuts.size()
                                    ? java.util.Optional.empty()
                                    : java.util.Optional.of(cuts.get(i))));
        }
        return ranges;
    }
}
