package io.dbmanager.tests.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dbmanager.tests.servers.Login;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Errors, warnings and several results in one answer are the server's own. */
abstract class ErrorsContract extends DriverContract {
    ErrorsContract(Way way) {
        super(way);
    }

    @Test
    void errorsAreTheServersOwn() throws SQLException {
        run(connection, "CREATE TABLE e (id INT PRIMARY KEY)", "INSERT INTO e VALUES (1)");
        SQLException duplicate = failure("INSERT INTO e VALUES (1)");
        assertThat(duplicate.getErrorCode()).isEqualTo(1062);
        assertThat(duplicate.getSQLState()).isEqualTo("23000");
        assertThat(duplicate.getMessage()).contains("Duplicate entry '1' for key");

        SQLException syntax = failure("SELEC 1");
        assertThat(syntax.getErrorCode()).isEqualTo(1064);
        assertThat(syntax.getSQLState()).isEqualTo("42000");

        SQLException missing = failure("SELECT * FROM never_made");
        assertThat(missing.getErrorCode()).isEqualTo(1146);
        assertThat(missing.getSQLState()).isEqualTo("42S02");
        assertThat(missing.getMessage()).contains(database + ".never_made");

        SQLException raised = failure("SELECT id, (SELECT id FROM e UNION ALL SELECT 2) FROM e");
        assertThat(raised.getErrorCode()).isEqualTo(1242);
        // The session goes on as if nothing had been.
        assertThat(value("SELECT COUNT(*) FROM e")).isEqualTo("1");
    }

    @Test
    void errorsOfServerSideStatementsAreTheServersOwn() throws SQLException {
        try (Connection prepared = open(database, "useServerPrepStmts=true")) {
            SQLException missing =
                    catchThrowableOfType(
                            SQLException.class,
                            () -> {
                                try (PreparedStatement statement =
                                        prepared.prepareStatement(
                                                "SELECT * FROM never_made WHERE id = ?")) {
                                    statement.setInt(1, 1);
                                    statement.executeQuery();
                                }
                            });
            assertThat(missing.getErrorCode()).isEqualTo(1146);
            run(prepared, "CREATE TABLE e (id INT PRIMARY KEY)");
            try (PreparedStatement insert = prepared.prepareStatement("INSERT INTO e VALUES (?)")) {
                insert.setInt(1, 1);
                insert.executeUpdate();
                SQLException duplicate =
                        catchThrowableOfType(SQLException.class, insert::executeUpdate);
                assertThat(duplicate.getErrorCode()).isEqualTo(1062);
                insert.setInt(1, 2);
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
        }
    }

    @Test
    void warningsBelongToTheStatementBefore() throws SQLException {
        run(connection, "CREATE TABLE w (a TINYINT)", "SET sql_mode = ''");
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO w VALUES (1000)");
            assertThat(statement.getWarnings().getErrorCode()).isEqualTo(1264);
        }
        for (int i = 0; i < 4; i++) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows =
                            statement.executeQuery("SELECT a + CAST('12x' AS SIGNED) FROM w")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(139);
            }
            List<List<String>> warnings = nonNull(Login.rows(connection, "SHOW WARNINGS"));
            assertThat(warnings).hasSize(1);
            assertThat(warnings.getFirst().get(1)).isEqualTo("1292");
        }
    }

    private static List<List<String>> nonNull(List<? extends List<?>> rows) {
        return rows.stream().map(row -> row.stream().map(String::valueOf).toList()).toList();
    }

    @Test
    void severalStatementsAtOnce() throws SQLException {
        try (Connection multi = open(database, "allowMultiQueries=true");
                Statement statement = multi.createStatement()) {
            boolean result =
                    statement.execute(
                            "CREATE TABLE m (a INT); INSERT INTO m VALUES (1),(2);"
                                    + " SELECT SUM(a) FROM m; UPDATE m SET a = a + 1; SELECT 'end'");
            assertThat(result).isFalse();
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(2);
            assertThat(statement.getMoreResults()).isTrue();
            try (ResultSet rows = statement.getResultSet()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(3);
            }
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(statement.getMoreResults()).isTrue();
            assertThat(value(multi, "SELECT SUM(a) FROM m")).isEqualTo("5");
        }
    }

    @Test
    void procedures() throws SQLException {
        run(
                connection,
                "CREATE TABLE p (a INT)",
                "CREATE PROCEDURE fill(IN n INT, OUT total INT) BEGIN"
                        + " INSERT INTO p VALUES (n),(n + 1); SELECT a FROM p ORDER BY a;"
                        + " SELECT SUM(a) INTO total FROM p; SELECT 'second'; END");
        try (CallableStatement call = connection.prepareCall("{call fill(?, ?)}")) {
            call.setInt(1, 5);
            call.registerOutParameter(2, Types.INTEGER);
            assertThat(call.execute()).isTrue();
            try (ResultSet rows = call.getResultSet()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(5);
            }
            assertThat(call.getMoreResults()).isTrue();
            assertThat(call.getInt(2)).isEqualTo(11);
        }
        assertThat(value("SELECT SUM(a) FROM p")).isEqualTo("11");
    }

    @Test
    void functionsThatWriteDoWrite() throws SQLException {
        run(
                connection,
                "CREATE TABLE w (a INT)",
                "CREATE FUNCTION note(n INT) RETURNS INT MODIFIES SQL DATA DETERMINISTIC BEGIN"
                        + " INSERT INTO w VALUES (n); RETURN n; END");
        assertThat(value("SELECT note(7)")).isEqualTo("7");
        assertThat(value("SELECT note(8)")).isEqualTo("8");
        assertThat(value("SELECT SUM(a) FROM w")).isEqualTo("15");
    }
}
