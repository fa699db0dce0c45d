package io.dbmanager.sync.seed;

import java.time.Duration;

/**
 * How much of the servers a comparison may take.
 *
 * @param patience how long the replica may take to reach a position of the primary
 * @param bytesPerSecond limit on what is read from each of the two; 0 for none
 * @param rowsPerPart how many rows of a table are compared at once; at least 1
 */
public record CompareSettings(Duration patience, long bytesPerSecond, long rowsPerPart) {
    private static final long ROWS_PER_PART = 250_000;

    public CompareSettings {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("a rate must not be negative");
        }
        if (rowsPerPart < 1) {
            throw new IllegalArgumentException("a part of a table needs at least one row");
        }
    }

    public CompareSettings(Duration patience, long bytesPerSecond) {
        this(patience, bytesPerSecond, ROWS_PER_PART);
    }
}
