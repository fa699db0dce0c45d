package io.dbmanager.tests.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What statements that write answer, alone, in batches and in transactions. */
abstract class WritesContract extends DriverContract {
    WritesContract(Way way) {
        super(way);
    }

    @Test
    void generatedKeys() throws SQLException {
        run(connection, "CREATE TABLE g (id INT PRIMARY KEY AUTO_INCREMENT, v INT UNIQUE)");
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    "INSERT INTO g (v) VALUES (10)", Statement.RETURN_GENERATED_KEYS);
            assertThat(keys(statement)).containsExactly(1L);
        }
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO g (v) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
            for (int i = 20; i < 23; i++) {
                insert.setInt(1, i);
                insert.addBatch();
            }
            insert.executeBatch();
            assertThat(keys(insert)).containsExactly(2L, 3L, 4L);
        }
        assertThat(value("SELECT LAST_INSERT_ID()")).isEqualTo("4");
        assertThat(value("SELECT LAST_INSERT_ID()")).isEqualTo("4");
        assertThat(value("SELECT @@identity")).isEqualTo("4");
        run(connection, "UPDATE g SET id = LAST_INSERT_ID(id + 100) WHERE v = 22");
        assertThat(value("SELECT LAST_INSERT_ID()")).isEqualTo("104");
    }

    private static List<Long> keys(Statement statement) throws SQLException {
        List<Long> keys = new ArrayList<>();
        try (ResultSet rows = statement.getGeneratedKeys()) {
            while (rows.next()) {
                keys.add(rows.getLong(1));
            }
        }
        return keys;
    }

    @Test
    void batches() throws SQLException {
        run(connection, "CREATE TABLE b (id INT PRIMARY KEY, v VARCHAR(50))");
        try (Connection rewriting =
                open(database, "rewriteBatchedStatements=true", "allowMultiQueries=true")) {
            int id = 0;
            for (Connection each : List.of(connection, rewriting)) {
                try (PreparedStatement insert =
                        each.prepareStatement("INSERT INTO b VALUES (?, ?)")) {
                    for (int i = 0; i < 500; i++) {
                        insert.setInt(1, id++);
                        insert.setString(2, "row");
                        insert.addBatch();
                    }
                    assertThat(insert.executeBatch()).hasSize(500);
                }
                try (Statement mixed = each.createStatement()) {
                    mixed.addBatch("UPDATE b SET v = 'changed' WHERE id = " + (id - 1));
                    mixed.addBatch("DELETE FROM b WHERE id = " + (id - 2));
                    assertThat(mixed.executeBatch()).hasSize(2);
                }
                assertThat(value(each, "SELECT COUNT(*) FROM b"))
                        .isEqualTo(Integer.toString(id - id / 500));
            }
        }
    }

    @Test
    void bulkWritesOfCompressedConnections() throws SQLException {
        run(connection, "CREATE TABLE z (id INT PRIMARY KEY, v VARCHAR(1000))");
        String text = "compresses well ".repeat(50);
        try (Connection compressed =
                        open(
                                database,
                                "useCompression=true",
                                "useServerPrepStmts=true",
                                "useBulkStmts=true");
                PreparedStatement insert =
                        compressed.prepareStatement("INSERT INTO z VALUES (?, ?)")) {
            for (int i = 0; i < 300; i++) {
                insert.setInt(1, i);
                insert.setString(2, text + i);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSize(300);
            assertThat(value(compressed, "SELECT COUNT(*) FROM z")).isEqualTo("300");
            assertThat(value(compressed, "SELECT v FROM z WHERE id = 299")).isEqualTo(text + 299);
        }
    }

    @Test
    void distributedTransactions() throws SQLException {
        run(connection, "CREATE TABLE xa (id INT PRIMARY KEY) ENGINE=InnoDB");
        String id = "'" + database + "'";
        run(connection, "XA START " + id, "INSERT INTO xa VALUES (1)");
        assertThat(value("SELECT COUNT(*) FROM xa")).isEqualTo("1");
        run(connection, "XA END " + id, "XA PREPARE " + id, "XA COMMIT " + id);
        assertThat(value("SELECT COUNT(*) FROM xa")).isEqualTo("1");
        run(connection, "XA START " + id, "INSERT INTO xa VALUES (2)", "XA END " + id);
        run(connection, "XA ROLLBACK " + id);
        assertThat(value("SELECT COUNT(*) FROM xa")).isEqualTo("1");
    }

    @Test
    void updateCounts() throws SQLException {
        run(connection, "CREATE TABLE u (id INT PRIMARY KEY, v INT)");
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("INSERT INTO u VALUES (1,1),(2,1),(3,1)"))
                    .isEqualTo(3);
            // Drivers ask for the rows found, not those that changed.
            assertThat(statement.executeUpdate("UPDATE u SET v = 1")).isEqualTo(3);
            assertThat(statement.executeUpdate("DELETE FROM u WHERE id > 1")).isEqualTo(2);
            assertThat(statement.executeUpdate("DELETE FROM u WHERE id > 1")).isZero();
            statement.execute("UPDATE u SET v = 9");
            assertThat(value("SELECT ROW_COUNT()")).isEqualTo("1");
        }
    }

    @Test
    void loadDataLocal(@TempDir Path folder) throws Exception {
        run(connection, "CREATE TABLE l (id INT, v VARCHAR(20))");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            lines.append(i).append("\tvalue ").append(i).append('\n');
        }
        Path file = Files.writeString(folder.resolve("rows.tsv"), lines);
        try (Connection loading =
                        open(database, "allowLoadLocalInfile=true", "allowLocalInfile=true");
                Statement statement = loading.createStatement()) {
            statement.execute("LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE l");
            assertThat(statement.getUpdateCount()).isEqualTo(50_000);
            assertThat(value(loading, "SELECT SUM(id) FROM l")).isEqualTo("1249975000");
        }
    }

    @Test
    void transactionsCommitAndRollBack() throws Exception {
        run(connection, "CREATE TABLE x (id INT PRIMARY KEY) ENGINE=InnoDB");
        fixture().settle();
        try (Connection other = open(database)) {
            connection.setAutoCommit(false);
            run(connection, "INSERT INTO x VALUES (1)");
            assertThat(value("SELECT COUNT(*) FROM x")).isEqualTo("1");
            assertThat(value(other, "SELECT COUNT(*) FROM x")).isEqualTo("0");
            connection.rollback();
            assertThat(value("SELECT COUNT(*) FROM x")).isEqualTo("0");

            run(connection, "INSERT INTO x VALUES (2)");
            Savepoint savepoint = connection.setSavepoint("here");
            run(connection, "INSERT INTO x VALUES (3)");
            connection.rollback(savepoint);
            connection.commit();
            assertThat(value("SELECT GROUP_CONCAT(id) FROM x")).isEqualTo("2");
            connection.rollback();
            connection.setAutoCommit(true);
            assertThat(value("SELECT GROUP_CONCAT(id) FROM x")).isEqualTo("2");
        }
    }

    @Test
    void transactionsByText() throws SQLException {
        run(
                connection,
                "CREATE TABLE x (id INT PRIMARY KEY) ENGINE=InnoDB",
                "BEGIN",
                "INSERT INTO x VALUES (1)");
        assertThat(value("SELECT COUNT(*) FROM x")).isEqualTo("1");
        run(connection, "ROLLBACK", "START TRANSACTION", "INSERT INTO x VALUES (2)");
        // Creating a table commits what was open.
        run(connection, "CREATE TABLE y (id INT)", "ROLLBACK");
        assertThat(value("SELECT COUNT(*) FROM x")).isEqualTo("1");
        run(connection, "START TRANSACTION READ ONLY");
        assertThat(value("SELECT COUNT(*) FROM x")).isEqualTo("1");
        SQLException refused =
                catchThrowableOfType(
                        SQLException.class, () -> run(connection, "INSERT INTO x VALUES (3)"));
        assertThat(refused.getErrorCode()).isEqualTo(1792);
        run(connection, "COMMIT", "INSERT INTO x VALUES (3)");
        assertThat(value("SELECT COUNT(*) FROM x")).isEqualTo("2");
    }

    @Test
    void readOnlyConnections() throws SQLException {
        run(connection, "CREATE TABLE r (id INT)");
        connection.setReadOnly(true);
        assertThatThrownBy(() -> run(connection, "INSERT INTO r VALUES (1)"))
                .isInstanceOf(SQLException.class);
        assertThat(value("SELECT COUNT(*) FROM r")).isEqualTo("0");
        connection.setReadOnly(false);
        run(connection, "INSERT INTO r VALUES (1)");
        assertThat(value("SELECT COUNT(*) FROM r")).isEqualTo("1");
    }

    @Test
    void isolationLevels() throws SQLException {
        for (int level :
                List.of(
                        Connection.TRANSACTION_READ_COMMITTED,
                        Connection.TRANSACTION_SERIALIZABLE,
                        Connection.TRANSACTION_REPEATABLE_READ)) {
            connection.setTransactionIsolation(level);
            assertThat(connection.getTransactionIsolation()).isEqualTo(level);
        }
    }

    @Test
    void locksHoldAcrossConnections() throws SQLException {
        run(
                connection,
                "CREATE TABLE k (id INT PRIMARY KEY, v INT) ENGINE=InnoDB",
                "INSERT INTO k VALUES (1, 0)");
        try (Connection other = open(database)) {
            run(other, "SET SESSION innodb_lock_wait_timeout = 1");
            connection.setAutoCommit(false);
            assertThat(value("SELECT v FROM k WHERE id = 1 FOR UPDATE")).isEqualTo("0");
            SQLException waited =
                    catchThrowableOfType(
                            SQLException.class,
                            () -> run(other, "UPDATE k SET v = 1 WHERE id = 1"));
            assertThat(waited.getErrorCode()).isEqualTo(1205);
            connection.commit();
            run(other, "UPDATE k SET v = 1 WHERE id = 1");

            assertThat(value("SELECT GET_LOCK('tck " + database + "', 0)")).isEqualTo("1");
            assertThat(value(other, "SELECT GET_LOCK('tck " + database + "', 0)")).isEqualTo("0");
            assertThat(value("SELECT RELEASE_LOCK('tck " + database + "')")).isEqualTo("1");
            assertThat(value(other, "SELECT GET_LOCK('tck " + database + "', 0)")).isEqualTo("1");
        }
    }
}
