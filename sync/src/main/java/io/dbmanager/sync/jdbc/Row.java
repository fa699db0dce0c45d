package io.dbmanager.sync.jdbc;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of a small answer.
 *
 * @param values by column label; servers are not consistent in the case of theirs, so ask {@link
 *     #get}
 */
public record Row(Map<String, @Nullable String> values) {
    /** A column's text, by its label in any case; empty when it is NULL or there is none. */
    public Optional<String> get(String column) {
        for (Map.Entry<String, @Nullable String> entry : values.entrySet()) {
            if (entry.getKey().equalsIgnoreCase(column)) {
                return Optional.ofNullable(entry.getValue());
            }
        }
        return Optional.empty();
    }

    /** A column's text; empty text when it is NULL or there is none. */
    public String text(String column) {
        return get(column).orElse("");
    }

    /** A column's number; 0 when it is NULL, empty or there is none. */
    public long number(String column) {
        String text = text(column).strip();
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }
}
