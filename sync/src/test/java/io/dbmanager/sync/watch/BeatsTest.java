package io.dbmanager.sync.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BeatsTest {
    private final Beats beats = new Beats();

    private static Beats.Beat beat(long number) {
        return new Beats.Beat(number, Instant.ofEpochSecond(number), number * 1000);
    }

    @Test
    void knowsTheFirstBeatThatAReplicaLacks() {
        beats.add(beat(5));
        beats.add(beat(6));
        beats.add(beat(8));

        assertThat(beats.newest()).isEqualTo(8);
        assertThat(beats.firstAfter(4)).contains(beat(5));
        assertThat(beats.firstAfter(6)).contains(beat(8));
        assertThat(beats.firstAfter(8)).isEmpty();
        assertThat(beats.find(7)).isEmpty();
    }

    @Test
    void forgetsTheOldest() {
        for (long number = 1; number <= 2000; number++) {
            beats.add(beat(number));
        }
        assertThat(beats.find(1)).isEmpty();
        assertThat(beats.find(2000)).isPresent();
        assertThat(beats.firstAfter(1).orElseThrow().number()).isGreaterThan(1000);
    }

    @Test
    void wakesWhoWaitsForTheNext() throws Exception {
        beats.add(beat(1));
        CompletableFuture<Long> seen = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        beats.awaitAfter(1, Duration.ofMinutes(5));
                        seen.complete(beats.newest());
                    } catch (InterruptedException e) {
                        seen.completeExceptionally(e);
                    }
                });

        beats.add(beat(2));

        assertThat(seen.get(20, TimeUnit.SECONDS)).isEqualTo(2);
    }

    @Test
    void doesNotWaitForWhatIsThereNorLongerThanAllowed() throws InterruptedException {
        beats.add(beat(3));
        beats.awaitAfter(2, Duration.ofMinutes(5));
        beats.awaitAfter(3, Duration.ofMillis(5));
        assertThat(beats.newest()).isEqualTo(3);
    }
}
