package io.dbmanager.sync.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The heartbeats of the last minutes, and a way to wait for the next one. */
final class Beats {
    private static final int KEPT = 900;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition written = lock.newCondition();
    private final TreeMap<Long, Beat> beats = new TreeMap<>();

    /**
     * A heartbeat written by this process.
     *
     * @param before a moment before it was written: all that was committed until then comes before
     *     it in the primary's history
     * @param committedNanos {@code System.nanoTime()} when it was known to be committed
     */
    record Beat(long number, Instant before, long committedNanos) {}

    void add(Beat beat) {
        lock.lock();
        try {
            beats.put(beat.number(), beat);
            while (beats.size() > KEPT) {
                beats.pollFirstEntry();
            }
            written.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The number of the newest; 0 before the first. */
    long newest() {
        lock.lock();
        try {
            return beats.isEmpty() ? 0 : beats.lastKey();
        } finally {
            lock.unlock();
        }
    }

    Optional<Beat> find(long number) {
        lock.lock();
        try {
            return Optional.ofNullable(beats.get(number));
        } finally {
            lock.unlock();
        }
    }

    /** The oldest one after {@code number}: the first that a replica which has that one lacks. */
    Optional<Beat> firstAfter(long number) {
        lock.lock();
        try {
            return Optional.ofNullable(beats.higherEntry(number)).map(Map.Entry::getValue);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is one after {@code number}, or the time is up. */
    void awaitAfter(long number, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while ((beats.isEmpty() || beats.lastKey() <= number) && left > 0) {
                left = written.awaitNanos(Math.min(left, TimeUnit.SECONDS.toNanos(60)));
            }
        } finally {
            lock.unlock();
        }
    }
}
