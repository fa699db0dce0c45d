package io.dbmanager.proxy.session;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Variables of which the primary has told, as statements: for replicas in the session's {@link
 * SessionMemory}, for a new connection to the primary beside it.
 */
final class ToldVariables {
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,19}(\\.\\d+)?");
    private static final Pattern PLAIN = Pattern.compile("[\\w,:+./ -]*");

    /** They concern the primary only, or would lift the guard of a replica. */
    private static final Set<String> NOT_FOR_REPLICAS =
            Set.of(
                    "autocommit",
                    "transaction_read_only",
                    "tx_read_only",
                    "last_gtid",
                    "gtid_next",
                    "gtid_seq_no",
                    "gtid_domain_id",
                    "server_id",
                    "insert_id",
                    "last_insert_id",
                    "identity",
                    "pseudo_thread_id",
                    "sql_log_bin",
                    "statement_id",
                    "session_track_gtids",
                    "session_track_system_variables",
                    "session_track_schema",
                    "session_track_state_change",
                    "session_track_transaction_info",
                    "skip_replication",
                    "warning_count",
                    "error_count",
                    // Told as the moment at which it was set, even where it was set to move on.
                    "timestamp",
                    "rand_seed1",
                    "rand_seed2");

    /** Of those, what a new connection to the primary has to be told. */
    private static final Set<String> OF_THE_PRIMARY =
            Set.of(
                    "autocommit",
                    "transaction_read_only",
                    "tx_read_only",
                    "gtid_domain_id",
                    "server_id",
                    "sql_log_bin",
                    "skip_replication");

    private final SessionMemory memory;

    /** What concerns the primary only, as statements for a new connection to it. */
    private final Map<String, String> primarySettings = new LinkedHashMap<>();

    ToldVariables(SessionMemory memory) {
        this.memory = memory;
    }

    /**
     * @param name in lower case
     */
    void told(String name, String value) {
        if (OF_THE_PRIMARY.contains(name)) {
            primarySettings.put(name, "SET SESSION `" + name + "`=" + literal(value));
        }
        if (!NOT_FOR_REPLICAS.contains(name)) {
            boolean none = value.isEmpty() && name.equals("character_set_results");
            memory.put(name, "SET SESSION `" + name + "`=" + (none ? "NULL" : literal(value)));
        }
    }

    /** As one character a byte, which is how statements are kept. */
    private static String literal(String value) {
        if (NUMBER.matcher(value).matches()) {
            return value;
        }
        if (PLAIN.matcher(value).matches()) {
            return "'" + value + "'";
        }
        // Hexadecimal, since what a backslash means depends on sql_mode.
        StringBuilder hex = new StringBuilder("_utf8mb4 x'");
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            hex.append("%02x".formatted(b));
        }
        return hex.append('\'').toString();
    }

    /** What a new connection to the primary has to be told, beyond what replicas are told. */
    Collection<String> primarySettings() {
        return primarySettings.values();
    }

    void reset() {
        primarySettings.clear();
    }
}
