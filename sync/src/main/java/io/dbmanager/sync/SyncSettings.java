package io.dbmanager.sync;

import java.time.Duration;
import java.util.Set;

/**
 * How replicas are made and kept.
 *
 * @param waitTimeout how long to wait for servers to be ready
 * @param probeInterval how often each server is looked at
 * @param maxLag a replica further behind takes no reads
 * @param resync what happens when a replica cannot go on
 * @param overwrite names of the replicas that may lose data which the primary does not have
 * @param copyThreads how many workers read tables from the primary side by side; at least 1
 * @param copyBytesPerSecond limit on what a copy reads from the primary; 0 for none
 */
public record SyncSettings(
        Duration waitTimeout,
        Duration probeInterval,
        Duration maxLag,
        ResyncMode resync,
        Set<String> overwrite,
        int copyThreads,
        long copyBytesPerSecond) {

    public enum ResyncMode {
        /** Copy again at once, where nothing that exists only there would be lost. */
        AUTO,
        /** Say so and wait for someone to ask. */
        MANUAL
    }

    public SyncSettings {
        overwrite = Set.copyOf(overwrite);
        if (copyThreads < 1) {
            throw new IllegalArgumentException("copy-threads must be at least 1");
        }
        if (copyBytesPerSecond < 0) {
            throw new IllegalArgumentException("copy-bytes-per-second must not be negative");
        }
        if (waitTimeout.isNegative() || !probeInterval.isPositive() || maxLag.isNegative()) {
            throw new IllegalArgumentException("durations must not be negative");
        }
    }

    public static SyncSettings defaults() {
        return new SyncSettings(
                Duration.ofMinutes(10),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                ResyncMode.AUTO,
                Set.of(),
                2,
                0);
    }
}
