package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

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

    /**
     * All rows of a table, or those in a range of its key.
     *
     * @param replicas which lack them; empty for all that lack the table
     */
    record Unit(Table table, KeyRange range, Set<String> replicas) {
        Unit {
            replicas = Set.copyOf(replicas);
        }

        Unit(Table table, KeyRange range) {
            this(table, range, Set.of());
        }

        /** Another part for the same replicas. */
        Unit with(KeyRange other) {
            return new Unit(table, other, replicas);
        }

        boolean isFor(String replica) {
            return replicas.isEmpty() || replicas.contains(replica);
        }

        /** Whether it is everything from somewhere on, of which a part is to be split off. */
        boolean isOpen() {
            return range instanceof KeyRange.Onwards;
        }
    }

    /** Part of a table, by its {@link RangeKey}. */
    sealed interface KeyRange {
        record Everything() implements KeyRange {}

        /**
         * More than is read at once. Where its first part ends is looked for only when it is read:
         * the rows passed on the way are then still in the source's memory.
         *
         * @param from first bound in it; empty for the first row
         * @param below first bound not in it; empty for all that there is
         */
        record Onwards(Optional<List<String>> from, Optional<List<String>> below)
                implements KeyRange {
            static final Onwards ALL = new Onwards(Optional.empty(), Optional.empty());
        }

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
        return of(tables, rowsPerUnit, _ -> Map.of());
    }

    /**
     * @param reached how far each replica that lacks a table has come with it, {@linkplain
     *     Reached#inOrder in order}; empty where none has begun
     */
    static CopyPlan of(
            List<Table> tables,
            long rowsPerUnit,
            Function<TableName, Map<String, Reached>> reached) {
        List<Unit> locked = new ArrayList<>();
        List<Unit> rest = new ArrayList<>();
        tables.stream()
                .filter(Table::hasRows)
                .sorted(Comparator.comparingLong(Table::bytesEstimate).reversed())
                .forEach(table -> {
                    List<Unit> units =
                            table.contents() == Contents.NON_TRANSACTIONAL ? locked : rest;
                    Map<String, Reached> begun = reached.apply(table.name());
                    if (begun.values().stream().anyMatch(r -> !r.isNothing())) {
                        Reached.rests(begun)
                                .forEach(lacking ->
                                        units.add(
                                                new Unit(
                                                        table,
                                                        lacking.range(),
                                                        lacking.replicas())));
                    } else {
                        units.add(
                                new Unit(
                                        table,
                                        isSplit(table, rowsPerUnit)
                                                ? KeyRange.Onwards.ALL
                                                : new KeyRange.Everything()));
                    }
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
