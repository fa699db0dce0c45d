package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
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
        if (!(open.range() instanceof KeyRange.Onwards(Optional<List<String>> from))) {
            throw new IllegalArgumentException("only what is open has a rest");
        }
        RangeKey key = open.table().rangeKey();
        List<List<@Nullable String>> rows = reader.rows(question(open, from));
        Optional<List<String>> end = rows.isEmpty() ? Optional.empty() : key.bound(rows.getFirst());
        return new Split(
                new Unit(open.table(), new KeyRange.Part(from, end)),
                end.map(next -> new Unit(open.table(), new KeyRange.Onwards(Optional.of(next)))));
    }

    /** Asks beyond the bound that the part begins with, so that each part ends further on. */
    String question(Unit open, Optional<List<String>> from) {
        RangeKey key = open.table().rangeKey();
        return "SELECT "
                + key.columns()
                + " FROM "
                + open.table().name().sql()
                + " FORCE INDEX (PRIMARY)"
                + from.map(bound -> " WHERE " + key.above(bound)).orElse("")
                + " ORDER BY "
                + key.columns()
                + " LIMIT 1 OFFSET "
                + CopyPlan.rowsPerUnit(open.table(), rowsPerUnit);
    }
}
