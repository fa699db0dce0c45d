package io.dbmanager.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a SET or USE changes, and what another backend must be told. */
class SessionChangesTest {
    /** Statement; what is to be replayed, {@code -} for what concerns the primary only, STAY. */
    static Stream<Arguments> changes() {
        return Stream.of(
                arguments("SET sql_mode='ANSI'", List.of("SET SESSION `sql_mode`='ANSI'")),
                arguments("SET SESSION SQL_MODE = ansi", List.of("SET SESSION `sql_mode`=ansi")),
                arguments("SET @@sql_mode := ''", List.of("SET SESSION `sql_mode`=''")),
                arguments("SET @@session.sql_mode=''", List.of("SET SESSION `sql_mode`=''")),
                arguments("SET @@LOCAL . sql_mode=''", List.of("SET SESSION `sql_mode`=''")),
                arguments(
                        "SET `time_zone` = '+01:00'", List.of("SET SESSION `time_zone`='+01:00'")),
                arguments("SET wait_timeout = -1", List.of("SET SESSION `wait_timeout`=-1")),
                arguments(
                        "SET character_set_results = NULL",
                        List.of("SET SESSION `character_set_results`=NULL")),
                arguments(
                        "SET group_concat_max_len = DEFAULT",
                        List.of("SET SESSION `group_concat_max_len`=DEFAULT")),
                arguments(
                        "SET sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')",
                        List.of(
                                "SET SESSION `sql_mode`=CONCAT(@@sql_mode,"
                                        + " ',STRICT_ALL_TABLES')")),
                arguments(
                        "SET time_zone = @@session.time_zone",
                        List.of("SET SESSION `time_zone`=@@session.time_zone")),
                arguments("SET time_zone = @old", List.of("STAY")),
                arguments("SET time_zone = @@global.time_zone", List.of("STAY")),
                arguments("SET timestamp = UNIX_TIMESTAMP()", List.of("STAY")),
                arguments(
                        "SET timestamp = 1700000000",
                        List.of("SET SESSION `timestamp`=1700000000")),
                arguments("SET sql_select_limit = (SELECT 5)", List.of("STAY")),
                arguments("SET sql_select_limit = f(1)", List.of("STAY")),
                arguments("SET rand_seed1 = 5", List.of("STAY")),
                arguments("SET profiling = 1", List.of("STAY")),
                arguments("SET sql_auto_is_null = 0", List.of("SET SESSION `sql_auto_is_null`=0")),
                arguments("SET sql_auto_is_null = 1", List.of("STAY")),
                arguments("SET autocommit = 0", List.of("-")),
                arguments("SET SESSION transaction_read_only = 0", List.of("-")),
                arguments("SET tx_read_only = OFF", List.of("-")),
                arguments("SET sql_log_bin = 0", List.of("-")),
                arguments("SET gtid_next = 'AUTOMATIC'", List.of("-")),
                arguments("SET GLOBAL sql_mode = ''", List.of("-")),
                arguments("SET @@global.sql_mode = ''", List.of("-")),
                arguments("SET PERSIST_ONLY sql_mode = ''", List.of("-")),
                arguments("SET GLOBAL a = 1, b = 2", List.of("-", "STAY")),
                arguments("SET GLOBAL a = 1, SESSION b = 2", List.of("-", "SET SESSION `b`=2")),
                arguments("SET @a = 1", List.of("SET @`a`=1")),
                arguments(
                        "SET @A = 'x', @`b c` = -1.5e3",
                        List.of("SET @`a`='x'", "SET @`b c`=-1.5e3")),
                arguments("SET @a = NULL, @b := TRUE", List.of("SET @`a`=NULL", "SET @`b`=TRUE")),
                arguments(
                        "SET @a = _utf8mb4'x' COLLATE utf8mb4_bin",
                        List.of("SET @`a`=_utf8mb4'x' COLLATE utf8mb4_bin")),
                arguments("SET @a = 'it''s; a \\' b'", List.of("SET @`a`='it''s; a \\' b'")),
                arguments("SET @a = @b", List.of("-")),
                arguments(
                        "SET @a = @@sql_mode, sql_mode = ''",
                        List.of("-", "SET SESSION `sql_mode`=''")),
                arguments("SET @a = NOW()", List.of("-")),
                arguments("SET @a = CURRENT_TIMESTAMP", List.of("-")),
                arguments("SET @a = 1 + 1", List.of("-")),
                arguments("SET @a = (SELECT MAX(id) FROM t)", List.of("-")),
                arguments("SET NAMES utf8mb4", List.of("SET NAMES utf8mb4")),
                arguments("set names 'latin1';", List.of("SET NAMES 'latin1'")),
                arguments(
                        "SET NAMES utf8mb4 COLLATE utf8mb4_bin, @a = 1",
                        List.of("SET NAMES utf8mb4 COLLATE utf8mb4_bin", "SET @`a`=1")),
                arguments("SET @a = 1, NAMES utf8mb4", List.of("SET @`a`=1", "SET NAMES utf8mb4")),
                arguments("SET CHARACTER SET latin1", List.of("SET CHARACTER SET latin1")),
                arguments("SET CHARSET DEFAULT", List.of("SET CHARACTER SET DEFAULT")),
                arguments("SET TRANSACTION READ ONLY", List.of("-")),
                arguments("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", List.of("-")),
                arguments("SET SESSION TRANSACTION READ WRITE", List.of("-")),
                arguments("SET GLOBAL TRANSACTION READ ONLY", List.of("-")),
                arguments(
                        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE",
                        List.of("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")),
                arguments("SET ROLE a, b@c", List.of("SET ROLE a, b@c")),
                arguments("SET PASSWORD = 'x'", List.of("-")),
                arguments("SET RESOURCE GROUP g", List.of("STAY")),
                arguments("SET cache.key_buffer_size = 5", List.of("STAY")),
                arguments("SET", List.of("STAY")),
                arguments("/*!40101 SET NAMES utf8 */", List.of("SET NAMES utf8")),
                arguments(
                        "SET time_zone = /*!40101 SYSTEM */",
                        List.of("SET SESSION `time_zone`=SYSTEM")),
                arguments("SET wait_timeout = 1 /*!40101 + 1 */", List.of("STAY")),
                arguments("USE shop", List.of("USE `shop`")),
                arguments("USE `a``b c`;", List.of("USE `a``b c`")),
                arguments("USE a b", List.of("STAY")),
                arguments("SELECT 1 INTO @a", List.of("-")),
                arguments("SELECT a, b INTO @a, @b FROM t WHERE c = @d", List.of("-", "-")),
                arguments("SELECT @a := 5", List.of("-")),
                arguments("UPDATE t SET a = (@x := a + 1)", List.of("-")),
                arguments("INSERT INTO t VALUES (@a)", List.of()),
                arguments("CALL p(@a)", List.of("-")),
                arguments("LOAD DATA INFILE 'x' INTO TABLE t (@a) SET b = 1", List.of("-")));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void areListedInOrder(String sql, List<String> expected) {
        List<String> found =
                Sql.classify(sql, Sql.MYSQL_97).changes().stream()
                        .map(change ->
                                switch (change.onReplicas()) {
                                    case REPLAY -> change.replay().orElse("nothing");
                                    case PRIMARY_ONLY -> "-";
                                    case STAY -> "STAY";
                                })
                        .toList();
        // An unfinished list keeps what was understood of it, and adds that it is not all.
        List<String> relevant =
                expected.equals(List.of("STAY")) && found.size() > 1
                        ? List.of(found.getLast())
                        : found;

        assertThat(relevant).as(sql).isEqualTo(expected);
    }

    @Test
    void ofSomeVariablesHoldReadsWhateverTheValue() {
        assertThat(first("SET rand_seed1 = 5").holdsReads()).isTrue();
        assertThat(first("SET profiling = 1").holdsReads()).isTrue();
        assertThat(first("SET sql_auto_is_null = 1").holdsReads()).isTrue();
        assertThat(first("SET sql_auto_is_null = 0").holdsReads()).isFalse();
        assertThat(first("SET time_zone = @tz").holdsReads()).isFalse();
    }

    private static SessionChange.SessionVariable first(String sql) {
        return (SessionChange.SessionVariable) Sql.classify(sql, Sql.MYSQL_97).changes().getFirst();
    }

    @Test
    void ofTemporaryTablesAreNamed() {
        assertThat(
                        Sql.classify(
                                "CREATE TEMPORARY TABLE IF NOT EXISTS `Db`.`T` (a INT)",
                                Sql.MYSQL_97))
                .satisfies(
                        s -> assertThat(s.has(Traits.CREATES_TEMPORARY_TABLE)).isTrue(),
                        s ->
                                assertThat(s.changes())
                                        .containsExactly(
                                                new SessionChange.TemporaryTable("db.t", true)));
        assertThat(
                        Sql.classify(
                                        "CREATE OR REPLACE TEMPORARY TABLE t AS SELECT 1",
                                        Sql.MARIADB_114)
                                .changes())
                .containsExactly(new SessionChange.TemporaryTable("t", true));
        assertThat(
                        Sql.classify("/*!40000 CREATE TEMPORARY TABLE t (a INT) */", Sql.MYSQL_97)
                                .changes())
                .containsExactly(new SessionChange.TemporaryTable("t", true));
        assertThat(Sql.classify("DROP TEMPORARY TABLE IF EXISTS a, `b`.c", Sql.MYSQL_97).changes())
                .containsExactly(
                        new SessionChange.TemporaryTable("a", false),
                        new SessionChange.TemporaryTable("b.c", false));
        assertThat(
                        Sql.classify("SELECT 1; CREATE TEMPORARY TABLE t (a INT)", Sql.MYSQL_97)
                                .changes())
                .containsExactly(new SessionChange.TemporaryTable("t", true));
        assertThat(Sql.classify("CREATE TABLE t (temporary INT)", Sql.MYSQL_97).changes())
                .isEmpty();
    }

    @Test
    void ofADoubtfulTextAreKeptAndMadeUncertain() {
        Statement statement =
                Sql.classify("CREATE TEMPORARY TABLE t (a INT) /*!999999 x */", Sql.MYSQL_97);

        assertThat(statement.kind()).isEqualTo(StatementKind.WRITE);
        assertThat(statement.has(Traits.MALFORMED)).isTrue();
        assertThat(statement.changes())
                .containsExactly(
                        new SessionChange.TemporaryTable("t", true), new SessionChange.Other());
    }
}
