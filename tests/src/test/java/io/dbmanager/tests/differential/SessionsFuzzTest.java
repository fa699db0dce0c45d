package io.dbmanager.tests.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.tests.servers.ServerFlavour;
import io.dbmanager.tests.servers.TestServers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nobody can tell by its answers that the proxy is not the primary. The seeds are always the same;
 * {@code tests/fuzz/sessions} tries others.
 */
class SessionsFuzzTest {
    private static final long FIRST = Long.getLong("fuzz.first", 1);
    private static final int SEEDS = Integer.getInteger("fuzz.seeds", 4);
    private static final int STEPS = Integer.getInteger("fuzz.steps", 200);
    private static final int ENOUGH = Integer.getInteger("fuzz.failures", 1);
    private static final String FLAVOURS =
            System.getProperty("fuzz.flavours", "mariadb-11.4,mysql-8.0");

    static Stream<ServerFlavour> flavours() {
        return Arrays.stream(ServerFlavour.values())
                .filter(flavour -> List.of(FLAVOURS.split(",")).contains(flavour.id()));
    }

    @ParameterizedTest
    @MethodSource("flavours")
    void theProxyAnswersAsTheServerDoes(ServerFlavour flavour) throws Exception {
        TestServers.assumeAvailable(flavour);
        List<String> failures = new ArrayList<>();
        long reads;
        try (Twins twins = Twins.start(flavour)) {
            long before = twins.readsAtReplicas();
            for (long seed = FIRST; seed < FIRST + SEEDS && failures.size() < ENOUGH; seed++) {
                tried(twins, seed).ifPresent(failures::add);
            }
            reads = twins.readsAtReplicas() - before;
        }
        assertThat(failures).isEmpty();
        // Were it all answered by the primary, the test would prove nothing.
        assertThat(reads).isGreaterThan(SEEDS);
    }

    private static Optional<String> tried(Twins twins, long seed) throws Exception {
        List<Step> steps =
                Sequences.of(seed, STEPS, twins.flavour().isMariaDb(), Twins.Kind.of(seed));
        Optional<Trial.Difference> found = Trial.run(twins, seed, steps);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Shrinker.Shrunk shrunk =
                Shrinker.shrink(steps, found.get(), fewer -> Trial.run(twins, seed, fewer));
        String report = report(twins, seed, shrunk);
        System.out.println(report);
        return Optional.of(report);
    }

    private static String report(Twins twins, long seed, Shrinker.Shrunk shrunk) {
        return "%s, seed %d, %s:%n%s%n%s"
                .formatted(
                        twins.flavour(),
                        seed,
                        shrunk.again()
                                ? "differs with these steps"
                                : "has differed once, not again when repeated",
                        shrunk.steps().stream()
                                .map(step -> "    " + step)
                                .collect(Collectors.joining("\n")),
                        shrunk.difference());
    }
}
