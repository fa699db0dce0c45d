package io.dbmanager.sync.seed;

/**
 * How much of the servers a copy may take.
 *
 * @param threads how many connections read tables from the source side by side; at least 1
 * @param bytesPerSecond limit on what is read from the source; 0 for none
 * @param rowsPerUnit how many rows of a large table one connection reads before it takes what comes
 *     next; at least 1
 * @param rowsForLateKeys tables with at least so many get their secondary keys after their rows:
 *     for few rows a second statement costs more than it saves
 */
public record SeedSettings(
        int threads, long bytesPerSecond, long rowsPerUnit, long rowsForLateKeys) {
    private static final long ROWS_PER_UNIT = 250_000;
    private static final long ROWS_FOR_LATE_KEYS = 20_000;

    public SeedSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("a copy needs at least one thread");
        }
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("a rate must not be negative");
        }
        if (rowsPerUnit < 1) {
            throw new IllegalArgumentException("a unit of a copy needs at least one row");
        }
    }

    public SeedSettings(int threads, long bytesPerSecond) {
        this(threads, bytesPerSecond, ROWS_PER_UNIT, ROWS_FOR_LATE_KEYS);
    }
}
