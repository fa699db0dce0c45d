package io.dbmanager.sync.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CopyPlanTest {
    private static final Column ID = new Column("id", "bigint");

    private static RangeKey key(Column... columns) {
        List<RangeKey.Part> parts = new ArrayList<>();
        for (Column column : columns) {
            parts.add(RangeKey.Part.of(column, "utf8mb4").orElseThrow());
        }
        return new RangeKey(parts);
    }

    private static Table table(String name, Contents contents, long rows, RangeKey key) {
        return new Table(
                new TableName("s", name),
                "x",
                contents,
                new History.None(),
                "",
                List.of(ID),
                key,
                rows,
                rows * 100);
    }

    private static Table table(String name, Contents contents, long rows) {
        return table(name, contents, rows, key(ID));
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
                        10_000);

        assertThat(plan.locked())
                .extracting(u -> u.table().name().name())
                .containsExactly("myisam");
        assertThat(plan.rest())
                .extracting(u -> u.table().name().name())
                .containsExactly("large", "small");
    }

    @Test
    void aLargeTableWithAKeyIsReadInParts() {
        CopyPlan plan =
                CopyPlan.of(
                        List.of(
                                table("keyless", Contents.TRANSACTIONAL, 4000, RangeKey.NONE),
                                table("large", Contents.TRANSACTIONAL, 2000),
                                table("small", Contents.TRANSACTIONAL, 1999),
                                table("locked", Contents.NON_TRANSACTIONAL, 2000)),
                        1000);

        assertThat(plan.rest()).extracting(Unit::isOpen).containsExactly(false, true, false);
        assertThat(plan.locked()).extracting(Unit::isOpen).containsExactly(false);
    }

    @Test
    void partsOfWideRowsHaveFewer() {
        Table narrow = table("t", Contents.TRANSACTIONAL, 10);
        Table wide =
                new Table(
                        narrow.name(),
                        "x",
                        Contents.TRANSACTIONAL,
                        new History.None(),
                        "",
                        List.of(ID),
                        key(ID),
                        10,
                        10L << 20);

        assertThat(CopyPlan.rowsPerUnit(narrow, 1000)).isEqualTo(1000);
        assertThat(CopyPlan.rowsPerUnit(wide, 1000)).isEqualTo(64);
    }

    @Test
    void boundsOfSeveralColumnsAreSpeltOut() {
        RangeKey key = key(ID, new Column("n`", "varchar"), new Column("b", "varbinary"));

        List<String> bound = key.bound(List.of("-5", "\u00c3\u00a9'", "\0\\")).orElseThrow();

        assertThat(key.columns()).isEqualTo("`id`, `n```, `b`");
        assertThat(bound).containsExactly("-5", "_utf8mb4 X'c3a927'", "X'005c'");
        assertThat(key.atLeast(List.of("1", "2", "3")))
                .isEqualTo(
                        "(`id` > 1 OR (`id` = 1 AND `n``` > 2) OR (`id` = 1 AND `n``` = 2 AND `b`"
                                + " >= 3))");
        assertThat(key.below(List.of("1", "2", "3")))
                .isEqualTo(
                        "(`id` < 1 OR (`id` = 1 AND `n``` < 2) OR (`id` = 1 AND `n``` = 2 AND `b` <"
                                + " 3))");
    }

    @Test
    void bytesThatAreNoTextAreNoBound() {
        List<@Nullable String> row = List.of("\u00ff");

        assertThat(key(new Column("n", "varchar")).bound(row)).isEmpty();
        assertThat(RangeKey.Part.of(new Column("n", "varchar"), "sjis")).isEmpty();
        assertThat(RangeKey.Part.of(new Column("n", "double"), "")).isEmpty();
        assertThat(RangeKey.Part.of(new Column("n", "enum"), "utf8mb4")).isEmpty();
    }

    @Test
    void partsAreReadByTheirBounds() {
        Table table = table("t", Contents.TRANSACTIONAL, 1000);
        Optional<List<String>> five = Optional.of(List.of("5"));

        assertThat(
                        TableCopier.select(
                                new Unit(table, new KeyRange.Part(Optional.empty(), five)),
                                table.columns()))
                .isEqualTo("SELECT `id` FROM `s`.`t` FORCE INDEX (PRIMARY) WHERE (`id` < 5)");
        assertThat(
                        TableCopier.select(
                                new Unit(table, new KeyRange.Part(five, Optional.empty())),
                                table.columns()))
                .isEqualTo("SELECT `id` FROM `s`.`t` FORCE INDEX (PRIMARY) WHERE (`id` >= 5)");
        assertThat(
                        TableCopier.select(
                                new Unit(
                                        table,
                                        new KeyRange.Part(Optional.empty(), Optional.empty())),
                                table.columns()))
                .isEqualTo("SELECT `id` FROM `s`.`t`");
    }

    @Test
    void whatWasBegunIsGoneOnWithWhereverEachStands() {
        Table table = table("t", Contents.TRANSACTIONAL, 10);
        Reached five = new Reached(List.of(List.of("5")));

        CopyPlan plan =
                CopyPlan.of(
                        List.of(table, table("other", Contents.TRANSACTIONAL, 10)),
                        1000,
                        name ->
                                name.equals(table.name())
                                        ? Map.of("one", five, "two", Reached.NOTHING)
                                        : Map.of("one", Reached.NOTHING));

        Optional<List<String>> bound = five.end();
        assertThat(plan.rest())
                .containsExactly(
                        new Unit(
                                table,
                                new KeyRange.Onwards(Optional.empty(), bound),
                                Set.of("two")),
                        new Unit(
                                table,
                                new KeyRange.Onwards(bound, Optional.empty()),
                                Set.of("one", "two")),
                        new Unit(
                                table("other", Contents.TRANSACTIONAL, 10),
                                new KeyRange.Everything()));
        assertThat(plan.rest().getFirst().isFor("one")).isFalse();
        assertThat(plan.rest().getLast().isFor("one")).isTrue();
    }

    @Test
    void whoeverFindsNothingWaitsForTheRestOfWhatOthersSplit() throws Exception {
        Table table = table("t", Contents.TRANSACTIONAL, 1000);
        Unit open = new Unit(table, KeyRange.Onwards.ALL);
        Unit rest = new Unit(table, new KeyRange.Everything());
        UnitQueue queue = new UnitQueue(List.of(open));

        assertThat(queue.take()).contains(open);
        CompletableFuture<Optional<Unit>> other = new CompletableFuture<>();
        Thread waiting =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                other.complete(queue.take());
                            } catch (InterruptedException e) {
                                other.completeExceptionally(e);
                            }
                        });
        queue.giveBack(Optional.of(rest));

        assertThat(other.get(10, TimeUnit.SECONDS)).contains(rest);
        waiting.join();
        assertThat(queue.take()).isEmpty();
    }
}
