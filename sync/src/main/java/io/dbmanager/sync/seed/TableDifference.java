package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.Catalog.Table;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How the rows of a table differ, for people. Values are not told; keys only where they are
 * integers.
 *
 * @param parts how many the table was compared in
 * @param differing those that differ, by number from 1
 */
record TableDifference(Table table, int parts, List<Part> differing) {
    private static final int PARTS_SHOWN = 5;

    TableDifference {
        differing = List.copyOf(differing);
    }

    /**
     * A part that differs.
     *
     * @param primaryRows how many the primary has in it
     * @param rows which they are; empty where rows cannot be told by a key
     */
    record Part(int number, long primaryRows, long replicaRows, Optional<RowDifferences> rows) {}

    /** Such as {@code table shop.orders: 2 rows differ (1 missing, 1 changed), id 7 to 9}. */
    String describe() {
        String name = "table " + table.name().display() + ": ";
        return name + counts() + place() + keys();
    }

    private String counts() {
        if (differing.stream().anyMatch(part -> part.rows().isEmpty())) {
            long here = differing.stream().mapToLong(Part::primaryRows).sum();
            long there = differing.stream().mapToLong(Part::replicaRows).sum();
            return here == there
                    ? "rows differ among " + here
                    : "rows differ: " + there + " where the primary has " + here;
        }
        List<String> kinds = new ArrayList<>();
        long missing = sum(RowDifferences::missing);
        long extra = sum(RowDifferences::extra);
        long changed = sum(RowDifferences::changed);
        addKind(kinds, missing, "missing");
        addKind(kinds, extra, "extra");
        addKind(kinds, changed, "changed");
        long all = missing + extra + changed;
        return (all == 1 ? "1 row differs" : all + " rows differ")
                + " ("
                + String.join(", ", kinds)
                + ")";
    }

    private static void addKind(List<String> into, long count, String kind) {
        if (count > 0) {
            into.add(count + " " + kind);
        }
    }

    private long sum(java.util.function.ToLongFunction<RowDifferences> count) {
        return differing.stream().flatMap(part -> part.rows().stream()).mapToLong(count).sum();
    }

    private String place() {
        if (parts == 1) {
            return "";
        }
        List<String> numbers =
                differing.stream()
                        .limit(PARTS_SHOWN)
                        .map(part -> Integer.toString(part.number()))
                        .toList();
        int more = differing.size() - numbers.size();
        return ", in part"
                + (differing.size() == 1 ? " " : "s ")
                + String.join(", ", numbers)
                + (more > 0 ? " and " + more + " more" : "")
                + " of "
                + parts;
    }

    private String keys() {
        if (!table.firstKeyIsInteger()) {
            return "";
        }
        TreeSet<BigInteger> first = new TreeSet<>();
        for (Part part : differing) {
            Optional<List<List<String>>> keys = part.rows().flatMap(RowDifferences::keys);
            keys.ifPresent(all -> all.forEach(key -> first.add(new BigInteger(key.getFirst()))));
        }
        if (first.isEmpty()) {
            return "";
        }
        String column = Packed.toText(table.rangeKey().firstName());
        return ", "
                + column
                + " "
                + first.first()
                + (first.size() == 1 ? "" : " to " + first.last());
    }
}
