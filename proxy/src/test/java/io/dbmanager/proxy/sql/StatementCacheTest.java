package io.dbmanager.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered of a statement never speaks for one that is another. */
final class StatementCacheTest {
    private static final long SEED = 20261121;
    private static final SqlContext SERVER = Sql.MARIADB_114;

    private final StatementCache cache = new StatementCache();

    private static byte[] bytes(String sql) {
        return sql.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Statement judge(StatementClassifier classifier, byte[] sql, SqlContext server) {
        ByteBuf text = Unpooled.wrappedBuffer(sql);
        return classifier.classify(text, 0, sql.length, server);
    }

    private boolean remembers(String seen, String asked) {
        assertThat(cache.find(bytes(seen), seen.length(), SERVER)).isNull();
        cache.keep(Statement.of(StatementKind.READ, Traits.NAMES_TABLE, "seen"), SERVER);
        return cache.find(bytes(asked), asked.length(), SERVER) != null;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SELECT c FROM t WHERE id=5023 | SELECT c FROM t WHERE id=1",
                "SELECT c FROM t WHERE id IN (1,22,333) LIMIT 5 | SELECT c FROM t WHERE id IN (9,9,9) LIMIT 10",
                "SELECT `a`.`b 'x` FROM `a` WHERE n='x' | SELECT `a`.`b 'x` FROM `a` WHERE n='y z, 7'",
                "SELECT 'a'  ,-1 | SELECT ''  ,-20"
            })
    void otherNumbersAndStringsAreTheSameStatement(String seen, String asked) {
        assertThat(remembers(seen, asked)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SELECT a1 FROM t | SELECT a2 FROM t",
                "SELECT t1.c FROM t1 | SELECT t2.c FROM t1",
                "SELECT 1a FROM t | SELECT 2a FROM t",
                "SELECT 0x41 | SELECT 1x41",
                "SELECT 1e5 | SELECT 2e5",
                "SELECT @1 | SELECT @2",
                "SELECT '1' | SELECT 1",
                "SELECT `1` | SELECT `2`",
                "SELECT 1 1 | SELECT 1 '1'",
                "SELECT 1 | SELECT 1 FOR UPDATE",
                "SELECT 'a' | SELECT 'a' FOR UPDATE, ''",
                "SELECT a | SELECT A"
            })
    void otherWordsAreAnother(String seen, String asked) {
        assertThat(remembers(seen, asked)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 /* route:primary */",
                "SELECT 1 /*!50000 FOR UPDATE */",
                "SELECT 1 -- 1",
                "SELECT 1 # 1",
                "SELECT \"a\"",
                "SELECT 'a\\' FOR UPDATE, '",
                "SELECT 'it''s'",
                "SELECT 'a",
                "SELECT `a",
                "SELECT \u00e4 FROM t",
                "SELECT `\u00e4` FROM t",
                "SELECT ExtractValue('<a/>', '$@v')",
                "SELECT 1\u0000",
                "SELECT '1\u00002'",
                "SELECT `1\u00002`",
                "SELECT 1 \u0001"
            })
    void whatIsNotClearIsNotRemembered(String sql) {
        assertThat(remembers(sql, sql)).isFalse();
    }

    @Test
    void longOnesAreNotRemembered() {
        String longest = "SELECT " + "a".repeat(StatementCache.LONGEST - "SELECT ".length());

        assertThat(remembers(longest, longest)).isTrue();
        assertThat(remembers(longest + "a", longest + "a")).isFalse();
    }

    @Test
    void aJudgementIsGoodForOneServerAndOneSqlModeOnly() {
        byte[] sql = bytes("SELECT NEXTVAL(s)");
        StatementClassifier classifier = new StatementClassifier();

        assertThat(judge(classifier, sql, Sql.MYSQL_97).kind())
                .isEqualTo(StatementKind.FUNCTION_READ);
        assertThat(judge(classifier, sql, Sql.MARIADB_114).kind()).isEqualTo(StatementKind.WRITE);
        assertThat(remembers("SELECT 1", "SELECT 1")).isTrue();
        SqlContext ansi = Sql.servers("maria+ansi").getFirst();
        assertThat(cache.find(bytes("SELECT 1"), 8, ansi)).isNull();
    }

    /**
     * Judgements that speak of a literal: they must not be those of the same words with another.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SELECT GET_LOCK('', 1) | SELECT GET_LOCK('a', 1)",
                "KILL 5 | KILL 6",
                "SET sql_mode='ANSI' | SET sql_mode=''",
                "SET autocommit=1 | SET autocommit=0",
                "SELECT @'a' | SELECT @'b'",
                "PREPARE s FROM 'SELECT 1' | PREPARE s FROM 'DELETE FROM t'"
            })
    void whatSpeaksOfALiteralIsJudgedAnew(String first, String second) {
        StatementClassifier used = new StatementClassifier();
        judge(used, bytes(first), SERVER);

        assertThat(judge(used, bytes(second), SERVER))
                .isEqualTo(judge(new StatementClassifier(), bytes(second), SERVER));
    }

    /** All of the table, after the same with other literals has been judged. */
    @Test
    void noRowIsJudgedOtherwiseForWhatWasSeenBefore() {
        Random random = new Random(SEED);
        StatementClassifier used = new StatementClassifier();
        List<String> wrong = new ArrayList<>();
        for (Row row : Row.all()) {
            for (SqlContext server : Sql.servers(row.servers())) {
                Statement fresh = judge(new StatementClassifier(), row.bytes(), server);
                for (int round = 0; round < 3; round++) {
                    byte[] variant = otherLiterals(row.bytes(), random);
                    judge(used, variant, server);
                    Statement second = judge(used, row.bytes(), server);
                    if (!second.equals(fresh)) {
                        wrong.add("%s on %s: %s".formatted(row, server, second));
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Other digits, and other letters within single quotes, wherever they stand. */
    private static byte[] otherLiterals(byte[] sql, Random random) {
        byte[] other = sql.clone();
        boolean quoted = false;
        for (int i = 0; i < other.length; i++) {
            quoted ^= other[i] == '\'';
            if (other[i] >= '0' && other[i] <= '9') {
                other[i] = (byte) ('0' + random.nextInt(10));
            } else if (quoted && Bytes.classOf(other[i]) == Bytes.LETTER && random.nextBoolean()) {
                other[i] = (byte) ('a' + random.nextInt(26));
            }
        }
        return other;
    }
}
