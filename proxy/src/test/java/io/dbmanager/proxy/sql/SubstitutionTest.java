package io.dbmanager.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.Flavour;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements with the proxy's own connection id in them. */
class SubstitutionTest {
    private static String apply(String sql) {
        byte[] changed =
                new Substitution()
                        .apply(
                                sql.getBytes(StandardCharsets.UTF_8),
                                SqlContext.defaults(Flavour.MYSQL, 80036),
                                subject ->
                                        subject == Substitution.Subject.CONNECTION_ID ? "7" : null);
        return changed == null ? "" : new String(changed, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    SELECT CONNECTION_ID()                  | SELECT 7 AS `CONNECTION_ID()`
                    select connection_id ( ) ;              | select 7 AS `connection_id ( )` ;
                    SELECT CONNECTION_ID() id               | SELECT 7 id
                    SELECT CONNECTION_ID() AS id, 1         | SELECT 7 AS id, 1
                    SELECT CONNECTION_ID() AS "id"          | SELECT 7 AS "id"
                    SELECT 1, CONNECTION_ID()+1 , 2         | SELECT 1, 7+1 AS `CONNECTION_ID()+1` , 2
                    SELECT DISTINCT CONNECTION_ID() FROM t  | SELECT DISTINCT 7 AS `CONNECTION_ID()` FROM t
                    SELECT @@pseudo_thread_id               | SELECT 7 AS `@@pseudo_thread_id`
                    SELECT @@session.pseudo_thread_id x     | SELECT 7 x
                    SELECT CONCAT(CONNECTION_ID(), 'a`b')   | SELECT CONCAT(7, 'a`b') AS `CONCAT(CONNECTION_ID(), 'a``b')`
                    SELECT a FROM t WHERE id=CONNECTION_ID()| SELECT a FROM t WHERE id=7
                    SELECT 5 = CONNECTION_ID()              | SELECT 5 = 7 AS `5 = CONNECTION_ID()`
                    SELECT CONNECTION_ID() IS NULL          | SELECT 7 IS NULL AS `CONNECTION_ID() IS NULL`
                    SELECT CASE WHEN CONNECTION_ID() THEN a END | SELECT CASE WHEN 7 THEN a END AS `CASE WHEN CONNECTION_ID() THEN a END`
                    SELECT * FROM (SELECT CONNECTION_ID()) d| SELECT * FROM (SELECT 7 AS `CONNECTION_ID()`) d
                    SELECT (SELECT CONNECTION_ID())         | SELECT (SELECT 7 AS `CONNECTION_ID()`) AS `(SELECT CONNECTION_ID())`
                    (SELECT CONNECTION_ID()) UNION SELECT 1 | (SELECT 7 AS `CONNECTION_ID()`) UNION SELECT 1
                    SELECT a, b FROM t ORDER BY a, CONNECTION_ID() | SELECT a, b FROM t ORDER BY a, 7
                    INSERT INTO t VALUES (CONNECTION_ID())  | INSERT INTO t VALUES (7)
                    INSERT INTO t SELECT CONNECTION_ID()    | INSERT INTO t SELECT 7 AS `CONNECTION_ID()`
                    UPDATE t SET a = CONNECTION_ID()        | UPDATE t SET a = 7
                    SELECT CONNECTION_ID(), FOUND_ROWS()    | SELECT 7 AS `CONNECTION_ID()`, FOUND_ROWS()
                    DELETE FROM t WHERE a=CONNECTION_ID(); SELECT 1 | DELETE FROM t WHERE a=7; SELECT 1
                    """)
    void substitutes(String sql, String expected) {
        assertThat(apply(sql)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'CONNECTION_ID()'",
                "SELECT connection_id FROM t",
                "SELECT `CONNECTION_ID`()",
                "SELECT s.connection_id()",
                "SELECT 1 -- CONNECTION_ID()",
                "INSERT INTO connection_id () VALUES ()",
                "SELECT FOUND_ROWS()",
                "CREATE VIEW v AS SELECT CONNECTION_ID()",
                "SET @@pseudo_thread_id = 5",
                "SELECT @@global.x, @pseudo_thread_id",
                "SELECT CONNECTION_ID() 'does not end",
            })
    void leaves(String sql) {
        assertThat(apply(sql)).isEmpty();
    }

    @Test
    void aNameThatNoAliasCanBeIsLost() {
        String sql = "SELECT CONCAT(CONNECTION_ID(), 'é')";
        assertThat(apply(sql)).isEqualTo("SELECT CONCAT(7, 'é')");
    }
}
