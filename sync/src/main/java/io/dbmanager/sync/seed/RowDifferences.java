package io.dbmanager.sync.seed;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.BothSides.Answers;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rows in a part of a table that a primary and its replica do not have alike, where both stand
 * still.
 *
 * <p>First each server reckons a hash of each of the {@link RowGroups}. Then only what is in those
 * that differ is told row by row. Of a million rows, of which one in a thousand differs, some ten
 * thousand hashes cross the wire.
 *
 * @param keys of the rows that differ, as bounds of the table's {@link RangeKey}; empty where one
 *     of them has no name in a statement
 * @param missing rows that the replica lacks
 * @param extra rows that only the replica has
 * @param changed rows that both have, with other values
 */
record RowDifferences(Optional<List<List<String>>> keys, long missing, long extra, long changed) {
    static final RowDifferences NONE = new RowDifferences(Optional.of(List.of()), 0, 0, 0);

    RowDifferences {
        keys = keys.map(List::copyOf);
    }

    long rows() {
        return missing + extra + changed;
    }

    /**
     * Looks for them.
     *
     * @param unit of a table with a key
     * @param rows about how many there are in it
     */
    static RowDifferences find(BothSides sides, Unit unit, long rows)
            throws SQLException, SyncException, InterruptedException {
        RowGroups groups = RowGroups.of(sides, unit, rows);
        Answers<Map<String, Group>> groupsOf =
                sides.ask(
                        session -> hashes(session, groupsQuery(unit, groups, session.isMariaDb())));
        Set<String> differing = new TreeSet<>();
        differing.addAll(groupsOf.primary().keySet());
        differing.addAll(groupsOf.replica().keySet());
        differing.removeIf(group ->
                Objects.equals(groupsOf.primary().get(group), groupsOf.replica().get(group)));
        if (differing.isEmpty()) {
            return NONE;
        }
        Answers<Map<List<String>, List<String>>> hashes =
                sides.ask(session ->
                        rowHashes(
                                session, rowsQuery(unit, groups, differing, session.isMariaDb())));
        return between(unit.table().rangeKey(), hashes.primary(), hashes.replica());
    }

    static String groupsQuery(Unit unit, RowGroups groups, boolean onMariaDb) {
        String group = groups.expression(onMariaDb);
        return "SELECT "
                + group
                + ", COUNT(*), "
                + RowHash.brief("BIT_XOR(" + RowHash.of(unit.table(), onMariaDb) + ")")
                + " FROM "
                + unit.table().name().sql()
                + TableCopier.where(unit)
                // Not by a name of its own: a column may have the same one.
                + " GROUP BY "
                + group;
    }

    static String rowsQuery(Unit unit, RowGroups groups, Set<String> wanted, boolean onMariaDb) {
        String where = TableCopier.where(unit);
        return "SELECT "
                + unit.table().rangeKey().columns()
                + ", "
                + RowHash.brief(unit.table(), onMariaDb)
                + " FROM "
                + unit.table().name().sql()
                + where
                + (where.isEmpty() ? " WHERE " : " AND ")
                + groups.in(wanted, onMariaDb);
    }

    /** How many rows a group has, and what their hashes come to. */
    private record Group(String rows, String hashes) {}

    private static Map<String, Group> hashes(ByteSession session, String query)
            throws SQLException, InterruptedException {
        Map<String, Group> groups = new HashMap<>();
        session.stream(
                query,
                answer -> {
                    List<String> row = texts(answer);
                    groups.put(row.get(0), new Group(row.get(1), row.get(2)));
                });
        return groups;
    }

    /** The hashes of the rows of each key, of which there may be many where it is part of one. */
    private static Map<List<String>, List<String>> rowHashes(ByteSession session, String query)
            throws SQLException, InterruptedException {
        Map<List<String>, List<String>> hashes = new HashMap<>();
        session.stream(
                query,
                answer -> {
                    List<String> row = texts(answer);
                    hashes.computeIfAbsent(
                                    List.copyOf(row.subList(0, row.size() - 1)),
                                    _ -> new ArrayList<>(1))
                            .add(row.getLast());
                });
        return hashes;
    }

    private static List<String> texts(RowView row) {
        List<String> texts = new ArrayList<>(row.columns());
        for (int i = 0; i < row.columns(); i++) {
            // A column of a primary key is never NULL, and neither is a hash.
            texts.add(String.valueOf(row.text(i)));
        }
        return texts;
    }

    /** What is not alike; pure. */
    static RowDifferences between(
            RangeKey key,
            Map<List<String>, List<String>> primary,
            Map<List<String>, List<String>> replica) {
        Set<List<String>> all = new HashSet<>(primary.keySet());
        all.addAll(replica.keySet());
        List<List<String>> bounds = new ArrayList<>();
        boolean named = true;
        long missing = 0;
        long extra = 0;
        long changed = 0;
        for (List<String> values : all) {
            List<String> ours = new ArrayList<>(primary.getOrDefault(values, List.of()));
            List<String> theirs = new ArrayList<>(replica.getOrDefault(values, List.of()));
            removeCommon(ours, theirs);
            int both = Math.min(ours.size(), theirs.size());
            missing += ours.size() - both;
            extra += theirs.size() - both;
            changed += both;
            if (!ours.isEmpty() || !theirs.isEmpty()) {
                Optional<List<String>> bound = key.bound(new ArrayList<>(values));
                bound.ifPresent(bounds::add);
                named &= bound.isPresent();
            }
        }
        return new RowDifferences(
                named ? Optional.of(bounds) : Optional.empty(), missing, extra, changed);
    }

    private static void removeCommon(List<String> ours, List<String> theirs) {
        if (ours.equals(theirs)) {
            ours.clear();
            theirs.clear();
            return;
        }
        ours.sort(null);
        theirs.sort(null);
        List<String> onlyOurs = new ArrayList<>();
        int at = 0;
        List<String> onlyTheirs = new ArrayList<>();
        for (String hash : ours) {
            while (at < theirs.size() && theirs.get(at).compareTo(hash) < 0) {
                onlyTheirs.add(theirs.get(at++));
            }
            if (at < theirs.size() && theirs.get(at).equals(hash)) {
                at++;
            } else {
                onlyOurs.add(hash);
            }
        }
        onlyTheirs.addAll(theirs.subList(at, theirs.size()));
        ours.clear();
        ours.addAll(onlyOurs);
        theirs.clear();
        theirs.addAll(onlyTheirs);
    }
}
