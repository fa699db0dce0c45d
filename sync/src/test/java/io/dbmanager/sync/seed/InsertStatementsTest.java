package io.dbmanager.sync.seed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class InsertStatementsTest {
    private final List<String> statements = new ArrayList<>();
    private final List<Integer> counts = new ArrayList<>();

    private InsertStatements into(Column... columns) {
        return new InsertStatements(
                "`s`.`t`",
                List.of(columns),
                (sql, rows) -> {
                    statements.add(sql);
                    counts.add(rows);
                });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static RowView row(byte[] @Nullable ... values) {
        return RowView.of(values);
    }

    @Test
    void valuesStandInTheFormOfTheirType() throws Exception {
        InsertStatements inserts =
                into(
                        new Column("n", "bigint"),
                        new Column("b", "blob"),
                        new Column("j", "json"),
                        new Column("x", "varchar"));

        long size =
                inserts.add(
                        row(
                                bytes("18446744073709551615"),
                                bytes("\0'\\\u00ff"),
                                bytes("{\"a\": -0}"),
                                null));
        inserts.flush();

        assertThat(statements)
                .containsExactly(
                        "INSERT INTO `s`.`t` (`n`,`b`,`j`,`x`) VALUES"
                                + " (18446744073709551615,_binary'\\0\\'\\\\\u00ff',_utf8mb4'{\"a\":"
                                + " -0.0}',NULL)");
        assertThat(size).isEqualTo(20 + 4 + 9);
    }

    @Test
    void statementsStayBelowTheirSize() throws Exception {
        InsertStatements inserts = into(new Column("b", "blob"));
        byte[] value = new byte[100_000];
        for (int i = 0; i < 30; i++) {
            var _ = inserts.add(row(value));
        }
        inserts.flush();

        assertThat(counts.stream().mapToInt(i -> i).sum()).isEqualTo(30);
        assertThat(statements)
                .allSatisfy(s ->
                        assertThat(s.length())
                                .isLessThanOrEqualTo(InsertStatements.STATEMENT_BYTES));
    }

    @Test
    void aHugeRowHasAStatementOfItsOwn() throws Exception {
        InsertStatements inserts = into(new Column("b", "blob"));
        var _ = inserts.add(row(bytes("small")));
        var _ = inserts.add(row(new byte[3 * InsertStatements.STATEMENT_BYTES]));
        var _ = inserts.add(row(bytes("after")));
        inserts.flush();

        assertThat(counts).containsExactly(1, 1, 1);
        assertThat(statements.get(0)).endsWith("VALUES (_binary'small')");
        assertThat(statements.get(1)).startsWith("INSERT INTO `s`.`t` (`b`) VALUES (_binary'\\0");
        assertThat(statements.get(2)).endsWith("VALUES (_binary'after')");
    }

    @Test
    void rowsWithoutStoredColumnsAreRows() throws Exception {
        InsertStatements inserts = into();
        var _ = inserts.add(row());
        var _ = inserts.add(row());
        inserts.flush();

        assertThat(statements).containsExactly("INSERT INTO `s`.`t` () VALUES (),()");
    }

    @Test
    void nothingIsSentForNoRows() throws Exception {
        into(new Column("a", "int")).flush();

        assertThat(statements).isEmpty();
    }
}
