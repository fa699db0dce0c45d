package io.dbmanager.sync.inspect;

import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.Row;
import io.dbmanager.sync.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What new sessions of a server begin with and their answers depend on: the same statement must
 * answer the same on a replica as on its primary.
 *
 * @param variables global variables by name, at least those that are compared
 */
public record SessionDefaults(
        ServerVersion version, Map<String, String> variables, TimeFacts time) {

    /** Texts and numbers that must be equal; a server that lacks one is not compared by it. */
    private static final List<String> COMPARED =
            List.of(
                    "character_set_server",
                    "collation_server",
                    "default_collation_for_utf8mb4",
                    "default_storage_engine",
                    "default_week_format",
                    "div_precision_increment",
                    "group_concat_max_len",
                    "lc_time_names",
                    "max_sort_length",
                    "old_mode",
                    "sql_mode");

    private static final String PACKET = "max_allowed_packet";

    /** Modes that only old servers have; a newer replica does without them in any case. */
    private static final Set<String> FORGOTTEN_MODES = Set.of("NO_AUTO_CREATE_USER");

    public SessionDefaults {
        variables = Map.copyOf(variables);
    }

    /**
     * A variable whose value is not the primary's.
     *
     * @param literal the primary's value as SQL
     */
    public record Difference(String variable, String own, String wanted, String literal) {
        /** For people. */
        public String describe() {
            return "%s is '%s' and its primary's '%s'".formatted(variable, own, wanted);
        }
    }

    public static SessionDefaults read(Connection connection, ServerVersion version)
            throws SQLException {
        List<String> names = new ArrayList<>(COMPARED);
        names.add(PACKET);
        names.add("time_zone");
        names.addAll(ErrorTolerance.VARIABLES);
        String list = names.stream().map(Sql::text).collect(Collectors.joining(", "));
        Map<String, String> variables = new HashMap<>();
        for (Row row :
                Queries.rows(
                        connection,
                        "SHOW GLOBAL VARIABLES WHERE Variable_name IN (" + list + ")")) {
            variables.put(row.text("Variable_name").toLowerCase(Locale.ROOT), row.text("Value"));
        }
        return new SessionDefaults(version, variables, TimeFacts.read(connection));
    }

    /** In what a replica with these begins otherwise than one of its primary. */
    public List<Difference> differencesFrom(SessionDefaults primary) {
        List<Difference> differences = new ArrayList<>();
        for (String variable : COMPARED) {
            String own = variables.get(variable);
            String wanted = primary.variables.get(variable);
            if (own != null && wanted != null && !normal(own).equals(normal(wanted))) {
                differences.add(difference(variable, own, wanted));
            }
        }
        String packet = variables.getOrDefault(PACKET, "0");
        String wanted = primary.variables.getOrDefault(PACKET, "0");
        if (Long.parseLong(packet) < Long.parseLong(wanted)) {
            differences.add(difference(PACKET, packet, wanted));
        }
        return differences;
    }

    /**
     * Whether a replica of this version may be given the primary's values: across versions they are
     * told only, since what is right for one may be unknown to the other.
     */
    public boolean mayTake(SessionDefaults primary) {
        return version.major() == primary.version.major()
                && version.minor() == primary.version.minor();
    }

    /** Whether {@code NOW()} means another moment there. */
    public boolean isInAnotherZone(SessionDefaults primary) {
        return time.utcOffsetMinutes() != primary.time.utcOffsetMinutes();
    }

    /** The zone by which a replica would tell the same time; empty text where only its host can. */
    public String zone() {
        String zone = variables.getOrDefault("time_zone", "SYSTEM");
        return zone.equals("SYSTEM") ? "" : zone;
    }

    private static Difference difference(String variable, String own, String wanted) {
        boolean number = !wanted.isEmpty() && wanted.chars().allMatch(Character::isDigit);
        return new Difference(variable, own, wanted, number ? wanted : Sql.text(wanted));
    }

    private static String normal(String value) {
        if (value.equals("utf8") || value.startsWith("utf8_")) {
            return "utf8mb3" + value.substring(4);
        }
        Set<String> words = new TreeSet<>(Arrays.asList(value.split(",")));
        words.removeAll(FORGOTTEN_MODES);
        return String.join(",", words);
    }
}
