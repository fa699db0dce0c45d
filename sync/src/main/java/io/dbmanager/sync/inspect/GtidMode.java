package io.dbmanager.sync.inspect;

import java.util.Locale;

/** MySQL's steps between no GTIDs and only GTIDs, in their order; MariaDB is always on. */
public enum GtidMode {
    OFF,
    OFF_PERMISSIVE,
    ON_PERMISSIVE,
    ON;

    static GtidMode parse(String text) {
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "ON" -> ON;
            case "ON_PERMISSIVE" -> ON_PERMISSIVE;
            case "OFF_PERMISSIVE" -> OFF_PERMISSIVE;
            default -> OFF;
        };
    }
}
