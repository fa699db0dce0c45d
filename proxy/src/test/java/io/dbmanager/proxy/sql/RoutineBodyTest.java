package io.dbmanager.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.Flavour;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bodies of stored functions do, as far as can be seen. */
class RoutineBodyTest {
    private static Optional<List<String>> calls(String body) {
        return RoutineBody.calls(
                body.getBytes(StandardCharsets.UTF_8), SqlContext.defaults(Flavour.MYSQL, 80036));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RETURN 1",
                "RETURN (a + 1) * b",
                "BEGIN RETURN CONCAT(a, 'SET @x = 1; DELETE FROM t'); END",
                "BEGIN DECLARE n, m INT DEFAULT 0; SELECT COUNT(*) INTO n FROM t; RETURN n; END",
                "BEGIN DECLARE s VARCHAR(20); SET s = UPPER(a), s = LEFT(s, (2)); RETURN s; END",
                "begin declare d decimal(10,2); if (d > 1) then return 1; elseif (d > 2) then"
                        + " return 2; end if; while (d < 3) do set d = d + 1; end while; return d;"
                        + " end",
                "BEGIN DECLARE done INT; DECLARE c CURSOR FOR SELECT a FROM t; DECLARE CONTINUE"
                        + " HANDLER FOR NOT FOUND SET done = 1; OPEN c; FETCH c INTO done; CLOSE c;"
                        + " RETURN done; END",
            })
    void readers(String body) {
        assertThat(calls(body)).as(body).contains(List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN INSERT INTO log VALUES (1); RETURN 1; END",
                "BEGIN UPDATE t SET a = 1; RETURN 1; END",
                "BEGIN DELETE FROM t; RETURN 1; END",
                "BEGIN REPLACE INTO t VALUES (1); RETURN 1; END",
                "RETURN @x",
                "BEGIN SET @x = 1; RETURN 1; END",
                "BEGIN SELECT 1 INTO @x; RETURN 1; END",
                "BEGIN DECLARE n INT; SELECT a INTO n FROM t FOR UPDATE; RETURN n; END",
                "RETURN GET_LOCK('a', 1)",
                "RETURN RELEASE_LOCK('a')",
                "RETURN LAST_INSERT_ID()",
                "RETURN CONNECTION_ID()",
                "RETURN UUID_SHORT()",
                "RETURN @@hostname",
                "RETURN ROW_COUNT()",
                "BEGIN CALL p(); RETURN 1; END",
                "BEGIN SET sql_mode = ''; RETURN 1; END",
                "BEGIN SET SESSION sql_mode = ''; RETURN 1; END",
                "BEGIN SET @@sql_mode = ''; RETURN 1; END",
                "BEGIN DECLARE a INT; SET a = 1, sql_mode = ''; RETURN 1; END",
                "BEGIN DECLARE a INT; SET NAMES latin1; RETURN 1; END",
                "BEGIN HANDLER t OPEN; RETURN 1; END",
                "BEGIN CREATE TEMPORARY TABLE t (a INT); RETURN 1; END",
                "BEGIN DROP TEMPORARY TABLE IF EXISTS t; RETURN 1; END",
                "BEGIN DECLARE n INT; CREATE TEMPORARY TABLE t AS SELECT a FROM o;"
                        + " SELECT COUNT(*) INTO n FROM t; RETURN n; END",
                "BEGIN ALTER TABLE t ADD b INT; RETURN 1; END",
                "BEGIN TRUNCATE t; RETURN 1; END",
                "RETURN 'does not end",
                "RETURN 1 /* does not end",
            })
    void others(String body) {
        assertThat(calls(body)).as(body).isEmpty();
    }

    @Test
    void tellsWhatIsCalled() {
        assertThat(calls("RETURN tax(a) + Shop.Rebate(b) + `odd`(c)"))
                .contains(List.of("tax", "shop.rebate", "odd"));
    }
}
