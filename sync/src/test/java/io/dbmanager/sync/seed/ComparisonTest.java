package io.dbmanager.sync.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.CompareCheckpoint.Place;
import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import io.dbmanager.sync.seed.CopyPlan.Unit;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ComparisonTest {
    private static final Column ID = new Column("id", "bigint", false);
    private static final Column WORD = new Column("w", "varchar", false);

    private static RangeKey key(Column... columns) {
        return new RangeKey(
                List.of(columns).stream()
                        .map(column -> RangeKey.Part.of(column, "utf8mb4").orElseThrow())
                        .toList());
    }

    private static Table table(RangeKey key, Column... columns) {
        return new Table(
                new TableName("shop", "t"),
                "innodb",
                Contents.TRANSACTIONAL,
                new History.None(),
                "",
                List.of(columns),
                key,
                10,
                100);
    }

    @Test
    void rowsAreHashedSoThatEachValueCouldBeToldAgain() {
        Table table =
                table(
                        key(ID),
                        ID,
                        new Column("a", "varchar"),
                        new Column("f", "float", false),
                        new Column("b", "char", false),
                        new Column("long", "text"),
                        new Column("j", "json", false));

        assertThat(RowHash.of(table, false))
                .isEqualTo(
                        "CAST(CONV(LEFT(SHA2(CONCAT_WS(_binary'#', `id`, LENGTH(`a`), `a`, CONCAT(`f`*1e0, '+',"
                                + " `f`*1e0 - CONCAT(`f`*1e0) * 1e0), `b`, SHA2(`long`, 256),"
                                + " SHA2(CAST(`j` AS CHAR CHARACTER SET utf8mb4), 256),"
                                + " CONCAT(ISNULL(`a`), ISNULL(`long`))), 256), 15), 16, 10) AS UNSIGNED)");
        assertThat(RowHash.of(table, true))
                .isEqualTo(
                        "CAST(CONV(LEFT(SHA2(CONCAT_WS('#', `id`, LENGTH(`a`), CAST(`a` AS BINARY), CONCAT(`f`*1e0, '+',"
                                + " `f`*1e0 - CONCAT(`f`*1e0) * 1e0), CAST(`b` AS BINARY), SHA2(`long`, 256),"
                                + " SHA2(CAST(`j` AS CHAR CHARACTER SET utf8mb4), 256),"
                                + " CONCAT(ISNULL(`a`), ISNULL(`long`))), 256), 15), 16, 10) AS UNSIGNED)");
        assertThat(TableDigest.query(new Unit(table(key(ID)), new KeyRange.Everything()), false))
                .isEqualTo(
                        "SELECT COUNT(*), SUM(CAST(CONV(LEFT(SHA2('x', 256), 15), 16, 10) AS"
                                + " UNSIGNED)) FROM `shop`.`t`");
    }

    @Test
    void rowsAreLookedForInGroupsOfTheirKeys() {
        Unit unit =
                new Unit(
                        table(key(ID, WORD), ID, WORD),
                        new KeyRange.Part(
                                Optional.of(List.of("5", "_utf8mb4 X'61'")), Optional.empty()));

        assertThat(
                        RowDifferences.rowsQuery(
                                unit,
                                new RowGroups.ByHash(unit.table().rangeKey(), 7),
                                new TreeSet<>(Set.of("3", "6")),
                                true))
                .isEqualTo(
                        "SELECT `id`, `w`, CONV(LEFT(SHA2(CONCAT_WS('#', `id`, CAST(`w` AS BINARY)), 256), 15), 16, 36) FROM `shop`.`t` FORCE"
                                + " INDEX (PRIMARY) WHERE (`id` > 5 OR (`id` = 5 AND `w` >="
                                + " _utf8mb4 X'61')) AND CRC32(CONCAT_WS('#', `id`, CAST(`w` AS BINARY))) MOD 7"
                                + " IN (3,6)");
        assertThat(
                        unit.table()
                                .rangeKey()
                                .anyOf(List.of(List.of("1", "X'61'"), List.of("2", "X'62'"))))
                .isEqualTo("((`id` = 1 AND `w` = X'61') OR (`id` = 2 AND `w` = X'62'))");
        assertThat(key(ID).anyOf(List.of(List.of("1"), List.of("-2"))))
                .isEqualTo("`id` IN (1, -2)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    3           | (`id` BETWEEN 120 AND 159)
                    0           | (`id` BETWEEN -39 AND 39)
                    -2          | (`id` BETWEEN -119 AND -80)
                    -1 0 1      | (`id` BETWEEN -79 AND 79)
                    9 5 10 6 20 | (`id` BETWEEN 200 AND 279 OR `id` BETWEEN 360 AND 439 OR `id` BETWEEN 800 AND 839)
                    """)
    void groupsOfNumbersAreFoundByAnIndex(String groups, String condition) {
        RowGroups byNumber = new RowGroups.ByNumber("`id`", BigInteger.valueOf(40));

        assertThat(byNumber.in(List.of(groups.split(" ")), false)).isEqualTo(condition);
    }

    @Test
    void whatIsNotAlikeIsCounted() {
        RowDifferences found =
                RowDifferences.between(
                        key(ID),
                        Map.of(
                                List.of("1"), List.of("a"),
                                List.of("2"), List.of("b"),
                                List.of("3"), List.of("c", "d", "d"),
                                List.of("4"), List.of("e")),
                        Map.of(
                                List.of("1"), List.of("a"),
                                List.of("2"), List.of("x"),
                                List.of("3"), List.of("d", "c"),
                                List.of("5"), List.of("f", "g")));

        assertThat(found.keys().orElseThrow())
                .containsExactlyInAnyOrder(List.of("2"), List.of("3"), List.of("4"), List.of("5"));
        assertThat(found.missing()).isEqualTo(2);
        assertThat(found.extra()).isEqualTo(2);
        assertThat(found.changed()).isEqualTo(1);
    }

    @Test
    void aKeyThatHasNoNameIsToldOf() {
        RowDifferences found =
                RowDifferences.between(
                        key(WORD), Map.of(List.of("\u00ff"), List.of("a")), Map.of());

        assertThat(found.keys()).isEmpty();
        assertThat(found.rows()).isEqualTo(1);
    }

    @Test
    void keysAreToldWhereTheyAreIntegersOnly() {
        RowDifferences rows =
                new RowDifferences(Optional.of(List.of(List.of("9"), List.of("-7"))), 1, 0, 1);
        TableDifference integers =
                new TableDifference(
                        table(key(ID), ID),
                        12,
                        List.of(new TableDifference.Part(3, 10, 9, Optional.of(rows))));
        TableDifference words =
                new TableDifference(
                        table(key(WORD), WORD),
                        1,
                        List.of(
                                new TableDifference.Part(
                                        1,
                                        10,
                                        9,
                                        Optional.of(
                                                new RowDifferences(
                                                        Optional.of(List.of(List.of("X'61'"))),
                                                        1,
                                                        0,
                                                        0)))));
        TableDifference keyless =
                new TableDifference(
                        table(RangeKey.NONE, WORD),
                        1,
                        List.of(new TableDifference.Part(1, 10, 9, Optional.empty())));

        assertThat(integers.describe())
                .isEqualTo(
                        "table shop.t: 2 rows differ (1 missing, 1 changed), in part 3 of 12, id -7"
                                + " to 9");
        assertThat(words.describe()).isEqualTo("table shop.t: 1 row differs (1 missing)");
        assertThat(keyless.describe())
                .isEqualTo("table shop.t: rows differ: 9 where the primary has 10");
    }

    @Test
    void aComparisonGoesOnWhereItStood(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("state").resolve("verify-dbread1");
        Instant now = Instant.now();
        TableName done = new TableName("shop", "\u00c3\u00a4");
        TableName begun = new TableName("shop", "orders");
        CompareCheckpoint first = CompareCheckpoint.open(file, "a with b", now);
        first.foundEqual(done);
        first.reached(new Place(begun, 4, List.of("17", "X'00'")));
        first.write();

        CompareCheckpoint second = CompareCheckpoint.open(file, "a with b", now);
        assertThat(second.isEqual(done)).isTrue();
        assertThat(second.isEqual(begun)).isFalse();
        assertThat(second.place(begun)).contains(new Place(begun, 4, List.of("17", "X'00'")));
        assertThat(second.place(done)).isEmpty();
        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));

        assertThat(CompareCheckpoint.open(file, "a with c", now).isEqual(done)).isFalse();
        assertThat(
                        CompareCheckpoint.open(file, "a with b", now.plus(Duration.ofDays(8)))
                                .isEqual(done))
                .isFalse();
        Files.writeString(file, "a with b\nnonsense\n");
        assertThat(CompareCheckpoint.open(file, "a with b", now).isEqual(done)).isFalse();
        second.finish();
        assertThat(CompareCheckpoint.exists(file)).isFalse();
    }
}
