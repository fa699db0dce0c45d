package io.dbmanager.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.TopologyEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final TestClock clock = new TestClock();

    @Test
    void saysOnceWhyAServerIsAwaited() {
        Progress progress = progress(false);

        progress.onWaiting("dbread1", false, "connection refused");
        progress.onWaiting("dbread1", false, "connection refused");
        progress.onWaiting("dbread1", false, "still starting");
        progress.onWaiting("dbread1", true, "ready");

        assertThat(printed().lines())
                .containsExactly(
                        "waiting  dbread1  connection refused",
                        "waiting  dbread1  still starting",
                        "ready    dbread1");
    }

    @Test
    void tellsSpeedAndTimeLeftEveryFewSeconds() {
        Progress progress = progress(false);

        progress.onSeeding("dbread1", copied(0, 0));
        clock.pass(Duration.ofSeconds(2));
        progress.onSeeding("dbread1", copied(1000, 1 << 20));
        clock.pass(Duration.ofSeconds(8));
        progress.onSeeding("dbread1", copied(50_000, 20 << 20));

        assertThat(printed().lines())
                .containsExactly(
                        "seeding  dbread1  0 of 100,000 rows, 0 B, 1m 05s left",
                        "seeding  dbread1  50,000 of 100,000 rows, 20.0 MB, 5,000 rows/s, 2.0 MB/s,"
                                + " 1m 05s left");
    }

    @Test
    void saysWhatIsDone() {
        Progress progress = progress(false);

        progress.onSeeding("dbread1", new SeedProgress("clone", 5, 10, 1 << 20, Optional.empty()));
        progress.onSeeding("dbread2", new SeedProgress("repair", 5, 10, 1 << 20, Optional.empty()));

        assertThat(printed().lines())
                .containsExactly(
                        "cloning  dbread1  5 of 10 rows, 1.0 MB",
                        "repairing  dbread2  5 of 10 rows, 1.0 MB");
    }

    @Test
    void rewritesTheSameLinesOnATerminal() {
        Progress progress = progress(true);

        progress.onWaiting("dbread1", false, "connection refused");
        progress.onWaiting("dbread2", false, "connection refused");
        progress.onEvent(new TopologyEvent(clock.instant(), "dbwrite", "note", "hello"));
        progress.clear();

        assertThat(printed())
                .contains("\u001b[2F\u001b[0J" + "note  dbwrite  hello\n")
                .endsWith("\u001b[2F\u001b[0J");
    }

    private Progress progress(boolean terminal) {
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new Progress(new Console(stream, terminal, false), clock);
    }

    private static SeedProgress copied(long rows, long bytes) {
        return new SeedProgress("copy", rows, 100_000, bytes, Optional.of(Duration.ofSeconds(65)));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static final class TestClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
