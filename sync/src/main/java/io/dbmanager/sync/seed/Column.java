package io.dbmanager.sync.seed;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A column whose values are carried.
 *
 * @param name packed
 * @param dataType the type's word, such as {@code varchar}, in lower case
 * @param nullable whether it may hold NULL, as far as is known
 */
record Column(String name, String dataType, boolean nullable) {
    Column {
        dataType = dataType.toLowerCase(Locale.ROOT);
    }

    Column(String name, String dataType) {
        this(name, dataType, true);
    }

    /** Whether values of the one can be values of the other. */
    boolean holdsTheSameAs(Column other) {
        return name.equals(other.name) && dataType.equals(other.dataType);
    }

    private static final byte[] BINARY = Packed.bytes("_binary");
    private static final byte[] UTF8 = Packed.bytes("_utf8mb4");

    /** How a value stands in a statement that stores it. */
    enum Form {
        /** Digits as they are: integers and decimals of any size. */
        NUMBER,
        /** A literal of bytes, which the server stores as they are whatever the character set. */
        BYTES,
        /**
         * A literal of UTF-8 text, for types that do not take bytes: MySQL refuses to make JSON
         * from a binary string (3144), and MariaDB takes 16 bytes as an address, not as its text.
         */
        TEXT
    }

    Form form() {
        return switch (dataType) {
            case "tinyint",
                    "smallint",
                    "mediumint",
                    "int",
                    "integer",
                    "bigint",
                    "decimal",
                    "numeric",
                    "bit",
                    "enum",
                    "set" ->
                    Form.NUMBER;
            case "json", "uuid", "inet4", "inet6" -> Form.TEXT;
            default -> Form.BYTES;
        };
    }

    boolean isFloating() {
        return switch (dataType) {
            case "float", "double", "real" -> true;
            default -> false;
        };
    }

    /** What is selected so that nothing of the value is lost. */
    String readExpression() {
        String quoted = Packed.quoteName(name);
        return switch (dataType) {
            // A FLOAT prints six digits only; as a double it prints all, and keeps the sign of -0.
            case "float", "double", "real" -> quoted + "*1e0";
            // By number, so that ENUM's error value differs from an empty member.
            case "bit", "enum", "set" -> "CAST(" + quoted + " AS UNSIGNED)";
            default -> quoted;
        };
    }

    /** Writes a value that is not NULL as it stands in a statement. */
    void write(RowView row, int column, SqlBuffer into) {
        switch (form()) {
            case NUMBER -> into.append(row.buffer(), row.start(column), row.end(column));
            case BYTES ->
                    into.append(BINARY).literal(row.buffer(), row.start(column), row.end(column));
            case TEXT -> {
                into.append(UTF8);
                byte[] value = row.value(column);
                into.literal(isJson() ? JsonText.withNegativeZeros(value) : value);
            }
        }
    }

    boolean isJson() {
        return dataType.equals("json");
    }

    /**
     * What makes of a variable that holds the bytes of a {@link RowBatch} what this column stores;
     * null where the column takes the bytes themselves.
     */
    @Nullable String conversionOf(String variable) {
        return switch (dataType) {
            // By number: the text of a number could be the name of another member.
            case "bit", "enum", "set" -> "CAST(" + variable + " AS UNSIGNED)";
            default -> form() == Form.TEXT ? "CONVERT(" + variable + " USING utf8mb4)" : null;
        };
    }

    /** Whether values are strings of characters or bytes; the rest has a short form in ASCII. */
    boolean isText() {
        return switch (dataType) {
            case "date", "time", "datetime", "timestamp", "year", "float", "double", "real" ->
                    false;
            default -> form() == Form.BYTES;
        };
    }

    /** Whether key ranges can be reckoned with its values. */
    boolean isInteger() {
        return switch (dataType) {
            case "tinyint", "smallint", "mediumint", "int", "integer", "bigint" -> true;
            default -> false;
        };
    }
}
