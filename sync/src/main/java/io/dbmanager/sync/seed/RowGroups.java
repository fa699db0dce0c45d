package io.dbmanager.sync.seed;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.BothSides.Answers;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a part of a table are put into groups of some forty by their keys alone: so rows
 * that are missing on one side shift nothing.
 */
sealed interface RowGroups {
    int ROWS_PER_GROUP = 40;
    long GROUPS_MAX = 6500;

    /** The expression that is equal for all rows of a group: a whole number. */
    String expression(boolean onMariaDb);

    /** The condition for a row to be in one of some groups. */
    String in(Collection<String> groups, boolean onMariaDb);

    /** Any key can be hashed; but to find a group again, all rows have to be looked at. */
    record ByHash(RangeKey key, long groups) implements RowGroups {
        @Override
        public String expression(boolean onMariaDb) {
            return "CRC32(" + RowHash.key(key, onMariaDb) + ") MOD " + groups;
        }

        @Override
        public String in(Collection<String> groups, boolean onMariaDb) {
            return expression(onMariaDb) + " IN (" + String.join(",", groups) + ")";
        }
    }

    /**
     * Rows with numbers that are near each other, which an index finds again.
     *
     * @param column in quotes
     * @param width how many numbers a group has; the one of 0 has as many on its other side, since
     *     {@code DIV} rounds towards it
     */
    record ByNumber(String column, BigInteger width) implements RowGroups {
        @Override
        public String expression(boolean onMariaDb) {
            return column + " DIV " + width;
        }

        @Override
        public String in(Collection<String> groups, boolean onMariaDb) {
            StringJoiner ranges = new StringJoiner(" OR ", "(", ")");
            List<BigInteger> sorted = groups.stream().map(BigInteger::new).sorted().toList();
            int from = 0;
            for (int i = 0; i < sorted.size(); i++) {
                boolean goesOn =
                        i + 1 < sorted.size()
                                && sorted.get(i).add(BigInteger.ONE).equals(sorted.get(i + 1));
                if (!goesOn) {
                    ranges.add(
                            "%s BETWEEN %s AND %s"
                                    .formatted(
                                            column, least(sorted.get(from)), most(sorted.get(i))));
                    from = i + 1;
                }
            }
            return ranges.toString();
        }

        private BigInteger least(BigInteger group) {
            BigInteger product = group.multiply(width);
            return group.signum() > 0 ? product : product.subtract(width).add(BigInteger.ONE);
        }

        private BigInteger most(BigInteger group) {
            BigInteger product = group.multiply(width);
            return group.signum() < 0 ? product : product.add(width).subtract(BigInteger.ONE);
        }
    }

    /**
     * The groups that cost least.
     *
     * @param unit of a table with a key
     * @param rows about how many there are in it
     */
    static RowGroups of(BothSides sides, Unit unit, long rows)
            throws SQLException, SyncException, InterruptedException {
        long groups = Math.clamp(rows / ROWS_PER_GROUP, 1, GROUPS_MAX);
        RangeKey key = unit.table().rangeKey();
        RowGroups byHash = new ByHash(key, groups);
        Optional<Column> number =
                unit.table().columns().stream()
                        .filter(column -> key.parts().size() == 1)
                        .filter(column -> column.name().equals(key.firstName()))
                        .filter(Column::isInteger)
                        .findFirst();
        if (number.isEmpty()) {
            return byHash;
        }
        String column = Packed.quoteName(key.firstName());
        String question =
                "SELECT MIN(%s), MAX(%s) FROM %s%s"
                        .formatted(
                                column, column, unit.table().name().sql(), TableCopier.where(unit));
        Answers<List<@Nullable String>> ends =
                sides.ask(session -> session.rows(question).getFirst());
        BigInteger span = span(ends.primary()).max(span(ends.replica()));
        // Numbers that many rows have, or that lie far from all others, would make large groups.
        return span.compareTo(BigInteger.valueOf(rows)) < 0
                ? byHash
                : new ByNumber(column, span.divide(BigInteger.valueOf(groups)).max(BigInteger.ONE));
    }

    /** How many numbers there are from the least to the most; 0 where there are no rows. */
    private static BigInteger span(List<@Nullable String> ends) {
        String least = ends.get(0);
        String most = ends.get(1);
        return least == null || most == null
                ? BigInteger.ZERO
                : new BigInteger(most).subtract(new BigInteger(least)).add(BigInteger.ONE);
    }
}
