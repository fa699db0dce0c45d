package io.dbmanager.sync.seed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How fast a copy may go, look by look. */
final class AdaptivePaceTest {
    private static final Duration MAX = Duration.ofSeconds(5);
    private static final Pace.Load CALM = running(2);

    private static Pace.Load running(int threads) {
        return new Pace.Load("dbwrite", threads, "", Duration.ZERO);
    }

    private static Pace.Load behind(double seconds) {
        return new Pace.Load("dbwrite", 2, "dbread2", Duration.ofMillis((long) (seconds * 1000)));
    }

    private static Pace after(Pace.Load... looks) {
        Pace pace = Pace.FULL;
        for (Pace.Load load : looks) {
            pace = pace.next(load, MAX);
        }
        return pace;
    }

    static Stream<Arguments> looks() {
        return Stream.of(
                Arguments.of("nothing to do", List.of(CALM), 1.0),
                Arguments.of("some to do", List.of(running(25), behind(5)), 1.0),
                Arguments.of("too many threads", List.of(running(26)), 0.5),
                Arguments.of("a replica too far behind", List.of(behind(5.1)), 0.5),
                Arguments.of("still too many", List.of(running(40), running(40)), 0.25),
                Arguments.of("calm, but not for long", List.of(running(40), CALM, CALM), 0.5),
                Arguments.of("calm for long", List.of(running(40), CALM, CALM, CALM), 1.0),
                Arguments.of(
                        "in between nothing changes",
                        List.of(running(40), CALM, CALM, running(20), CALM, CALM),
                        0.5),
                Arguments.of(
                        "a lag in between likewise",
                        List.of(behind(9), CALM, CALM, behind(3), CALM, CALM),
                        0.5),
                Arguments.of(
                        "step by step",
                        List.of(running(40), running(40), CALM, CALM, CALM, CALM),
                        0.5),
                Arguments.of(
                        "never nothing", java.util.Collections.nCopies(50, behind(99)), 0.0625));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("looks")
    void theShareFollowsWhatIsSeen(String what, List<Pace.Load> looks, double share) {
        assertThat(after(looks.toArray(Pace.Load[]::new)).share()).as(what).isEqualTo(share);
    }

    @Test
    void itIsSaidWhatHasSlowedIt() {
        assertThat(after(running(40)).slowed())
                .contains("slowed to 1/2 of the speed, since dbwrite has 40 running threads");
        assertThat(after(behind(6.25), behind(6.25)).slowed())
                .contains("slowed to 1/4 of the speed, since dbread2 has fallen 6.3 s behind");
        assertThat(after(running(40), CALM, CALM, CALM)).isEqualTo(Pace.FULL);
        assertThat(Pace.FULL.slowed()).isEmpty();
    }

    @Test
    void pausesMakeUpTheRest() {
        long second = TimeUnit.SECONDS.toNanos(1);

        assertThat(Pace.FULL.pauseAfter(second)).isZero();
        assertThat(after(running(40)).pauseAfter(second)).isEqualTo(second);
        assertThat(after(running(40), running(40)).pauseAfter(second)).isEqualTo(3 * second);
    }
}
