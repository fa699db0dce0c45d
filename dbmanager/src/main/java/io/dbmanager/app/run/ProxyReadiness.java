package io.dbmanager.app.run;

import io.dbmanager.app.http.Readiness;
import io.dbmanager.common.Credentials;
import io.dbmanager.common.ManagingLogin;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.sync.jdbc.ConnectFailure;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.ServerConnector;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes one row through the proxy, as any client would: login, route, primary, commit. Nothing
 * less proves that the primary takes writes: it may answer questions with a full disk or while it
 * is read-only. Nobody pays for it who does not ask, and those who ask often share an answer for a
 * second. The row is replaced, so that it stays one row.
 */
public final class ProxyReadiness implements Readiness, AutoCloseable {
    private static final Duration SHARED_FOR = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String TABLE =
            "CREATE TABLE IF NOT EXISTS dbmanager.readiness"
                    + " (id TINYINT NOT NULL PRIMARY KEY, written_at TIMESTAMP NOT NULL)";
    private static final String WRITE =
            "REPLACE INTO dbmanager.readiness (id, written_at) VALUES (1, CURRENT_TIMESTAMP)";
    private static final int NO_SUCH_TABLE = 1146;

    private final Topology topology;
    private final ManagingLogin managing;
    private final Clock clock;
    private final ServerConnector connector = new ServerConnector(PATIENCE);
    private volatile @Nullable InetSocketAddress proxy;
    private @Nullable Connection connection;
    private Instant askedAt = Instant.MIN;
    private Optional<String> answer = Optional.empty();

    ProxyReadiness(Topology topology, ManagingLogin managing, Clock clock) {
        this.topology = topology;
        this.managing = managing;
        this.clock = clock;
    }

    /** The proxy listens there from now on. */
    void proxyListens(InetSocketAddress address) {
        proxy = address;
    }

    /** Where clients connect. */
    String proxyAddress() {
        InetSocketAddress address = proxy;
        return address == null
                ? ""
                : new ServerAddress(address.getAddress().getHostAddress(), address.getPort())
                        .toString();
    }

    @Override
    public synchronized Optional<String> problem() {
        Instant now = clock.instant();
        if (now.isAfter(askedAt.plus(SHARED_FOR))) {
            answer = ask();
            askedAt = clock.instant();
        }
        return answer;
    }

    private Optional<String> ask() {
        TopologySnapshot snapshot = topology.current();
        if (!snapshot.started()) {
            return Optional.of("starting: the replicas are not made yet");
        }
        if (!snapshot.primary().reachable()) {
            return Optional.of(
                    "the primary %s does not answer: %s"
                            .formatted(
                                    snapshot.primary().name(),
                                    snapshot.primary().whyUnreachable().orElse("reason unknown")));
        }
        try {
            write();
            return Optional.empty();
        } catch (SQLException first) {
            // The connection may have died of old age; one that was just made has not.
            disconnect();
        }
        try {
            write();
            return Optional.empty();
        } catch (SQLException e) {
            disconnect();
            return Optional.of(
                    "a write through the proxy failed: " + ConnectFailure.of(e).sentence());
        }
    }

    private void write() throws SQLException {
        Connection open = connection;
        if (open == null) {
            InetSocketAddress address = proxy;
            if (address == null) {
                throw new SQLException("the proxy does not listen yet");
            }
            open = connect(address);
            connection = open;
        }
        try {
            Queries.run(open, WRITE);
        } catch (SQLException e) {
            if (e.getErrorCode() != NO_SUCH_TABLE) {
                throw e;
            }
            Queries.run(open, TABLE);
            Queries.run(open, WRITE);
        }
    }

    /** By the login that works: its password may be changing. */
    private Connection connect(InetSocketAddress address) throws SQLException {
        SQLException refused = new SQLException("no login is known");
        for (Credentials login : managing.all()) {
            try {
                return connector.open(self(address, login), PATIENCE);
            } catch (SQLException e) {
                if (ConnectFailure.of(e).kind() != ConnectFailure.Kind.WRONG_PASSWORD) {
                    throw e;
                }
                refused = e;
            }
        }
        throw refused;
    }

    /** A proxy that listens everywhere is also at the loopback address. */
    private static ServerSpec self(InetSocketAddress address, Credentials login) {
        String host =
                address.getAddress().isAnyLocalAddress()
                        ? "127.0.0.1"
                        : address.getAddress().getHostAddress();
        return new ServerSpec("proxy", new ServerAddress(host, address.getPort()), login);
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException _) {
                // It is broken, which is why it is closed.
            }
        }
    }

    @Override
    public synchronized void close() {
        disconnect();
    }
}
