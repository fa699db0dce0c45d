package io.dbmanager.proxy.routine;

import io.dbmanager.common.ServerVersion;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.sql.RoutineBody;
import io.dbmanager.proxy.sql.SqlContext;
import io.dbmanager.proxy.sql.SqlContext.ClientCharset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the stored code of a server. What a function declares is believed as far as it goes, but it
 * is not enforced: CONTAINS SQL is what a function is that declares nothing. So its body is looked
 * at too, for what the guard of a replica would let pass.
 */
final class RoutineReader {
    static final String QUERY =
            "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, SQL_DATA_ACCESS, SQL_MODE, ROUTINE_DEFINITION,"
                    + " ROUTINE_TYPE FROM information_schema.ROUTINES";

    static final String TRIGGERS =
            "SELECT TRIGGER_SCHEMA, ACTION_STATEMENT FROM information_schema.TRIGGERS";

    private static final String FUNCTION = "FUNCTION";

    /** A loadable function takes the place of a stored one of its name. */
    static final String LOADABLE = "SELECT name FROM mysql.func";

    private RoutineReader() {}

    /** What all routines together could leave behind. */
    static StoredCode code(TextResult routines) {
        StoredCode all = StoredCode.NONE;
        for (List<@Nullable String> row : routines.rows()) {
            all = all.and(code(row.get(0), row.get(4), FUNCTION.equals(row.get(5))));
        }
        return all;
    }

    /** What all triggers together could leave behind. */
    static StoredCode codeOfTriggers(TextResult triggers) {
        StoredCode all = StoredCode.NONE;
        for (List<@Nullable String> row : triggers.rows()) {
            all = all.and(code(row.get(0), row.get(1), false));
        }
        return all;
    }

    private static StoredCode code(
            @Nullable String schema, @Nullable String body, boolean function) {
        if (StoredCode.SERVERS_OWN.contains(key(schema))) {
            return StoredCode.NONE;
        }
        return body == null ? StoredCode.UNKNOWN : StoredCode.of(body, function);
    }

    /** The functions among the routines. */
    static List<Routine> read(TextResult rows, ServerVersion version) {
        List<Routine> all = new ArrayList<>();
        for (List<@Nullable String> row : rows.rows()) {
            if (!FUNCTION.equals(row.get(5))) {
                continue;
            }
            String schema = key(row.get(0));
            String name = schema + "." + key(row.get(1));
            String access = text(row.get(2));
            String modes = text(row.get(3));
            String body = row.get(4);
            boolean declared = !access.equals("MODIFIES SQL DATA") && !modes.contains("ORACLE");
            Optional<List<String>> calls =
                    declared && body != null
                            ? RoutineBody.calls(
                                    body.getBytes(StandardCharsets.UTF_8), context(modes, version))
                            : Optional.empty();
            all.add(
                    new Routine(
                            name,
                            calls.isPresent(),
                            calls.orElse(List.of()).stream()
                                    .map(call -> call.indexOf('.') < 0 ? schema + "." + call : call)
                                    .toList()));
        }
        return all;
    }

    private static SqlContext context(String modes, ServerVersion version) {
        return new SqlContext(
                modes.contains("ANSI_QUOTES"),
                modes.contains("NO_BACKSLASH_ESCAPES"),
                ClientCharset.UTF8,
                version.flavour(),
                version.major() * 10_000 + version.minor() * 100 + version.patch());
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    /** As statements' names are kept: one character a byte, ASCII letters in lower case. */
    static String key(@Nullable String name) {
        byte[] bytes = text(name).getBytes(StandardCharsets.UTF_8);
        StringBuilder key = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            char c = (char) (b & 0xff);
            key.append(c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c);
        }
        return key.toString();
    }
}
