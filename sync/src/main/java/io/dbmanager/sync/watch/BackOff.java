package io.dbmanager.sync.watch;

import java.time.Duration;

/**
 * Spaces attempts: the first at once, each next after twice the pause, until all is quiet again.
 */
final class BackOff {
    private final long firstNanos;
    private final long longestNanos;
    private final long quietNanos;
    private boolean tried;
    private int attempts;
    private long lastNanos;
    private long pauseNanos;

    /**
     * @param quiet without an attempt for this long, the next counts as the first
     */
    BackOff(Duration first, Duration longest, Duration quiet) {
        this.firstNanos = first.toNanos();
        this.longestNanos = longest.toNanos();
        this.quietNanos = quiet.toNanos();
    }

    /** Whether an attempt may be made now; if so, it counts as made. */
    boolean mayTry(long nowNanos) {
        if (!tried || nowNanos - lastNanos > quietNanos) {
            pauseNanos = firstNanos;
            attempts = 0;
        } else if (nowNanos - lastNanos < pauseNanos) {
            return false;
        } else {
            pauseNanos = Math.min(2 * pauseNanos, longestNanos);
        }
        tried = true;
        attempts++;
        lastNanos = nowNanos;
        return true;
    }

    /** Forgets all attempts: the next may be made at once. */
    void reset() {
        tried = false;
    }

    /** Whether the attempt counted last was the first since all was quiet. */
    boolean isFirst() {
        return attempts == 1;
    }
}
