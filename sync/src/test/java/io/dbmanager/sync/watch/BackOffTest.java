package io.dbmanager.sync.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackOffTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void triesAtOnceThenEverMoreRarelyAndAtOnceAgainAfterAQuietTime() {
        BackOff backOff =
                new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(8), Duration.ofSeconds(60));
        List<Integer> tried = new ArrayList<>();
        for (int second = 0; second <= 30; second++) {
            if (backOff.mayTry(second * SECOND)) {
                tried.add(second);
            }
        }
        assertThat(tried).containsExactly(0, 1, 3, 7, 15, 23);
        assertThat(backOff.mayTry(90 * SECOND)).isTrue();
        assertThat(backOff.mayTry(91 * SECOND)).isTrue();
        assertThat(backOff.mayTry(92 * SECOND)).isFalse();
    }

    @Test
    void anotherTroubleIsTriedAtOnce() {
        BackOff backOff =
                new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(8), Duration.ofSeconds(60));
        assertThat(backOff.mayTry(0)).isTrue();
        assertThat(backOff.isFirst()).isTrue();
        assertThat(backOff.mayTry(SECOND / 2)).isFalse();
        backOff.reset();
        assertThat(backOff.mayTry(SECOND / 2)).isTrue();
        assertThat(backOff.isFirst()).isTrue();
    }
}
