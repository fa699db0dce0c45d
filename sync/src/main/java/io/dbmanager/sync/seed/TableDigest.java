package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import java.sql.SQLException;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A table's rows as three numbers, reckoned by the server: how many there are, and two sums over a
 * hash of each. Independent of the order of rows and of their place on disk.
 */
record TableDigest(List<String> numbers) {
    /** The history of a versioned table is counted and hashed, but not when it was. */
    static String query(Table table) {
        StringJoiner values = new StringJoiner(", ");
        StringJoiner nulls = new StringJoiner(", ");
        for (Column column : table.columns()) {
            values.add(expression(column));
            nulls.add("ISNULL(" + Packed.quoteName(column.name()) + ")");
        }
        String row =
                table.columns().isEmpty()
                        ? "'x'"
                        : "CONCAT_WS('#', " + values + ", CONCAT(" + nulls + "))";
        String all = table.history() instanceof History.None ? "" : " FOR SYSTEM_TIME ALL";
        // XOR alone would not see two equal rows come or go: hence the sum of another part.
        return "SELECT COUNT(*), BIT_XOR(CAST(CONV(LEFT(h, 16), 16, 10) AS UNSIGNED)),"
                + " SUM(CAST(CONV(RIGHT(h, 12), 16, 10) AS UNSIGNED)) FROM (SELECT SHA2("
                + row
                + ", 256) AS h FROM "
                + table.name().sql()
                + all
                + ") AS hashed";
    }

    private static String expression(Column column) {
        String quoted = Packed.quoteName(column.name());
        if (column.isFloating()) {
            return everyDigit(column.readExpression());
        }
        return switch (column.form()) {
            case NUMBER -> column.readExpression();
            // Bytes, in whatever character set: only their hash can stand beside the others.
            case BYTES -> column.isText() ? "SHA2(" + quoted + ", 256)" : column.readExpression();
            case TEXT -> "SHA2(CAST(" + quoted + " AS CHAR CHARACTER SET utf8mb4), 256)";
        };
    }

    /**
     * As text MySQL 9 cuts a double to 22 characters, too few for some of 17 digits: what the text
     * lacks stands behind it.
     */
    private static String everyDigit(String number) {
        return "CONCAT(" + number + ", '+', " + number + " - CONCAT(" + number + ") * 1e0)";
    }

    static TableDigest of(ByteSession session, Table table) throws SQLException {
        List<@Nullable String> row = session.rows(query(table)).getFirst();
        return new TableDigest(row.stream().map(String::valueOf).toList());
    }
}
