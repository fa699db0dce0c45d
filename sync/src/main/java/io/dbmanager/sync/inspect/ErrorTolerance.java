package io.dbmanager.sync.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Whether a replica is told to go on over errors, so that it differs and nobody is told. */
public final class ErrorTolerance {
    /** The new word first; a server has one or both. */
    public static final List<String> EXEC_MODES = List.of("replica_exec_mode", "slave_exec_mode");

    /** These cannot be changed while the server runs. */
    public static final List<String> SKIPPED = List.of("replica_skip_errors", "slave_skip_errors");

    static final List<String> VARIABLES =
            Stream.of(EXEC_MODES, SKIPPED).flatMap(List::stream).toList();

    private static final List<String> STRICT = List.of("", "STRICT", "OFF");

    private ErrorTolerance() {}

    /** The variables that make it tolerant, with their values; empty when it is strict. */
    public static List<String> of(Map<String, String> variables) {
        List<String> tolerant = new ArrayList<>();
        for (String variable : VARIABLES) {
            String value = variables.getOrDefault(variable, "");
            if (!STRICT.contains(value)) {
                tolerant.add(variable + "=" + value);
            }
        }
        return tolerant;
    }
}
