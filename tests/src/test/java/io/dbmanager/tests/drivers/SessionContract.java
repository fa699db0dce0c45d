package io.dbmanager.tests.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmanager.tests.servers.Login;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What one session did before is true for its next statement, wherever that runs. */
abstract class SessionContract extends DriverContract {
    SessionContract(Way way) {
        super(way);
    }

    @Test
    void ownWritesAreReadBack() throws SQLException {
        run(connection, "CREATE TABLE w (id INT PRIMARY KEY)");
        for (int i = 1; i <= 200; i++) {
            run(connection, "INSERT INTO w VALUES (" + i + ")");
            assertThat(value("SELECT MAX(id) FROM w")).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void sessionVariablesFollow() throws SQLException {
        run(connection, "CREATE TABLE v (a VARCHAR(10))", "INSERT INTO v VALUES ('a')");
        run(connection, "SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'");
        for (int i = 0; i < 4; i++) {
            assertThat(value("SELECT \"a\" || 'b' FROM v")).isEqualTo("ab");
        }
        run(connection, "SET sql_mode = DEFAULT, time_zone = '+05:30', group_concat_max_len = 4");
        for (int i = 0; i < 4; i++) {
            assertThat(value("SELECT \"a\" FROM v")).isEqualTo("a");
            assertThat(value("SELECT CONCAT(@@session.time_zone, a) FROM v")).isEqualTo("+05:30a");
            assertThat(value("SELECT GROUP_CONCAT('123456') FROM v")).isEqualTo("1234");
            assertThat(value("SELECT FROM_UNIXTIME(0) FROM v")).startsWith("1970-01-01 05:30:00");
        }
    }

    @Test
    void userVariablesKeepTheirValues() throws SQLException {
        run(connection, "CREATE TABLE v (a INT)", "INSERT INTO v VALUES (1),(2),(3)");
        run(connection, "SET @n = 40, @s = 'it''s'");
        for (int i = 0; i < 4; i++) {
            assertThat(value("SELECT SUM(a) + @n FROM v")).isEqualTo("46");
            assertThat(value("SELECT CONCAT(@s, COUNT(*)) FROM v")).isEqualTo("it's3");
        }
        run(connection, "SELECT MAX(a) INTO @max FROM v", "SET @n = @max + 1");
        for (int i = 0; i < 4; i++) {
            assertThat(value("SELECT @n + COUNT(*) FROM v")).isEqualTo("7");
            run(connection, "SELECT @n := @n + 0 FROM v");
        }
        assertThat(value("SELECT @never FROM v LIMIT 1")).isEqualTo("null");
    }

    @Test
    void charactersFollowTheConnection() throws SQLException {
        run(connection, "CREATE TABLE ch (a VARCHAR(20) CHARACTER SET utf8mb4)");
        run(connection, "INSERT INTO ch VALUES ('\ud83d\ude80ä')");
        for (int i = 0; i < 4; i++) {
            assertThat(value("SELECT a FROM ch")).isEqualTo("\ud83d\ude80ä");
            assertThat(value("SELECT HEX(a) FROM ch")).isEqualTo("F09F9A80C3A4");
            assertThat(value("SELECT COUNT(*) FROM ch WHERE a = '\ud83d\ude80ä'")).isEqualTo("1");
        }
        run(connection, "SET NAMES utf8mb4 COLLATE utf8mb4_bin");
        for (int i = 0; i < 4; i++) {
            assertThat(value("SELECT 'x' = 'X' FROM ch")).isEqualTo("0");
            assertThat(value("SELECT @@collation_connection FROM ch")).isEqualTo("utf8mb4_bin");
        }
        run(connection, "SET NAMES utf8mb4 COLLATE utf8mb4_general_ci");
        for (int i = 0; i < 4; i++) {
            assertThat(value("SELECT 'x' = 'X' FROM ch")).isEqualTo("1");
        }
    }

    @Test
    void currentDatabaseFollows() throws SQLException {
        String second = database + "_2";
        run(connection, "CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1)");
        run(connection, "CREATE DATABASE " + second, "USE " + second);
        run(connection, "CREATE TABLE t (a INT)", "INSERT INTO t VALUES (2)");
        try {
            for (int i = 0; i < 4; i++) {
                assertThat(value("SELECT a FROM t")).isEqualTo("2");
            }
            connection.setCatalog(database);
            assertThat(connection.getCatalog()).isEqualTo(database);
            for (int i = 0; i < 4; i++) {
                assertThat(value("SELECT a FROM t")).isEqualTo("1");
                assertThat(value("SELECT DATABASE() FROM t")).isEqualTo(database);
            }
        } finally {
            run(connection, "DROP DATABASE " + second);
        }
    }

    @Test
    void temporaryTablesBelongToTheSession() throws Exception {
        run(
                connection,
                "CREATE TABLE t (a INT)",
                "INSERT INTO t VALUES (1)",
                "CREATE TEMPORARY TABLE t (a INT)",
                "INSERT INTO t VALUES (2)");
        fixture().settle();
        try (Connection other = open(database)) {
            for (int i = 0; i < 4; i++) {
                assertThat(value("SELECT a FROM t")).isEqualTo("2");
                assertThat(value(other, "SELECT a FROM t")).isEqualTo("1");
            }
        }
        run(connection, "DROP TEMPORARY TABLE t");
        for (int i = 0; i < 4; i++) {
            assertThat(value("SELECT a FROM t")).isEqualTo("1");
        }
    }

    @Test
    void statementsPreparedByText() throws SQLException {
        run(
                connection,
                "CREATE TABLE t (a INT)",
                "INSERT INTO t VALUES (1),(2)",
                "PREPARE p FROM 'SELECT CAST(SUM(a) + ? AS SIGNED) FROM t'",
                "SET @ten = 10");
        for (int i = 0; i < 4; i++) {
            assertThat(value("EXECUTE p USING @ten")).isEqualTo("13");
        }
        run(connection, "DEALLOCATE PREPARE p");
        assertThatThrownBy(() -> run(connection, "EXECUTE p USING @ten"))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void foundRowsBelongToTheStatementBefore() throws SQLException {
        run(connection, "CREATE TABLE f (a INT)", "INSERT INTO f VALUES (1),(2),(3),(4),(5)");
        for (int i = 0; i < 4; i++) {
            assertThat(Login.rows(connection, "SELECT SQL_CALC_FOUND_ROWS a FROM f LIMIT 2"))
                    .hasSize(2);
            assertThat(value("SELECT FOUND_ROWS()")).isEqualTo("5");
        }
    }

    @Test
    void statementsInEveryShape() throws SQLException {
        run(connection, "CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(10))");
        run(connection, "-- first a remark\nINSERT INTO t VALUES (1, 'x') # and one behind");
        run(connection, "/*! INSERT INTO t VALUES (2, 'y') */");
        run(connection, "/* SELECT */ INSERT INTO t VALUES (3, 'SELECT')");
        run(connection, "INSERT INTO t SELECT a + 10, b FROM t");
        run(connection, "REPLACE INTO t VALUES (1, 'z')");
        assertThat(value("(SELECT COUNT(*) FROM t)")).isEqualTo("6");
        assertThat(value("SELECT b FROM t WHERE a = 1")).isEqualTo("z");
        assertThat(value(" \n\t SELECT COUNT(*) FROM t;  ")).isEqualTo("6");
        assertThat(value("SELECT COUNT(*) FROM (SELECT a FROM t UNION SELECT 99) AS u"))
                .isEqualTo("7");
        assertThat(Login.rows(connection, "SHOW TABLES")).hasSize(1);
        assertThat(Login.rows(connection, "DESCRIBE t")).hasSize(2);
        assertThat(Login.rows(connection, "EXPLAIN SELECT * FROM t")).isNotEmpty();
        run(connection, "DELETE FROM t WHERE a > 10");
        assertThat(value("SELECT COUNT(*) FROM t")).isEqualTo("3");
        assertThat(failure("").getErrorCode()).isIn(0, 1065);
    }
}
