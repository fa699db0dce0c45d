package io.dbmanager.sync;

import java.nio.file.Path;
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
 * @param copyThreads how many workers read tables from the server that is copied, side by side; at
 *     least 1
 * @param copyBytesPerSecond limit on what a copy reads from that server; 0 for none
 * @param copyFrom which server that is
 * @param cloning whether servers' own clone plugin makes copies
 * @param verify how replicas are compared with the primary
 * @param stateDir folder for what is to be known after a restart
 */
public record SyncSettings(
        Duration waitTimeout,
        Duration probeInterval,
        Duration maxLag,
        ResyncMode resync,
        Set<String> overwrite,
        int copyThreads,
        long copyBytesPerSecond,
        CopyFrom copyFrom,
        CloneMode cloning,
        Verify verify,
        Path stateDir) {

    /**
     * How replicas are compared with the primary.
     *
     * @param every how often that is done by itself; zero for never
     * @param bytesPerSecond limit on what is read from each server; 0 for none
     */
    public record Verify(Duration every, long bytesPerSecond) {
        public static final Verify WHEN_ASKED = new Verify(Duration.ZERO, 0);

        public Verify {
            if (every.isNegative() || bytesPerSecond < 0) {
                throw new IllegalArgumentException("neither time nor rate may be negative");
            }
        }
    }

    public enum ResyncMode {
        /** Copy again at once, where nothing that exists only there would be lost. */
        AUTO,
        /** Say so and wait for someone to ask. */
        MANUAL
    }

    /** Which server a copy is read from. */
    public enum CopyFrom {
        /** Whatever is wrong with a replica stays there. */
        PRIMARY,
        /** A healthy replica, so that the primary is spared; the primary where there is none. */
        REPLICA
    }

    /** Whether replicas are made by the clone plugin of MySQL where they can be. */
    public enum CloneMode {
        /**
         * Where a restart shows first that the replica's server comes back by itself, since it is
         * restarted at the end of each clone.
         */
        AUTO,
        /** Also where nobody starts it again but an operator, who has to stand by. */
        ALWAYS,
        NEVER
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

    public static final Duration DEFAULT_WAIT_TIMEOUT = Duration.ofMinutes(10);

    public static SyncSettings defaults(Path stateDir) {
        return new SyncSettings(
                DEFAULT_WAIT_TIMEOUT,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                ResyncMode.AUTO,
                Set.of(),
                2,
                0,
                CopyFrom.PRIMARY,
                CloneMode.AUTO,
                Verify.WHEN_ASKED,
                stateDir);
    }
}
