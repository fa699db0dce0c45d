package io.dbmanager.sync.inspect;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares what a login may do with what making replicas needs. */
final class Privileges {
    private static final Pattern GLOBAL_GRANT =
            Pattern.compile("^GRANT (.+) ON \\*\\.\\* TO .*", Pattern.CASE_INSENSITIVE);

    /** Without these neither the primary can be copied nor a replica be made. */
    private static final Set<String> NEEDED =
            Set.of(
                    "SELECT",
                    "INSERT",
                    "UPDATE",
                    "DELETE",
                    "CREATE",
                    "DROP",
                    "RELOAD",
                    "LOCK TABLES",
                    "CREATE USER",
                    "REPLICATION SLAVE",
                    "SUPER");

    private Privileges() {}

    /** What grants let an account do everywhere, in capitals. */
    static Set<String> held(List<String> grants) {
        Set<String> held = new TreeSet<>();
        for (String grant : grants) {
            Matcher matcher = GLOBAL_GRANT.matcher(grant);
            if (matcher.matches()) {
                for (String privilege : matcher.group(1).toUpperCase(Locale.ROOT).split(",")) {
                    held.add(privilege.strip());
                }
            }
        }
        return held;
    }

    /**
     * @param grants what {@code SHOW GRANTS} says
     */
    static Set<String> missing(List<String> grants) {
        Set<String> held = held(grants);
        boolean grantOption =
                grants.stream()
                        .filter(grant -> GLOBAL_GRANT.matcher(grant).matches())
                        .anyMatch(grant ->
                                grant.toUpperCase(Locale.ROOT).contains("WITH GRANT OPTION"));
        Set<String> missing = new TreeSet<>();
        if (!held.contains("ALL PRIVILEGES") && !held.contains("ALL")) {
            missing.addAll(NEEDED);
            missing.removeAll(held);
        }
        // Later versions split SUPER: an account that may set variables and replicate has enough.
        if (held.contains("SYSTEM_VARIABLES_ADMIN") && held.contains("REPLICATION_SLAVE_ADMIN")) {
            missing.remove("SUPER");
        }
        if (!grantOption) {
            missing.add("GRANT OPTION");
        }
        return missing;
    }
}
