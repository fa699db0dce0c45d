package io.dbmanager.tests.servers;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An account at an address, a server's or the proxy's: the short way to run SQL in a test, on a
 * connection of its own each time.
 */
public record Login(ServerAddress address, Credentials credentials) {

    /** Another account at the same address. */
    public Login as(String user, String password) {
        return new Login(address, Credentials.of(user, password));
    }

    /** For {@code DriverManager}, without account; sessions stay open for a minute of silence. */
    public String url() {
        return "jdbc:mysql://%s/?sslMode=DISABLED&allowPublicKeyRetrieval=true&connectTimeout=10000&socketTimeout=60000"
                .formatted(address);
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(
                url(), credentials.user(), credentials.password().reveal());
    }

    /** Runs the statements one after the other in one session. */
    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The rows of a query, every value as text. */
    public List<List<@Nullable String>> rows(String query) throws SQLException {
        try (Connection connection = connect()) {
            return rows(connection, query);
        }
    }

    public static List<List<@Nullable String>> rows(Connection connection, String query)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            ResultSetMetaData columns = result.getMetaData();
            List<List<@Nullable String>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    /** The first value of a query's only row. */
    public String value(String query) throws SQLException {
        List<List<@Nullable String>> rows = rows(query);
        if (rows.size() != 1) {
            throw new AssertionError(
                    "%d rows instead of one from %s: %s".formatted(rows.size(), address, query));
        }
        return String.valueOf(rows.getFirst().getFirst());
    }
}
