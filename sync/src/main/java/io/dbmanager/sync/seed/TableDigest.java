package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table, or of a part of it, as two numbers reckoned by the server: how many there
 * are, and one made of the hash of each, whatever their order and their place on disk.
 */
record TableDigest(long rows, String hash) {
    /** The history of a versioned table is counted and hashed, but not when it was. */
    static String query(Unit unit, boolean onMariaDb) {
        // What has a range has a key, so that no two rows are equal, which would cancel each other
        // out; a sum costs MySQL a sixth more.
        boolean distinct = !(unit.range() instanceof KeyRange.Everything);
        return "SELECT COUNT(*), "
                + (distinct ? "BIT_XOR(" : "SUM(")
                + RowHash.of(unit.table(), onMariaDb)
                + ") FROM "
                + from(unit.table())
                + TableCopier.where(unit);
    }

    private static String from(Table table) {
        return table.name().sql()
                + (table.history() instanceof History.None ? "" : " FOR SYSTEM_TIME ALL");
    }

    static TableDigest of(ByteSession session, Unit unit) throws SQLException {
        List<@Nullable String> row = session.rows(query(unit, session.isMariaDb())).getFirst();
        return new TableDigest(
                Long.parseLong(String.valueOf(row.get(0))), String.valueOf(row.get(1)));
    }
}
