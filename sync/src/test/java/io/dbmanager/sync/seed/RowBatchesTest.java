package io.dbmanager.sync.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.seed.RowBatch.RowTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RowBatchesTest {
    private final List<RowBatch> batches = new ArrayList<>();
    private final List<String> inserts = new ArrayList<>();

    private RowBatches into(Column... columns) {
        return new RowBatches(
                new RowTable(new TableName("s", "t"), List.of(columns)),
                batches::add,
                (sql, rows) -> {
                    assertThat(rows).isOne();
                    inserts.add(sql);
                });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static RowView row(byte[] @Nullable ... values) {
        return RowView.of(values);
    }

    private static byte[] everyByte() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        return all;
    }

    @Test
    void valuesAreSeparatedAndEscaped() throws Exception {
        RowBatches packer = into(new Column("a", "blob"), new Column("j", "json"));

        long size = packer.add(row(bytes("\t\n\\N\0'"), bytes("[-0]")));
        var _ = packer.add(row(null, bytes("")));
        packer.flush();

        assertThat(batches).hasSize(1);
        assertThat(batches.getFirst().lines()).isEqualTo(bytes("\\t\\n\\\\N\0'\t[-0.0]\n\\N\t\n"));
        assertThat(batches.getFirst().rows()).isEqualTo(2);
        assertThat(size).isEqualTo(6 + 4);
    }

    /** Wherever in a value they stand, and beside whichever other bytes. */
    @Test
    void whateverMustBeEscapedIsFound() throws Exception {
        Column column = new Column("a", "blob");
        for (int length = 0; length < 20; length++) {
            for (int at = 0; at < length; at++) {
                for (byte special : bytes("\t\n\\\1\u0080\u00ff\u008a\u00dc")) {
                    byte[] value = new byte[length];
                    java.util.Arrays.fill(value, (byte) (special + 1));
                    value[at] = special;
                    List<String> back = new ArrayList<>();
                    batches.clear();
                    RowBatches packer = into(column);
                    var _ = packer.add(row(value));
                    packer.flush();
                    batches.getFirst().toInserts((sql, _) -> back.add(sql));
                    List<String> wanted = new ArrayList<>();
                    InsertStatements inserts =
                            new InsertStatements(
                                    "`s`.`t`", List.of(column), (sql, _) -> wanted.add(sql));
                    var _ = inserts.add(row(value));
                    inserts.flush();

                    assertThat(back).isEqualTo(wanted);
                    assertThat(batches.getFirst().lines()).containsExactly(escapedOneByOne(value));
                }
            }
        }
    }

    private static byte[] escapedOneByOne(byte[] value) {
        StringBuilder line = new StringBuilder();
        for (byte b : value) {
            switch (b) {
                case '\t' -> line.append("\\t");
                case '\n' -> line.append("\\n");
                case '\\' -> line.append("\\\\");
                default -> line.append((char) (b & 0xff));
            }
        }
        return bytes(line.append('\n').toString());
    }

    @Test
    void theSameRowsCanBeInserted() throws Exception {
        Column[] columns = {
            new Column("a", "blob"), new Column("b", "varchar"), new Column("j", "json")
        };
        List<RowView> rows =
                List.of(
                        row(everyByte(), bytes("\\N"), bytes("[-0]")),
                        row(null, bytes(""), null),
                        row(bytes("\\t\t\n\\"), null, bytes("\"\\\\n\"")));
        List<String> wanted = new ArrayList<>();
        InsertStatements inserts =
                new InsertStatements("`s`.`t`", List.of(columns), (sql, _) -> wanted.add(sql));
        RowBatches packer = into(columns);
        for (RowView row : rows) {
            var _ = inserts.add(row);
            var _ = packer.add(row);
        }
        inserts.flush();
        packer.flush();

        List<String> made = new ArrayList<>();
        batches.getFirst().toInserts((sql, _) -> made.add(sql));

        assertThat(made).isEqualTo(wanted);
    }

    @Test
    void batchesHaveABoundAndAHugeRowIsInserted() throws Exception {
        RowBatches packer = into(new Column("a", "blob"));
        var _ = packer.add(row(new byte[100_000]));
        long size = packer.add(row(new byte[3 * InsertStatements.STATEMENT_BYTES]));

        // What came before it is handed on before it.
        assertThat(batches).hasSize(1);
        assertThat(inserts).hasSize(1);
        assertThat(inserts.getFirst()).startsWith("INSERT INTO `s`.`t` (`a`) VALUES (");
        assertThat(size).isEqualTo(3 * InsertStatements.STATEMENT_BYTES);
        for (int i = 0; i < 30; i++) {
            var _ = packer.add(row(new byte[100_000]));
        }
        packer.flush();

        assertThat(batches.getFirst().rows()).isOne();
        assertThat(batches.stream().mapToInt(RowBatch::rows).sum()).isEqualTo(31);
        assertThat(inserts).hasSize(1);
        assertThat(batches.stream().skip(1))
                .allSatisfy(batch ->
                        assertThat(batch.bytes())
                                .isLessThan(InsertStatements.STATEMENT_BYTES + 200_000));
    }

    @Test
    void nothingIsHandedOnForNoRows() throws Exception {
        into(new Column("a", "int")).flush();

        assertThat(batches).isEmpty();
    }

    @Test
    void whatIsNoStringOfBytesPassesThroughAVariable() {
        RowTable table =
                new RowTable(
                        new TableName("s", "t"),
                        List.of(
                                new Column("n", "bigint"),
                                new Column("e", "enum"),
                                new Column("j", "json")));

        assertThat(table.loadStatement())
                .endsWith(
                        "(`n`, @dbmanager_1, @dbmanager_2) SET `e` = CAST(@dbmanager_1 AS"
                                + " UNSIGNED), `j` = CONVERT(@dbmanager_2 USING utf8mb4)");
    }
}
