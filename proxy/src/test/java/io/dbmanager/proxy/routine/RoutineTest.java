package io.dbmanager.proxy.routine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Functions that call functions. */
class RoutineTest {
    private static Routine quiet(String name, String... calls) {
        return new Routine(name, true, List.of(calls));
    }

    @Test
    void aFunctionReadsIfAllThatItCallsRead() {
        assertThat(
                        Routine.reading(
                                List.of(
                                        quiet("s.a", "s.b"),
                                        quiet("s.b", "s.c"),
                                        quiet("s.c"),
                                        quiet("s.d", "s.e"),
                                        quiet("s.e", "s.writes"),
                                        new Routine("s.writes", false, List.of()),
                                        quiet("s.f", "s.loadable"))))
                .containsExactlyInAnyOrder("s.a", "s.b", "s.c");
    }

    @Test
    void namesThatDifferInCaseAreOne() {
        assertThat(Routine.reading(List.of(quiet("s.a"), new Routine("s.a", false, List.of()))))
                .isEmpty();
    }
}
