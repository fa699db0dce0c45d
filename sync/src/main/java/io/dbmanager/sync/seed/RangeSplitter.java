package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Splits a part of a certain number of rows off what is left of a table, by counting along its key:
 * parts are equally large however its values lie.
 */
final class RangeSplitter {
    private final ByteSession reader;
    private final long rowsPerUnit;

    RangeSplitter(ByteSession reader, long rowsPerUnit) {
        this.reader = reader;
        this.rowsPerUnit = rowsPerUnit;
    }

    /** The part, which has an end or is the last, and what comes after it. */
    record Split(Unit part, Optional<Unit> rest) {}

    Split split(Unit open) throws SQLException {
        if (!(open.range() instanceof KeyRange.Onwards onwards)) {
            throw new IllegalArgumentException("only what is open has a rest");
        }
        RangeKey key = open.table().rangeKey();
        List<List<@Nullable String>> rows = reader.rows(question(open, onwards));
        Optional<List<String>> end = rows.isEmpty() ? Optional.empty() : key.bound(rows.getFirst());
        return new Split(
                open.with(new KeyRange.Part(onwards.from(), end.or(onwards::below))),
                end.map(next ->
                        open.with(new KeyRange.Onwards(Optional.of(next), onwards.below()))));
    }

    /** Asks beyond the bound that the part begins with, so that each part ends further on. */
    String question(Unit open, KeyRange.Onwards onwards) {
        RangeKey key = open.table().rangeKey();
        StringJoiner conditions = new StringJoiner(" AND ", " WHERE ", "");
        conditions.setEmptyValue("");
        onwards.from().ifPresent(bound -> conditions.add(key.above(bound)));
        onwards.below().ifPresent(bound -> conditions.add(key.below(bound)));
        return "SELECT "
                + key.columns()
                + " FROM "
                + open.table().name().sql()
                + " FORCE INDEX (PRIMARY)"
                + conditions
                + " ORDER BY "
                + key.columns()
                + " LIMIT 1 OFFSET "
                + CopyPlan.rowsPerUnit(open.table(), rowsPerUnit);
    }
}
