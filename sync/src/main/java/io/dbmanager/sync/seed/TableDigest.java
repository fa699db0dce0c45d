package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table, or of a part of it, as two numbers reckoned by the server: how many there
 * are, and the sum of a hash of each. Independent of the order of rows and of their place on disk;
 * a sum, since equal rows would cancel each other out in most other ways.
 */
record TableDigest(long rows, String sum) {
    /** The history of a versioned table is counted and hashed, but not when it was. */
    static String query(Unit unit) {
        return "SELECT COUNT(*), SUM("
                + RowHash.of(unit.table())
                + ") FROM "
                + from(unit.table())
                + TableCopier.where(unit);
    }

    private static String from(Table table) {
        return table.name().sql()
                + (table.history() instanceof History.None ? "" : " FOR SYSTEM_TIME ALL");
    }

    static TableDigest of(ByteSession session, Unit unit) throws SQLException {
        List<@Nullable String> row = session.rows(query(unit)).getFirst();
        return new TableDigest(
                Long.parseLong(String.valueOf(row.get(0))), String.valueOf(row.get(1)));
    }
}
