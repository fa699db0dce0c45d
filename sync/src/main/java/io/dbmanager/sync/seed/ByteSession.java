package io.dbmanager.sync.seed;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.jdbc.JdbcConnection;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.Wire.Done;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which statements and results are bytes: nothing is converted on the way. All
 * statements are {@link Packed}. The driver logs in; what is asked and answered then goes by a
 * {@link Wire}.
 */
final class ByteSession implements AutoCloseable {
    private static final int UNKNOWN_VARIABLE = 1193;

    /** A variable that this version lets nobody set, or only for the whole server. */
    private static final Set<Integer> NOT_SETTABLE = Set.of(UNKNOWN_VARIABLE, 1229, 1231, 1238);

    private final Connection connection;
    private final Wire wire;

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

    private ByteSession(Connection connection) throws SQLException {
        this.connection = connection;
        this.wire = Wire.of(connection);
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
        // What the driver itself runs here must not be answered by a request for a file of ours.
        session.connection
                .unwrap(JdbcConnection.class)
                .getPropertySet()
                .getBooleanProperty(PropertyKey.allowLoadLocalInfile)
                .setValue(false);
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
        properties.put("useInformationSchema", "false");
        Connection connection =
                connector.openForData(server.address(), server.credentials(), properties);
        try {
            ByteSession session = new ByteSession(connection);
            session.use(charset);
            return session;
        } catch (SQLException | RuntimeException e) {
            ServerConnector.closeQuietly(connection);
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

    /** As the server has said when this was opened; asks nothing. */
    boolean isMariaDb() throws SQLException {
        return ServerVersion.parse(connection.getMetaData().getDatabaseProductVersion())
                .isMariaDb();
    }

    void run(String packed) throws SQLException {
        var _ = wire.run(packed);
    }

    /** Runs a statement and says which warnings it gave. */
    List<Warning> runAndWarn(String packed) throws SQLException {
        return warnings(wire.run(packed));
    }

    /** What a {@link #load} has come to. */
    record Loaded(long rows, List<Warning> warnings) {}

    /** Runs a {@code LOAD DATA LOCAL}, whose file is {@code content}. */
    Loaded load(String packed, byte[] content) throws SQLException {
        Done done = wire.load(packed, content);
        return new Loaded(done.rows(), warnings(done));
    }

    private List<Warning> warnings(Done done) throws SQLException {
        if (done.warnings() == 0) {
            return List.of();
        }
        List<Warning> warnings = new ArrayList<>();
        for (List<@Nullable String> row : rows("SHOW WARNINGS")) {
            warnings.add(
                    new Warning(
                            Integer.parseInt(String.valueOf(row.get(1))),
                            Packed.toText(String.valueOf(row.get(2)))));
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
        return wire.all(packed, new ArrayList<>());
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
        List<String> names = new ArrayList<>();
        List<List<@Nullable String>> rows = wire.all(packed, names);
        if (rows.isEmpty()) {
            throw new SQLException("no answer where one row was expected");
        }
        Map<String, @Nullable String> row = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            row.put(names.get(i).toLowerCase(Locale.ROOT), rows.getFirst().get(i));
        }
        return row;
    }

    /**
     * Receives rows as they arrive.
     *
     * @param <X> what else it may end with
     */
    interface RowReader<X extends Exception> {
        /** The row is valid until the method returns. */
        void row(RowView row) throws SQLException, InterruptedException, X;
    }

    /** Streams an answer of any size; nothing else can be asked here until it has ended. */
    <X extends Exception> void stream(String packed, RowReader<X> reader)
            throws SQLException, InterruptedException, X {
        wire.rows(packed, new ArrayList<>(), reader);
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
        ServerConnector.closeQuietly(connection);
    }
}
