package io.dbmanager.sync.dialect;

import java.util.Locale;
import java.util.Set;

/** The schemas that are nobody's data: the servers' and our own. */
public final class OwnSchemas {
    /** Ours on the primary; it replicates. Holds the heartbeat. */
    public static final String SHARED = "dbmanager";

    /**
     * Ours on each server alone: it is written without the binary log, never copied and never
     * wiped. Holds the note that a copy is under way, and what it has finished.
     */
    public static final String LOCAL = "dbmanager_local";

    private static final Set<String> OF_THE_SERVER =
            Set.of("mysql", "information_schema", "performance_schema", "sys", "ndbinfo");

    private OwnSchemas() {}

    /** Whether a server makes and keeps this schema for itself. */
    public static boolean isSystem(String schema) {
        return OF_THE_SERVER.contains(schema.toLowerCase(Locale.ROOT));
    }

    /** Whether what is in it belongs to the people who use the server. */
    public static boolean isUserData(String schema) {
        String name = schema.toLowerCase(Locale.ROOT);
        return !isSystem(name) && !name.equals(SHARED) && !name.equals(LOCAL);
    }
}
