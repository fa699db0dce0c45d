package io.dbmanager.sync.seed;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The columns that a primary key begins with, as far as a value of them can be named in a statement
 * and is ordered as the key is. A value of all of them is a bound: the literals, in order. Many
 * rows may have the same one, where the key has more columns.
 */
record RangeKey(List<Part> parts) {
    /** Those whose texts can be proved to be what the server takes for a text. */
    private static final Map<String, Charset> CHARSETS =
            Map.of(
                    "ascii", StandardCharsets.US_ASCII,
                    "latin1", StandardCharsets.ISO_8859_1,
                    "utf8", StandardCharsets.UTF_8,
                    "utf8mb3", StandardCharsets.UTF_8,
                    "utf8mb4", StandardCharsets.UTF_8);

    RangeKey {
        parts = List.copyOf(parts);
    }

    private enum Form {
        NUMBER,
        BYTES,
        TEXT
    }

    /**
     * @param charset of a text; empty for others
     */
    record Part(String name, Form form, String charset) {
        /** Empty for a column that ranges are not made of: dates may be none, floats are vague. */
        static Optional<Part> of(Column column, String charset) {
            return switch (column.dataType()) {
                case "tinyint",
                        "smallint",
                        "mediumint",
                        "int",
                        "integer",
                        "bigint",
                        "decimal",
                        "numeric" ->
                        Optional.of(new Part(column.name(), Form.NUMBER, ""));
                case "binary", "varbinary" -> Optional.of(new Part(column.name(), Form.BYTES, ""));
                case "char", "varchar" ->
                        CHARSETS.containsKey(charset)
                                ? Optional.of(new Part(column.name(), Form.TEXT, charset))
                                : Optional.empty();
                default -> Optional.empty();
            };
        }

        boolean isText() {
            return form == Form.TEXT;
        }

        private Optional<String> literal(String packed) {
            String hex = Packed.hex(packed);
            return switch (form) {
                case NUMBER -> Optional.of(packed);
                case BYTES -> Optional.of(hex);
                case TEXT ->
                        isText(packed) ? Optional.of("_" + charset + " " + hex) : Optional.empty();
            };
        }

        /** The server takes no literal that is none, though its tables may hold such bytes. */
        private boolean isText(String packed) {
            Charset expected = CHARSETS.get(charset);
            if (expected == null) {
                return false;
            }
            try {
                var _ = expected.newDecoder().decode(ByteBuffer.wrap(Packed.bytes(packed)));
                return true;
            } catch (CharacterCodingException _) {
                return false;
            }
        }
    }

    static final RangeKey NONE = new RangeKey(List.of());

    boolean isNone() {
        return parts.isEmpty();
    }

    String firstName() {
        return parts.getFirst().name();
    }

    /** The columns, as in a list. */
    String columns() {
        return String.join(
                ", ", parts.stream().map(part -> Packed.quoteName(part.name())).toList());
    }

    /** The columns, for an order in which the last rows come first. */
    String columnsDescending() {
        return String.join(
                ", ", parts.stream().map(part -> Packed.quoteName(part.name()) + " DESC").toList());
    }

    /** A row of {@link #columns} as a bound; empty where a value cannot be named. */
    Optional<List<String>> bound(List<@Nullable String> row) {
        List<String> literals = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            String value = row.get(i);
            if (value == null) {
                return Optional.empty();
            }
            Optional<String> literal = parts.get(i).literal(value);
            if (literal.isEmpty()) {
                return Optional.empty();
            }
            literals.add(literal.get());
        }
        return Optional.of(literals);
    }

    String atLeast(List<String> bound) {
        return compared(bound, " > ", " >= ");
    }

    String above(List<String> bound) {
        return compared(bound, " > ", " > ");
    }

    String below(List<String> bound) {
        return compared(bound, " < ", " < ");
    }

    /** Rows of any of these bounds. */
    String anyOf(List<List<String>> bounds) {
        if (parts.size() == 1) {
            StringJoiner literals = new StringJoiner(", ", columns() + " IN (", ")");
            bounds.forEach(bound -> literals.add(bound.getFirst()));
            return literals.toString();
        }
        StringJoiner alternatives = new StringJoiner(" OR ", "(", ")");
        for (List<String> bound : bounds) {
            StringJoiner equal = new StringJoiner(" AND ", "(", ")");
            for (int i = 0; i < parts.size(); i++) {
                equal.add(Packed.quoteName(parts.get(i).name()) + " = " + bound.get(i));
            }
            alternatives.add(equal.toString());
        }
        return alternatives.toString();
    }

    /** Spelt out, since the servers use no index for a comparison of whole rows. */
    private String compared(List<String> bound, String operator, String lastOperator) {
        StringJoiner alternatives = new StringJoiner(" OR ", "(", ")");
        StringBuilder equalSoFar = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            String name = Packed.quoteName(parts.get(i).name());
            boolean last = i == parts.size() - 1;
            String condition = name + (last ? lastOperator : operator) + bound.get(i);
            alternatives.add(i == 0 ? condition : "(" + equalSoFar + condition + ")");
            equalSoFar.append(name).append(" = ").append(bound.get(i)).append(" AND ");
        }
        return alternatives.toString();
    }
}
