package io.dbmanager.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rewrites every statement of the table in ways that do not change what the server does with it:
 * case, white space, comments, nesting, neighbours. No rewriting makes a read of what is none; and
 * what is one stays one.
 */
class MutationTest {
    private static final long SEED = 20261120;
    private static final int ROUNDS = 20;

    private static final List<String> BLANKS =
            List.of(
                    " ",
                    "\t",
                    "\n",
                    "\r\n",
                    "  ",
                    "\u000b",
                    "\f",
                    "/**/",
                    "/* ' */",
                    "/*-- \n*/",
                    " -- x'\n",
                    " --\n",
                    "#`x\n",
                    " /* ; */ ",
                    "/*/ */",
                    "/***/",
                    " /*! */ ");

    private static final List<UnaryOperator<String>> NEIGHBOURS =
            List.of(
                    sql -> sql + " ",
                    sql -> "\n/* a */ " + sql,
                    sql -> "-- a\n" + sql,
                    sql -> "#a'\n" + sql,
                    sql -> "/*!*/" + sql,
                    sql -> sql + "\n/* b */",
                    sql -> sql + "\n-- b",
                    sql -> sql + "\n;",
                    sql -> "SELECT 1; " + sql,
                    sql -> sql + "\n; SELECT 1",
                    sql -> "SELECT ';'; SELECT 2;" + sql + "\n;");

    private static final List<UnaryOperator<String>> NESTS =
            List.of(
                    sql -> "(" + sql + "\n)",
                    sql -> "((" + sql + "\n))",
                    sql -> "(SELECT 1) UNION (" + sql + "\n)",
                    sql -> "SELECT * FROM (" + sql + "\n) AS n",
                    sql -> "SELECT * FROM (" + sql + "\n) AS n (a, b)",
                    sql -> "SELECT (SELECT a FROM (" + sql + "\n) n)",
                    sql -> "WITH n AS (" + sql + "\n) SELECT * FROM n",
                    sql -> "WITH m (x) AS (SELECT 1), n (y) AS (" + sql + "\n) SELECT * FROM n",
                    sql -> "EXPLAIN " + sql,
                    sql -> "EXPLAIN FORMAT=JSON " + sql,
                    sql -> "SELECT * FROM t WHERE EXISTS(" + sql + "\n)",
                    sql -> "SELECT 1 UNION ALL " + sql);

    static Stream<Row> noReads() {
        return Row.all().stream()
                .filter(row -> !row.kind().equals("read"))
                .filter(row -> !row.kind().equals("empty"))
                .filter(row -> !row.reason().equals("each a plain read"));
    }

    static Stream<Row> reads() {
        return Row.all().stream().filter(row -> row.kind().equals("read"));
    }

    @ParameterizedTest
    @MethodSource("noReads")
    void noRewritingMakesAReadOfIt(Row row) {
        Random random = new Random(SEED + row.line());
        for (int round = 0; round < ROUNDS; round++) {
            String sql = mutate(text(row), random);
            for (SqlContext server : Sql.servers(row.servers())) {
                Statement statement = Sql.classify(bytes(sql), server);

                assertThat(statement.reads()).as("%s on %s", sql, server).isFalse();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("reads")
    void aReadStaysOneInOtherClothes(Row row) {
        Random random = new Random(SEED + row.line());
        for (int round = 0; round < ROUNDS; round++) {
            String sql = clothe(text(row), random);
            for (SqlContext server : Sql.servers(row.servers())) {
                Statement statement = Sql.classify(bytes(sql), server);

                assertThat(statement.kind())
                        .as("%s on %s", sql, server)
                        .isEqualTo(StatementKind.READ);
            }
        }
    }

    private static String mutate(String sql, Random random) {
        String mutated = clothe(sql, random);
        if (startsQuery(sql) && random.nextBoolean()) {
            mutated = pick(NESTS, random).apply(mutated);
        }
        if (random.nextBoolean()) {
            mutated = pick(NEIGHBOURS, random).apply(mutated);
        }
        return mutated;
    }

    private static boolean startsQuery(String sql) {
        String upper = sql.strip().toUpperCase(java.util.Locale.ROOT);
        return upper.startsWith("SELECT ") || upper.startsWith("WITH ");
    }

    /** Other case and other white space, where no quote or comment gives them a meaning. */
    private static String clothe(String sql, Random random) {
        boolean plain = Stream.of("'", "\"", "`", "/*", "#", "--", "\\").noneMatch(sql::contains);
        StringBuilder clothed = new StringBuilder();
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (plain && c == ' ') {
                clothed.append(pick(BLANKS, random));
            } else if (c < 0x80 && Character.isLetter(c) && !sql.contains("/*M") && plain) {
                clothed.append(
                        random.nextBoolean() ? Character.toUpperCase(c) : Character.toLowerCase(c));
            } else {
                clothed.append(c);
            }
        }
        return clothed.toString();
    }

    private static <T> T pick(List<T> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }

    /** One character a byte. */
    private static String text(Row row) {
        return new String(row.bytes(), StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String sql) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(sql.getBytes(StandardCharsets.ISO_8859_1));
        return bytes.toByteArray();
    }
}
