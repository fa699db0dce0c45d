package io.dbmanager.sync.seed;

import io.dbmanager.common.SeedProgress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Counts what has been read and reckons how long the rest takes. */
final class Progress {
    private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final String method;
    private final long rowsEstimate;
    private final LongSupplier nanoTime;
    private final Supplier<Optional<String>> slowed;
    private final long startedAt;
    private final LongAdder rows = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final AtomicLong reportedAt;

    Progress(long rowsEstimate, LongSupplier nanoTime) {
        this("copy", rowsEstimate, nanoTime, Optional::empty);
    }

    /**
     * @param method what is done with the rows, in a word
     * @param slowed says why it goes more slowly than it could
     */
    Progress(
            String method,
            long rowsEstimate,
            LongSupplier nanoTime,
            Supplier<Optional<String>> slowed) {
        this.method = method;
        this.rowsEstimate = rowsEstimate;
        this.nanoTime = nanoTime;
        this.slowed = slowed;
        this.startedAt = nanoTime.getAsLong();
        this.reportedAt = new AtomicLong(startedAt - REPORT_NANOS);
    }

    /**
     * Counts rows.
     *
     * @return whether it is time to tell someone; true for one caller only each time
     */
    boolean add(long moreRows, long moreBytes) {
        rows.add(moreRows);
        bytes.add(moreBytes);
        long now = nanoTime.getAsLong();
        long last = reportedAt.get();
        return now - last >= REPORT_NANOS && reportedAt.compareAndSet(last, now);
    }

    SeedProgress current() {
        long done = rows.sum();
        long total = Math.max(done, rowsEstimate);
        return new SeedProgress(method, done, total, bytes.sum(), eta(done, total), slowed.get());
    }

    /** When all rows have been read: the estimate no longer counts. */
    SeedProgress complete() {
        long done = rows.sum();
        return new SeedProgress(method, done, done, bytes.sum(), Optional.of(Duration.ZERO));
    }

    private Optional<Duration> eta(long done, long total) {
        if (done == 0) {
            return Optional.empty();
        }
        double nanosPerRow = (nanoTime.getAsLong() - startedAt) / (double) done;
        return Optional.of(Duration.ofNanos((long) (nanosPerRow * (total - done))));
    }
}
