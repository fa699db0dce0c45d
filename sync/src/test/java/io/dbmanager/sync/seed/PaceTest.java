package io.dbmanager.sync.seed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How fast a copy may go, and how long it will take. */
final class PaceTest {
    private final AtomicLong now = new AtomicLong();

    @Test
    void bytesAreHeldToTheirRate() {
        RateLimit limit = new RateLimit(1000, now::get);

        assertThat(limit.take(500)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
        assertThat(limit.take(500)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        now.addAndGet(TimeUnit.SECONDS.toNanos(10));
        // The pause is not saved up.
        assertThat(limit.take(1000)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void withoutALimitNobodyWaits() {
        assertThat(new RateLimit(0, now::get).take(Long.MAX_VALUE)).isZero();
    }

    @Test
    void theTimeLeftFollowsFromTheRowsDone() {
        Progress progress = new Progress(1000, now::get);
        assertThat(progress.current().eta()).isEmpty();

        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(progress.add(250, 5000)).isTrue();
        assertThat(progress.add(1, 1)).as("told of just now").isFalse();

        assertThat(progress.current().rowsTotal()).isEqualTo(1000);
        assertThat(progress.current().eta().orElseThrow())
                .isBetween(Duration.ofMillis(2900), Duration.ofMillis(3000));
    }

    @Test
    void moreRowsThanEstimatedAreNoError() {
        Progress progress = new Progress(10, now::get);
        var _ = progress.add(20, 1);

        assertThat(progress.current().rowsTotal()).isEqualTo(20);
        assertThat(progress.complete().eta()).contains(Duration.ZERO);
    }
}
