package io.dbmanager.tests.compare;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Small questions to a server, and how names are written in them. */
final class Answers {
    private Answers() {}

    /** All rows; a NULL is the text {@code NULL}. */
    static List<List<String>> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet result = statement.executeQuery(sql)) {
                int columns = result.getMetaData().getColumnCount();
                List<List<String>> rows = new ArrayList<>();
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= columns; i++) {
                        row.add(text(result, i));
                    }
                    rows.add(row);
                }
                return rows;
            }
        }
    }

    /** The first column of all rows. */
    static List<String> column(Connection connection, String sql) throws SQLException {
        return rows(connection, sql).stream().map(List::getFirst).toList();
    }

    /**
     * What a {@code SHOW CREATE} says, each column on a line of its own, but for when it was
     * created. A server that refuses to tell is quoted with its error: its copy must refuse alike.
     */
    static String showCreate(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet result = statement.executeQuery(sql)) {
                result.next();
                ResultSetMetaData meta = result.getMetaData();
                StringBuilder all = new StringBuilder();
                for (int i = 1; i <= meta.getColumnCount(); i++) {
                    if (!meta.getColumnLabel(i).equals("Created")) {
                        all.append(meta.getColumnLabel(i)).append(": ");
                        all.append(text(result, i)).append('\n');
                    }
                }
                return all.toString();
            }
        } catch (SQLException e) {
            return refusal(e);
        }
    }

    static String refusal(SQLException e) {
        return "error " + e.getErrorCode() + ": " + e.getMessage();
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String name(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    static String name(String schema, String name) {
        return name(schema) + "." + name(name);
    }

    /** A literal, where backslashes are escapes. */
    static String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    private static String text(ResultSet result, int column) throws SQLException {
        String text = result.getString(column);
        return text == null ? "NULL" : text;
    }
}
