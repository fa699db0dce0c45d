package io.dbmanager.sync.seed;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bounds how many bytes pass in a second, over all workers. What passes is paid for afterwards: who
 * took much waits long before the next.
 */
final class RateLimit {
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long bytesPerSecond;
    private final LongSupplier nanoTime;
    private long freeAt;

    /**
     * @param bytesPerSecond 0 for no limit
     * @param nanoTime a clock such as {@link System#nanoTime}
     */
    RateLimit(long bytesPerSecond, LongSupplier nanoTime) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanoTime = nanoTime;
        this.freeAt = nanoTime.getAsLong();
    }

    /** Accounts for bytes; returns how many nanoseconds to wait before going on. */
    synchronized long take(long bytes) {
        if (bytesPerSecond == 0) {
            return 0;
        }
        long now = nanoTime.getAsLong();
        // Time in which nothing passed is lost: no burst makes up for a pause.
        freeAt =
                Math.max(freeAt, now)
                        + (long) (bytes * (NANOS_PER_SECOND / (double) bytesPerSecond));
        return freeAt - now;
    }

    void pass(long bytes) throws InterruptedException {
        long wait = take(bytes);
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
        }
    }
}
