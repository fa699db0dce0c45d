package io.dbmanager.tests.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.jdbc.JdbcStatement;
import io.dbmanager.tests.servers.ServerFlavour;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Logging in, being killed, and what a driver asks of a connection itself. */
abstract class ConnectionContract extends DriverContract {
    ConnectionContract(Way way) {
        super(way);
    }

    @Test
    void loginsAreRefusedAsTheServerDoes() {
        SQLException wrong =
                catchThrowableOfType(
                        SQLException.class,
                        () -> way().driver().connect(address(), Fixture.USER, "wrong", "").close());
        assertThat(wrong.getErrorCode()).isEqualTo(1045);
        assertThat(wrong.getSQLState()).isEqualTo("28000");
        assertThat(wrong.getMessage()).contains("'tck'@'").contains("(using password: YES)");

        SQLException nobody =
                catchThrowableOfType(
                        SQLException.class,
                        () -> way().driver().connect(address(), "nobody", "x", "").close());
        // A server that does not know an account may ask for a plugin that the driver lacks.
        assertThat(nobody.getErrorCode()).isIn(1045, 1251);

        SQLException nowhere =
                catchThrowableOfType(SQLException.class, () -> open("never_made").close());
        assertThat(nowhere.getErrorCode()).isEqualTo(1049);
    }

    @Test
    void metadataIsThePrimarys() throws SQLException {
        run(
                connection,
                "CREATE TABLE meta (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(30) NOT NULL)");
        DatabaseMetaData metadata = connection.getMetaData();
        assertThat(metadata.getDatabaseProductVersion())
                .contains(fixture().cluster().primary().root().value("SELECT VERSION()"));
        try (ResultSet columns = metadata.getColumns(database, null, "meta", null)) {
            List<String> names = new ArrayList<>();
            while (columns.next()) {
                names.add(columns.getString("COLUMN_NAME"));
            }
            assertThat(names).containsExactly("id", "name");
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT id AS number, m.name FROM meta m")) {
            ResultSetMetaData columns = rows.getMetaData();
            assertThat(columns.getColumnLabel(1)).isEqualTo("number");
            assertThat(columns.getColumnName(1)).isEqualTo("id");
            assertThat(columns.getTableName(2)).isEqualTo("meta");
            assertThat(columns.getColumnType(2)).isEqualTo(Types.VARCHAR);
            assertThat(columns.isAutoIncrement(1)).isTrue();
            assertThat(columns.isNullable(2)).isEqualTo(ResultSetMetaData.columnNoNulls);
        }
    }

    @Test
    void connectionsAreAliveUntilClosed() throws SQLException {
        assertThat(connection.isValid(5)).isTrue();
        connection.close();
        assertThat(connection.isValid(5)).isFalse();
        connection = open(database);
    }

    @Test
    void statementsCanBeCancelled() throws SQLException {
        run(connection, "CREATE TABLE s (a INT)", "INSERT INTO s VALUES (1)");
        long start = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            // A sleep that is killed may answer 1 instead of failing.
            try (ResultSet rows = statement.executeQuery("SELECT SLEEP(20), a FROM s")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(1);
            } catch (SQLException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(10));
        assertThat(value("SELECT a FROM s")).isEqualTo("1");
    }

    @Test
    void connectionIdsCanBeKilled() throws SQLException {
        try (Connection victim = open(database)) {
            String id = value(victim, "SELECT CONNECTION_ID()");
            run(connection, "KILL " + id);
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 50; i++) {
                                    value(victim, "SELECT 1");
                                }
                            })
                    .isInstanceOf(SQLException.class);
        }
        assertThat(value("SELECT 1")).isEqualTo("1");
    }

    @Test
    void aConnectionIsMadeAsNew() throws SQLException {
        Assumptions.assumeTrue(
                way().driver() == Driver.CONNECTOR_J || way().flavour().isMariaDb(),
                "MariaDB's driver does not ask MySQL for it");
        try (Connection used = open(database, "useResetConnection=true")) {
            leaveThingsBehind(used);
            switch (way().driver()) {
                case CONNECTOR_J -> used.unwrap(JdbcConnection.class).resetServerState();
                case MARIADB -> used.unwrap(org.mariadb.jdbc.Connection.class).reset();
            }
            assertThatNothingIsLeft(used);
        }
    }

    @Test
    void aConnectionIsGivenToAnotherUser() throws SQLException {
        Assumptions.assumeTrue(way().driver() == Driver.CONNECTOR_J, "the other has no way to ask");
        String other = "tck_" + unique();
        try (Connection used = open(database)) {
            run(
                    used,
                    "CREATE USER " + other + "@'%' IDENTIFIED BY 'pw-Of-Another-1'",
                    "GRANT ALL ON " + database + ".* TO " + other + "@'%'");
            leaveThingsBehind(used);
            used.unwrap(JdbcConnection.class).changeUser(other, "pw-Of-Another-1");
            assertThat(value(used, "SELECT CURRENT_USER()")).isEqualTo(other + "@%");
            used.setCatalog(database);
            assertThatNothingIsLeft(used);
        } finally {
            run(connection, "DROP USER " + other + "@'%'");
        }
    }

    private static void leaveThingsBehind(Connection used) throws SQLException {
        run(
                used,
                "CREATE TABLE kept (a INT)",
                "INSERT INTO kept VALUES (1)",
                "SET @x = 5, SESSION group_concat_max_len = 5",
                "CREATE TEMPORARY TABLE gone (a INT)",
                "START TRANSACTION",
                "INSERT INTO kept VALUES (2)");
    }

    private static void assertThatNothingIsLeft(Connection used) throws SQLException {
        assertThat(value(used, "SELECT COUNT(*) FROM kept")).isEqualTo("1");
        assertThat(value(used, "SELECT @x FROM kept")).isEqualTo("null");
        assertThat(value(used, "SELECT @@group_concat_max_len <> 5 FROM kept")).isEqualTo("1");
        assertThatThrownBy(() -> run(used, "SELECT * FROM gone")).isInstanceOf(SQLException.class);
    }

    /** Connector/J sends them along with a statement, where the server takes them. */
    @Test
    void attributesOfQueries() throws Exception {
        Assumptions.assumeTrue(way().driver() == Driver.CONNECTOR_J, "the other has none");
        run(connection, "CREATE TABLE q (a INT)", "INSERT INTO q VALUES (1), (2), (3)");
        fixture().settle();
        try (Connection prepares = open(database, "useServerPrepStmts=true");
                Statement text = prepares.createStatement();
                PreparedStatement prepared =
                        prepares.prepareStatement("SELECT COUNT(*) FROM q WHERE a >= ?")) {
            for (int i = 0; i < 6; i++) {
                if (i % 2 == 0) {
                    text.unwrap(JdbcStatement.class).setAttribute("trace", "abc" + i);
                    prepared.unwrap(JdbcStatement.class).setAttribute("span", 40L + i);
                } else {
                    text.unwrap(JdbcStatement.class).clearAttributes();
                    prepared.unwrap(JdbcStatement.class).clearAttributes();
                }
                try (ResultSet rows = text.executeQuery("SELECT MAX(a) FROM q")) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt(1)).isEqualTo(3);
                }
                prepared.setInt(1, 1 + i % 3);
                try (ResultSet rows = prepared.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt(1)).isEqualTo(3 - i % 3);
                }
            }
        }
    }

    @Test
    void theProcessListHasTheIdsThatKillTakes() throws SQLException {
        String id = value("SELECT CONNECTION_ID()");
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW FULL PROCESSLIST")) {
            String own = null;
            while (rows.next()) {
                if (String.valueOf(rows.getString("Info")).contains("SHOW FULL PROCESSLIST")
                        && database.equals(rows.getString("db"))) {
                    own = rows.getString("Id");
                }
            }
            assertThat(own).isEqualTo(id);
        }
    }

    @Test
    void encryptedConnections() throws SQLException {
        boolean offered =
                switch (way().flavour()) {
                    case MYSQL_5_7, MARIADB_10_11 -> way().proxied();
                    case MYSQL_9_7, MYSQL_8_4, MYSQL_8_0, MARIADB_11_4 -> true;
                };
        Assumptions.assumeTrue(offered, way().flavour() + " was handed out without TLS");
        try (Connection encrypted =
                way().driver()
                        .connectEncrypted(address(), Fixture.USER, Fixture.PASSWORD, database)) {
            run(encrypted, "CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1)");
            assertThat(value(encrypted, "SELECT a FROM t")).isEqualTo("1");
        }
    }

    @Test
    void accountsWithEveryCommonPlugin() throws SQLException {
        List<String> plugins =
                way().flavour().isMariaDb() || way().flavour() == ServerFlavour.MYSQL_5_7
                        ? List.of("mysql_native_password")
                        : way().flavour() == ServerFlavour.MYSQL_8_0
                                ? List.of("mysql_native_password", "caching_sha2_password")
                                : List.of("caching_sha2_password");
        for (String plugin : plugins) {
            for (String password : List.of("", "x", "ünï" + "long".repeat(20))) {
                String user = "p" + unique();
                String how =
                        way().flavour().isMariaDb()
                                ? "IDENTIFIED VIA " + plugin + " USING PASSWORD('" + password + "')"
                                : "IDENTIFIED WITH " + plugin + " BY '" + password + "'";
                run(connection, "CREATE USER " + user + "@'%' " + how);
                run(connection, "GRANT SELECT ON " + database + ".* TO " + user + "@'%'");
                for (int again = 0; again < 2; again++) {
                    try (Connection theirs =
                            way().driver().connect(address(), user, password, database)) {
                        assertThat(value(theirs, "SELECT CURRENT_USER()")).isEqualTo(user + "@%");
                    }
                }
                run(connection, "DROP USER " + user + "@'%'");
            }
        }
    }

    @Test
    void changedPasswordsCountAtOnce() throws SQLException {
        String user = "c" + unique();
        run(connection, "CREATE USER " + user + "@'%' IDENTIFIED BY 'first'");
        way().driver().connect(address(), user, "first", "").close();
        run(connection, "ALTER USER " + user + "@'%' IDENTIFIED BY 'second'");
        way().driver().connect(address(), user, "second", "").close();
        SQLException old =
                catchThrowableOfType(
                        SQLException.class,
                        () -> way().driver().connect(address(), user, "first", "").close());
        assertThat(old.getErrorCode()).isEqualTo(1045);
        run(connection, "DROP USER " + user + "@'%'");
    }

    @Test
    void manyConnectionsAtOnce() throws Exception {
        run(connection, "CREATE TABLE c (a INT)", "INSERT INTO c VALUES (1)");
        fixture().settle();
        List<Connection> all = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                all.add(open(database));
            }
            for (Connection each : all) {
                assertThat(value(each, "SELECT a FROM c")).isEqualTo("1");
            }
        } finally {
            for (Connection each : all) {
                each.close();
            }
        }
    }
}
