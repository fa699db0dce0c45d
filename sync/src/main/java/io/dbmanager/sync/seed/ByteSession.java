package io.dbmanager.sync.seed;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.jdbc.JdbcStatement;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.jdbc.ServerConnector;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which statements and results are bytes: nothing is converted on the way. All
 * statements are {@link Packed}.
 */
final class ByteSession implements AutoCloseable {
    private static final int PACKET_BYTES_MAX = 1 << 30;
    private static final int UNKNOWN_VARIABLE = 1193;

    /** A variable that this version lets nobody set, or only for the whole server. */
    private static final Set<Integer> NOT_SETTABLE = Set.of(UNKNOWN_VARIABLE, 1229, 1231, 1238);

    private final Connection connection;

    /** What literals and names in statements are written in. */
    enum Charset {
        /** Statements are UTF-8: for definitions and questions. */
        UTF8("utf8mb4"),
        /**
         * Statements are bytes, whatever their literals hold: for rows. Names are UTF-8 still, and
         * so is a literal that does not say otherwise: MySQL 5.7 reckons generated columns in this
         * character set.
         */
        BINARY("binary");

        private final String client;

        Charset(String client) {
            this.client = client;
        }
    }

    private ByteSession(Connection connection) {
        this.connection = connection;
    }

    static ByteSession open(ServerConnector connector, ServerSpec server, Charset charset)
            throws SQLException {
        return open(connector, server, charset, Map.of());
    }

    /** A session that can {@link #load}, in bytes. */
    static ByteSession openForLoading(ServerConnector connector, ServerSpec server)
            throws SQLException {
        ByteSession session =
                open(connector, server, Charset.BINARY, Map.of("allowLoadLocalInfile", "true"));
        session.mayAskForContent(false);
        return session;
    }

    private static ByteSession open(
            ServerConnector connector,
            ServerSpec server,
            Charset charset,
            Map<String, String> moreProperties)
            throws SQLException {
        Map<String, String> properties = new HashMap<>(moreProperties);
        properties.put("characterEncoding", "ISO-8859-1");
        properties.put("passwordCharacterEncoding", "UTF-8");
        properties.put("netTimeoutForStreamingResults", "0");
        properties.put("useInformationSchema", "false");
        Connection connection =
                connector.openForData(server.address(), server.credentials(), properties);
        ByteSession session = new ByteSession(connection);
        try {
            // The driver would refuse rows larger than the server's own limit for statements.
            connection
                    .unwrap(JdbcConnection.class)
                    .getPropertySet()
                    .getIntegerProperty(PropertyKey.maxAllowedPacket)
                    .setValue(PACKET_BYTES_MAX);
            session.use(charset);
            return session;
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    void use(Charset charset) throws SQLException {
        run("SET NAMES utf8mb4");
        run("SET character_set_client = " + charset.client + ", character_set_results = NULL");
    }

    Connection connection() {
        return connection;
    }

    void run(String packed) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(packed);
        }
    }

    /** Runs a statement and says which warnings it gave. */
    List<Warning> runAndWarn(String packed) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(packed);
            return warnings(statement);
        }
    }

    /** Outside of a load, a server that asks for a file of this machine is refused. */
    private void mayAskForContent(boolean may) throws SQLException {
        connection
                .unwrap(JdbcConnection.class)
                .getPropertySet()
                .getBooleanProperty(PropertyKey.allowLoadLocalInfile)
                .setValue(may);
    }

    /** What a {@link #load} has come to. */
    record Loaded(long rows, List<Warning> warnings) {}

    /** Runs a {@code LOAD DATA LOCAL}, whose file is {@code content}. */
    Loaded load(String packed, InputStream content) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.unwrap(JdbcStatement.class).setLocalInfileInputStream(content);
            mayAskForContent(true);
            try {
                statement.execute(packed);
            } finally {
                mayAskForContent(false);
            }
            return new Loaded(statement.getLargeUpdateCount(), warnings(statement));
        }
    }

    private static List<Warning> warnings(Statement statement) throws SQLException {
        List<Warning> warnings = new ArrayList<>();
        for (SQLWarning w = statement.getWarnings(); w != null; w = w.getNextWarning()) {
            warnings.add(new Warning(w.getErrorCode(), String.valueOf(w.getMessage())));
        }
        return warnings;
    }

    /** A server's warning; {@code message} may quote a value and is not for logs. */
    record Warning(int code, String message) {}

    /** Sets a session variable where the server knows it and lets it be set. */
    boolean set(String variable, String value) throws SQLException {
        return tolerant("SET SESSION " + variable + " = " + value);
    }

    /** Sets a global variable where the server knows it and lets it be set. */
    boolean setGlobal(String variable, String value) throws SQLException {
        return tolerant("SET GLOBAL " + variable + " = " + value);
    }

    private boolean tolerant(String statement) throws SQLException {
        try {
            run(statement);
            return true;
        } catch (SQLException e) {
            if (NOT_SETTABLE.contains(e.getErrorCode())) {
                return false;
            }
            throw e;
        }
    }

    /** A global variable's value; null where the server does not know it. */
    @Nullable String global(String variable) throws SQLException {
        try {
            List<List<@Nullable String>> rows = rows("SELECT @@GLOBAL." + variable);
            return rows.getFirst().getFirst();
        } catch (SQLException e) {
            if (e.getErrorCode() == UNKNOWN_VARIABLE) {
                return null;
            }
            throw e;
        }
    }

    /** All rows of a small answer, packed. */
    List<List<@Nullable String>> rows(String packed) throws SQLException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet result = statement.executeQuery(packed)) {
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    List<@Nullable String> row = new ArrayList<>(columns);
                    for (int i = 1; i <= columns; i++) {
                        byte[] value = result.getBytes(i);
                        row.add(value == null ? null : Packed.of(value));
                    }
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    /** The first column of all rows; NULL as an empty text. */
    List<String> column(String packed) throws SQLException {
        List<String> values = new ArrayList<>();
        for (List<@Nullable String> row : rows(packed)) {
            String value = row.getFirst();
            values.add(value == null ? "" : value);
        }
        return values;
    }

    /** The only row of an answer, by column label; labels in lower case. */
    Map<String, @Nullable String> row(String packed) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet result = statement.executeQuery(packed)) {
                if (!result.next()) {
                    throw new SQLException("no answer where one row was expected");
                }
                Map<String, @Nullable String> row = new java.util.LinkedHashMap<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    byte[] value = result.getBytes(i);
                    String label = result.getMetaData().getColumnLabel(i);
                    row.put(
                            label.toLowerCase(java.util.Locale.ROOT),
                            value == null ? null : Packed.of(value));
                }
                return row;
            }
        }
    }

    /**
     * Receives rows as they arrive.
     *
     * @param <X> what else it may end with
     */
    interface RowReader<X extends Exception> {
        /** The values are valid until the method returns; NULL is null. */
        void row(byte[] @Nullable [] values) throws SQLException, InterruptedException, X;
    }

    /** Streams an answer of any size; nothing else can be asked here until it has ended. */
    <X extends Exception> void stream(String packed, int columns, RowReader<X> reader)
            throws SQLException, InterruptedException, X {
        try (Statement statement =
                connection.createStatement(
                        ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setEscapeProcessing(false);
            statement.setFetchSize(Integer.MIN_VALUE);
            try (ResultSet result = statement.executeQuery(packed)) {
                byte[] @Nullable [] values = new byte[columns] @Nullable [];
                while (result.next()) {
                    for (int i = 0; i < columns; i++) {
                        values[i] = result.getBytes(i + 1);
                    }
                    reader.row(values);
                }
            }
        }
    }

    /** Breaks the connection off at once, whatever it is doing; safe from any thread. */
    void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            org.slf4j.LoggerFactory.getLogger(ByteSession.class)
                    .debug("connection was gone before it was aborted", e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            org.slf4j.LoggerFactory.getLogger(ByteSession.class)
                    .debug("connection did not close cleanly", e);
        }
    }
}
