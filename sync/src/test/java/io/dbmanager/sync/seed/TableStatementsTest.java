package io.dbmanager.sync.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Table;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the text that a server prints of a table, and what is asked of a table. */
final class TableStatementsTest {
    private static final String OPTIONS = "CREATE TABLE `t` (\n  `id` int\n) ENGINE=InnoDB";

    static Table table(String engine, String create, History history, Column... columns) {
        return new Table(
                new TableName("s`1", "t"),
                engine,
                Contents.TRANSACTIONAL,
                history,
                create,
                List.of(columns),
                RangeKey.NONE,
                0,
                0);
    }

    @Test
    void theCounterIsTakenFromTheOptionsOnly() {
        String create =
                """
                CREATE TABLE `t` (
                  `id` int COMMENT ') ENGINE=x AUTO_INCREMENT=9'
                ) ENGINE=InnoDB AUTO_INCREMENT=12 COMMENT=') AUTO_INCREMENT=5'\
                """;

        String without = Table.withoutCounter(create);

        assertThat(without)
                .isEqualTo(create.replace(" AUTO_INCREMENT=12", ""))
                .contains("AUTO_INCREMENT=9", "AUTO_INCREMENT=5");
        assertThat(table("innodb", without, new History.None()).createWithCounter("12"))
                .isEqualTo(create);
    }

    @Test
    void aCounterAtItsBeginningIsLeftOut() {
        Table table = table("innodb", OPTIONS, new History.None());

        assertThat(table.createWithCounter("1")).isEqualTo(OPTIONS);
        assertThat(table.createWithCounter(null)).isEqualTo(OPTIONS);
    }

    @Test
    void archiveTakesItsCounterAfterTheRows() {
        Table table = table("archive", OPTIONS.replace("InnoDB", "ARCHIVE"), new History.None());

        assertThat(table.createWithCounter("5")).doesNotContain("AUTO_INCREMENT");
        assertThat(table.counterAfterRows()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "varchar(20) COLLATE utf8mb4_bin NOT NULL | varchar(20) NOT NULL",
                "varchar(20) CHARACTER SET latin1 COLLATE latin1_bin | varchar(20) CHARACTER SET"
                        + " latin1 COLLATE latin1_bin",
                "text COLLATE utf8mb4_bin | text",
                "\"enum('a)','it''s COLLATE x') COLLATE utf8mb4_bin\" | \"enum('a)','it''s COLLATE"
                        + " x')\"",
                "varchar(9) DEFAULT 'a COLLATE b' | varchar(9) DEFAULT 'a COLLATE b'",
            })
    void aCollationThatWasNeverGivenIsLeftOut(String printed, String wanted) {
        String before = "CREATE TABLE `t` (\n  `a ``b` ";

        assertThat(Table.withoutImpliedCollations(before + unquoted(printed) + ",\n"))
                .isEqualTo(before + unquoted(wanted) + ",\n");
    }

    private static String unquoted(String cell) {
        return cell.startsWith("\"") ? cell.substring(1, cell.length() - 1) : cell;
    }

    @Test
    void referencesGetTheirBackquotesBack() {
        String printed = "  CONSTRAINT `to `b`` FOREIGN KEY (`b`) REFERENCES `x` (`id`)";

        String right = CatalogReader.requoteReference(printed, "to `b`");

        assertThat(right).contains("CONSTRAINT `to ``b``` FOREIGN KEY");
        assertThat(CatalogReader.requoteReference(right, "to `b`")).isEqualTo(right);
    }

    @Test
    void everyColumnIsReadSoThatNothingIsLost() {
        Table table =
                table(
                        "innodb",
                        OPTIONS,
                        new History.None(),
                        new Column("f", "FLOAT"),
                        new Column("e", "enum"),
                        new Column("b", "bit"),
                        new Column("t", "text"));

        assertThat(
                        TableCopier.select(
                                new CopyPlan.Unit(table, new CopyPlan.KeyRange.Everything()),
                                table.columns()))
                .isEqualTo(
                        "SELECT `f`*1e0, CAST(`e` AS UNSIGNED), CAST(`b` AS UNSIGNED), `t` FROM"
                                + " `s``1`.`t`");
    }

    @Test
    void historyIsReadWithItsTimes() {
        Table table =
                table(
                        "innodb",
                        OPTIONS,
                        new History.Kept("row_start", "row_end"),
                        new Column("a", "int"));

        assertThat(
                        TableCopier.select(
                                new CopyPlan.Unit(table, new CopyPlan.KeyRange.Everything()),
                                TableCopier.columns(table)))
                .isEqualTo(
                        "SELECT `a`, `row_start`, `row_end` FROM `s``1`.`t` FOR SYSTEM_TIME ALL");
    }

    @Test
    void aTableOfGeneratedColumnsOnlyHasRowsAllTheSame() {
        Table table = table("innodb", OPTIONS, new History.None());

        assertThat(
                        TableCopier.select(
                                new CopyPlan.Unit(table, new CopyPlan.KeyRange.Everything()),
                                List.of()))
                .isEqualTo("SELECT 1 FROM `s``1`.`t`");
    }
}
