package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.Catalog.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * A number of 60 bits for each row, reckoned by its server, that differs where rows differ. Of
 * SHA-256: sums of what is linear, as CRC32 is, stay the same where two rows changed in opposite
 * ways, once in some ten thousand times.
 */
final class RowHash {
    private RowHash() {}

    /**
     * The expression, which is to be used once in a statement: it costs as often as it stands.
     * Every server reckons the same number, but each has its own way to it that costs least.
     */
    static String of(Table table, boolean onMariaDb) {
        return "CAST(CONV(" + digits(table, onMariaDb) + ", 16, 10) AS UNSIGNED)";
    }

    /** The same for the way to us: a number in few letters. */
    static String brief(Table table, boolean onMariaDb) {
        return "CONV(" + digits(table, onMariaDb) + ", 16, 36)";
    }

    private static String digits(Table table, boolean onMariaDb) {
        return "LEFT(SHA2(" + text(table, onMariaDb) + ", 256), 15)";
    }

    /** What is reckoned with an aggregate over {@link #of}, likewise. */
    static String brief(String aggregate) {
        return "CONV(" + aggregate + ", 10, 36)";
    }

    /**
     * All values of a row as one text, from which each could be told again: the lengths of texts
     * stand before them, and which values are NULL at the end. What may be long stands there by its
     * hash, since servers make nothing of texts beyond {@code max_allowed_packet}.
     */
    static String text(Table table, boolean onMariaDb) {
        List<String> values = new ArrayList<>();
        List<String> nulls = new ArrayList<>();
        List<Column> texts = table.columns().stream().filter(RowHash::standsInFull).toList();
        for (Column column : table.columns()) {
            String quoted = Packed.quoteName(column.name());
            boolean another = standsInFull(column) && !column.equals(texts.getLast());
            if (another) {
                values.add("LENGTH(" + quoted + ")");
            }
            values.add(value(column, onMariaDb));
            if (column.nullable()) {
                nulls.add("ISNULL(" + quoted + ")");
            }
        }
        if (values.isEmpty()) {
            return "'x'";
        }
        if (!nulls.isEmpty()) {
            values.add("CONCAT(" + String.join(", ", nulls) + ")");
        }
        return joined(values, onMariaDb);
    }

    /** What tells rows apart by their keys, as a text. */
    static String key(RangeKey key, boolean onMariaDb) {
        List<String> values = new ArrayList<>();
        for (RangeKey.Part part : key.parts()) {
            String quoted = Packed.quoteName(part.name());
            values.add(part.isText() ? bytes(quoted, onMariaDb) : quoted);
        }
        return values.size() == 1 ? values.getFirst() : joined(values, onMariaDb);
    }

    private static String joined(List<String> values, boolean onMariaDb) {
        return "CONCAT_WS("
                + (onMariaDb ? "'#', " : "_binary'#', ")
                + String.join(", ", values)
                + ")";
    }

    /**
     * As bytes, texts of any character set stand side by side as they are. MySQL takes all of them
     * for bytes where one is, and a cast of each costs it a third of all; MariaDB refuses some such
     * mixtures (1271), and casts for nothing.
     */
    private static String bytes(String quoted, boolean onMariaDb) {
        return onMariaDb ? "CAST(" + quoted + " AS BINARY)" : quoted;
    }

    private static boolean standsInFull(Column column) {
        return switch (column.dataType()) {
            case "char", "varchar", "binary", "varbinary" -> true;
            default -> false;
        };
    }

    private static String value(Column column, boolean onMariaDb) {
        String quoted = Packed.quoteName(column.name());
        if (column.isFloating()) {
            return everyDigit(column.readExpression());
        }
        return switch (column.form()) {
            case NUMBER -> column.readExpression();
            case BYTES ->
                    switch (column.dataType()) {
                        case "char", "varchar" -> bytes(quoted, onMariaDb);
                        case "binary", "varbinary" -> quoted;
                        default -> column.isText() ? "SHA2(" + quoted + ", 256)" : quoted;
                    };
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
}
