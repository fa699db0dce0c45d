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

    /** The expression, which is to be used once in a statement: it costs as often as it stands. */
    static String of(Table table) {
        return "CAST(CONV(LEFT(SHA2(" + text(table) + ", 256), 15), 16, 10) AS UNSIGNED)";
    }

    /**
     * All values of a row as one text, from which each could be told again: the lengths of texts
     * stand before them, and which values are NULL at the end. What may be long stands there by its
     * hash, since servers make nothing of texts beyond {@code max_allowed_packet}.
     */
    static String text(Table table) {
        List<String> values = new ArrayList<>();
        List<String> nulls = new ArrayList<>();
        List<Column> texts = table.columns().stream().filter(RowHash::standsInFull).toList();
        for (Column column : table.columns()) {
            String quoted = Packed.quoteName(column.name());
            boolean another = standsInFull(column) && !column.equals(texts.getLast());
            if (another) {
                values.add("LENGTH(" + quoted + ")");
            }
            values.add(value(column));
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
        return joined(values);
    }

    /** What tells rows apart by their keys, as a text. */
    static String key(RangeKey key) {
        List<String> values = new ArrayList<>();
        for (RangeKey.Part part : key.parts()) {
            String quoted = Packed.quoteName(part.name());
            values.add(part.isText() ? bytes(quoted) : quoted);
        }
        return values.size() == 1 ? values.getFirst() : joined(values);
    }

    private static String joined(List<String> values) {
        return "CONCAT_WS('#', " + String.join(", ", values) + ")";
    }

    /** As bytes, texts of any character set stand side by side as they are. */
    private static String bytes(String quoted) {
        return "CAST(" + quoted + " AS BINARY)";
    }

    private static boolean standsInFull(Column column) {
        return switch (column.dataType()) {
            case "char", "varchar", "binary", "varbinary" -> true;
            default -> false;
        };
    }

    private static String value(Column column) {
        String quoted = Packed.quoteName(column.name());
        if (column.isFloating()) {
            return everyDigit(column.readExpression());
        }
        return switch (column.form()) {
            case NUMBER -> column.readExpression();
            case BYTES ->
                    switch (column.dataType()) {
                        case "char", "varchar" -> bytes(quoted);
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
