package io.dbmanager.sync.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.CopyPlan.KeyBounds;
import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CopyPlanTest {
    private static Table table(String name, Contents contents, long rows) {
        Column key = new Column("id", "bigint");
        return new Table(
                new TableName("s", name),
                "x",
                contents,
                new History.None(),
                "",
                List.of(key),
                Optional.of(key),
                rows,
                rows * 100);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 99, 4",
        "-50, 49, 7",
        "5, 5, 3",
        "0, 18446744073709551615, 64",
        "-9223372036854775808, 9223372036854775807, 10",
        "1, 3, 64",
    })
    void everyKeyIsInExactlyOnePart(BigInteger least, BigInteger greatest, int parts) {
        List<KeyRange> ranges = CopyPlan.split(new KeyBounds(least, greatest), parts);

        assertThat(ranges).hasSizeBetween(1, parts);
        for (BigInteger key :
                List.of(
                        least,
                        greatest,
                        least.add(greatest).shiftRight(1),
                        // Rows that a stale estimate of the bounds does not know of.
                        least.subtract(BigInteger.TEN),
                        greatest.add(BigInteger.TEN))) {
            assertThat(ranges.stream().filter(range -> holds(range, key))).hasSize(1);
        }
    }

    private static boolean holds(KeyRange range, BigInteger key) {
        return switch (range) {
            case KeyRange.Everything() -> true;
            case KeyRange.Part(var from, var below) ->
                    from.map(f -> key.compareTo(f) >= 0).orElse(true)
                            && below.map(b -> key.compareTo(b) < 0).orElse(true);
        };
    }

    @Test
    void lockedTablesComeFirstAndTheLargestBeforeOthers() {
        CopyPlan plan =
                CopyPlan.of(
                        List.of(
                                table("small", Contents.TRANSACTIONAL, 1),
                                table("myisam", Contents.NON_TRANSACTIONAL, 5),
                                table("merge", Contents.ELSEWHERE, 5),
                                table("sequence", Contents.SEQUENCE, 1),
                                table("large", Contents.TRANSACTIONAL, 1000)),
                        Map.of());

        assertThat(plan.locked())
                .extracting(u -> u.table().name().name())
                .containsExactly("myisam");
        assertThat(plan.rest())
                .extracting(u -> u.table().name().name())
                .containsExactly("large", "small");
    }

    @Test
    void aLargeTableIsSplitWhenItsBoundsAreKnown() {
        Table large = table("large", Contents.TRANSACTIONAL, 1_000_000);

        assertThat(CopyPlan.wantsBounds(large)).isTrue();
        assertThat(CopyPlan.of(List.of(large), Map.of()).rest()).hasSize(1);
        assertThat(
                        CopyPlan.of(
                                        List.of(large),
                                        Map.of(
                                                large.name(),
                                                new KeyBounds(
                                                        BigInteger.ONE,
                                                        BigInteger.valueOf(1_000_000))))
                                .rest())
                .hasSize(4);
    }

    @Test
    void whatIsReadUnderALockIsNotSplit() {
        assertThat(CopyPlan.wantsBounds(table("m", Contents.NON_TRANSACTIONAL, 1_000_000)))
                .isFalse();
    }
}
