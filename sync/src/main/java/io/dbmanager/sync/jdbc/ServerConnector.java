package io.dbmanager.sync.jdbc;

import com.mysql.cj.jdbc.Driver;
import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections to servers. There is no pool: whoever looks at a server again and again keeps
 * one connection of its own, so that a server that is gone is noticed when it goes.
 *
 * <p>One driver, MySQL Connector/J, serves all flavours: it logs in to MySQL 5.7 and MariaDB with
 * every plugin they use for accounts with passwords, and streaming, batches and literals behave the
 * same on all of them. TLS is used where the server offers it; a server whose TLS is too old for
 * this JVM (MySQL 5.7 built with yaSSL) is remembered and talked to without.
 */
public final class ServerConnector {
    private static final Logger log = LoggerFactory.getLogger(ServerConnector.class);

    static {
        // Connections here are closed by their owners; the driver's watchdog thread is not wanted.
        System.setProperty("com.mysql.cj.disableAbandonedConnectionCleanup", "true");
    }

    private static final int ACCESS_DENIED = 1045;
    private static final int SECURE_TRANSPORT_REQUIRED = 3159;

    private final Driver driver;
    private final Duration connectTimeout;
    private final Set<ServerAddress> withoutTls = ConcurrentHashMap.newKeySet();

    /**
     * @param connectTimeout how long a server may take to accept a connection
     */
    public ServerConnector(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
        try {
            this.driver = new Driver();
        } catch (SQLException e) {
            throw new IllegalStateException("the MySQL driver does not load", e);
        }
    }

    public ServerConnector() {
        this(Duration.ofSeconds(5));
    }

    /** A plain connection in autocommit mode that may take as long as it likes to answer. */
    public Connection open(ServerSpec server) throws SQLException {
        return open(server.address(), server.credentials(), Map.of());
    }

    /**
     * A plain connection.
     *
     * @param properties the driver's own, over the ones set here; {@code socketTimeout} (in
     *     milliseconds) bounds how long any answer may take
     */
    public Connection open(
            ServerAddress address, Credentials credentials, Map<String, String> properties)
            throws SQLException {
        Properties all = properties(credentials);
        all.putAll(properties);
        return connect(address, all);
    }

    /**
     * The same for much data: on the loopback interface, where nobody listens, TLS would cost a
     * third of the time, so it is used there only where the server or the account insists.
     */
    public Connection openForData(
            ServerAddress address, Credentials credentials, Map<String, String> properties)
            throws SQLException {
        if (!isLoopback(address)) {
            return open(address, credentials, properties);
        }
        Map<String, String> plain = new HashMap<>(properties);
        plain.put("sslMode", "DISABLED");
        try {
            return open(address, credentials, plain);
        } catch (SQLException e) {
            if (e.getErrorCode() != ACCESS_DENIED
                    && e.getErrorCode() != SECURE_TRANSPORT_REQUIRED) {
                throw e;
            }
            return open(address, credentials, properties);
        }
    }

    private static boolean isLoopback(ServerAddress address) throws SQLException {
        try {
            return InetAddress.getByName(address.host()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new SQLException("the host " + address.host() + " is not known", "08001", e);
        }
    }

    /**
     * A connection that is lost when the server leaves it without an answer for {@code patience}.
     */
    public Connection open(ServerSpec server, Duration patience) throws SQLException {
        long answer = Math.max(1, patience.toMillis());
        return open(
                server.address(),
                server.credentials(),
                Map.of(
                        "socketTimeout",
                        Long.toString(answer),
                        "connectTimeout",
                        Long.toString(Math.min(answer, connectTimeout.toMillis()))));
    }

    private Connection connect(ServerAddress address, Properties properties) throws SQLException {
        String url = "jdbc:mysql://" + address + "/";
        if (withoutTls.contains(address)) {
            properties.setProperty("sslMode", "DISABLED");
        }
        try {
            return connected(driver.connect(url, properties));
        } catch (SQLException e) {
            if (!causedByTls(e) || !"PREFERRED".equals(properties.getProperty("sslMode"))) {
                throw e;
            }
            properties.setProperty("sslMode", "DISABLED");
            Connection connection = connected(driver.connect(url, properties));
            withoutTls.add(address);
            return connection;
        }
    }

    /** Closes a connection of which nobody needs to know how it ended. */
    public static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            log.debug("connection did not close cleanly", e);
        }
    }

    private static Connection connected(@Nullable Connection connection) throws SQLException {
        if (connection == null) {
            throw new SQLException("the MySQL driver does not take its own address form");
        }
        return connection;
    }

    private static boolean causedByTls(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    private Properties properties(Credentials credentials) {
        Properties p = new Properties();
        p.setProperty("user", credentials.user());
        p.setProperty("password", credentials.password().reveal());
        p.setProperty("sslMode", "PREFERRED");
        p.setProperty("allowPublicKeyRetrieval", "true");
        p.setProperty("connectTimeout", Long.toString(connectTimeout.toMillis()));
        p.setProperty("tcpKeepAlive", "true");
        p.setProperty("characterEncoding", "UTF-8");
        p.setProperty("connectionTimeZone", "UTC");
        p.setProperty("forceConnectionTimeZoneToSession", "false");
        p.setProperty("useServerPrepStmts", "false");
        p.setProperty("allowLoadLocalInfile", "false");
        p.setProperty("logger", "com.mysql.cj.log.Slf4JLogger");
        p.setProperty("connectionAttributes", "program_name:dbmanager");
        return p;
    }
}
