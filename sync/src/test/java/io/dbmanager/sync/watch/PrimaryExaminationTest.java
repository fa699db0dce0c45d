package io.dbmanager.sync.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.GtidSet;
import io.dbmanager.common.MySqlGtidSet;
import io.dbmanager.sync.Facts;
import io.dbmanager.sync.watch.PrimaryExamination.Seen;
import io.dbmanager.sync.watch.PrimaryExamination.Verdict;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrimaryExaminationTest {
    private static final Seen KNOWN = seen("a", "h", 100);

    private static Seen seen(String identity, @Nullable String history, long last) {
        return new Seen(
                identity,
                Optional.ofNullable(history),
                last < 0 ? Optional.empty() : Optional.of(upTo(last)),
                7);
    }

    private static GtidSet upTo(long last) {
        return last == 0 ? MySqlGtidSet.empty() : MySqlGtidSet.parse(Facts.UUID_P + ":1-" + last);
    }

    @ParameterizedTest(name = "{0} with history {1} at {2}, replicas at {3} and {4}: {5}")
    @CsvSource(
            nullValues = "-",
            value = {
                "a, h, 120, 100, 100, Same",
                "a, h, 90,  95,  95,  WentBack",
                "a, h, 100, 95,  95,  Same",
                "a, -, 120, 100, 100, HeartbeatLost",
                "a, -, 0,   100, 100, Stranger",
                "b, -, 0,   100, 100, Stranger",
                "b, -, 120, 100, 100, Stranger",
                "a, x, 120, 100, 100, Stranger",
                "b, x, 120, 100, 100, Stranger",
                "b, h, 120, 100, 100, Successor",
                "b, h, 95,  90,  95,  Successor",
                "b, h, 95,  90,  100, Successor",
                "b, h, 80,  90,  100, Stranger"
            })
    void judges(
            String identity,
            @Nullable String history,
            long last,
            long one,
            long two,
            String expected) {
        Verdict verdict =
                PrimaryExamination.examine(
                        KNOWN,
                        seen(identity, history, last),
                        Map.of("r1", upTo(one), "r2", upTo(two)));
        assertThat(verdict.getClass().getSimpleName()).isEqualTo(expected);
    }

    /** Writing goes on after a restore, and hides in GTIDs that it happened; not in heartbeats. */
    @Test
    void anOlderHeartbeatShowsAServerThatWentBackWithoutGtidsOrWithThem() {
        for (long last : new long[] {-1, 120}) {
            Seen known = seen("a", "h", last < 0 ? -1 : 100);
            Seen now = new Seen("a", Optional.of("h"), seen("a", "h", last).executed(), 6);
            assertThat(PrimaryExamination.examine(known, now, Map.of()))
                    .isInstanceOf(Verdict.WentBack.class);
        }
    }

    @Test
    void namesTheReplicasThatASuccessorLeavesBehind() {
        Verdict verdict =
                PrimaryExamination.examine(
                        KNOWN, seen("b", "h", 95), Map.of("r1", upTo(90), "r2", upTo(100)));
        assertThat(((Verdict.Successor) verdict).left()).containsExactly("r2");
    }

    @Test
    void withNoReplicaToAskTheLastKnownPositionDecides() {
        assertThat(PrimaryExamination.examine(KNOWN, seen("b", "h", 100), Map.of()))
                .isInstanceOf(Verdict.Successor.class);
        assertThat(PrimaryExamination.examine(KNOWN, seen("b", "h", 99), Map.of()))
                .isInstanceOf(Verdict.Stranger.class);
    }

    @Test
    void withoutGtidsTheHistoryDecides() {
        Seen known = seen("a", "h", -1);
        assertThat(PrimaryExamination.examine(known, seen("b", "h", -1), Map.of()))
                .isInstanceOf(Verdict.Successor.class);
        assertThat(PrimaryExamination.examine(known, seen("b", null, -1), Map.of()))
                .isInstanceOf(Verdict.Stranger.class);
    }
}
