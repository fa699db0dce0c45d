package io.dbmanager.sync.seed;

/**
 * How much of the servers a copy may take.
 *
 * @param threads how many connections read tables from the source side by side; at least 1
 * @param bytesPerSecond limit on what is read from the source; 0 for none
 */
public record SeedSettings(int threads, long bytesPerSecond) {
    public SeedSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("a copy needs at least one thread");
        }
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("a rate must not be negative");
        }
    }
}
