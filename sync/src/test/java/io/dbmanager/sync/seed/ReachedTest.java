package io.dbmanager.sync.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import io.dbmanager.sync.seed.Reached.Rest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is left of tables that several replicas have in part. */
final class ReachedTest {
    private static Optional<List<String>> at(String bound) {
        return bound.isEmpty() ? Optional.empty() : Optional.of(List.of(bound));
    }

    private static KeyRange.Part part(String from, String below) {
        return new KeyRange.Part(at(from), at(below));
    }

    private static Reached reached(String... bounds) {
        return new Reached(Arrays.stream(bounds).map(List::of).toList());
    }

    private static Rest rest(String from, String below, String... replicas) {
        return new Rest(new KeyRange.Onwards(at(from), at(below)), Set.of(replicas));
    }

    private static List<Rest> rests(Map<String, Reached> byReplica) {
        return Reached.rests(Reached.inOrder(byReplica));
    }

    @Test
    void partsCountAsFarAsTheyFollowEachOtherFromTheBeginning() {
        assertThat(Reached.by(List.of(part("b", "c"), part("", "b"), part("d", "e"))))
                .isEqualTo(reached("b", "c"));
        assertThat(Reached.by(List.of(part("b", "c")))).isEqualTo(Reached.NOTHING);
        assertThat(Reached.by(List.of())).isEqualTo(Reached.NOTHING);
    }

    @Test
    void aNoteThatContradictsItselfEnds() {
        assertThat(Reached.by(List.of(part("", "b"), part("b", "b"))).end()).isEqualTo(at("b"));
        assertThat(Reached.by(List.of(part("", "b"), part("b", "c"), part("c", "b"))).bounds())
                .hasSizeLessThan(4);
    }

    @Test
    void itConsistsOfItsParts() {
        assertThat(reached("b", "c").parts()).containsExactly(part("", "b"), part("b", "c"));
        assertThat(Reached.by(reached("b", "c", "d").parts())).isEqualTo(reached("b", "c", "d"));
    }

    @Test
    void oneReplicaLacksWhatComesAfterItsEnd() {
        assertThat(rests(Map.of("one", reached("b", "c")))).containsExactly(rest("c", "", "one"));
        assertThat(rests(Map.of("one", Reached.NOTHING))).containsExactly(rest("", "", "one"));
    }

    @Test
    void whatSeveralLackIsReadOnceForAllOfThem() {
        assertThat(
                        rests(
                                Map.of(
                                        "one", reached("b", "c", "d"),
                                        "two", reached("b"),
                                        "three", Reached.NOTHING,
                                        "four", reached("b"))))
                .containsExactly(
                        rest("", "b", "three"),
                        rest("b", "d", "two", "three", "four"),
                        rest("d", "", "one", "two", "three", "four"));
    }

    @Test
    void whoHasOtherBoundsGoesBackToTheLastOneInCommon() {
        Map<String, Reached> byReplica =
                Map.of("one", reached("b", "c", "d"), "two", reached("b", "x"));

        assertThat(Reached.inOrder(byReplica))
                .containsEntry("one", reached("b", "c", "d"))
                .containsEntry("two", reached("b"));
        assertThat(rests(Map.of("one", reached("b", "c"), "two", reached("x", "c"))))
                .as("both have all below the same bound")
                .containsExactly(rest("c", "", "one", "two"));
        assertThat(rests(Map.of("one", reached("b", "c"), "two", reached("x"))))
                .containsExactly(rest("", "c", "two"), rest("c", "", "one", "two"));
    }
}
