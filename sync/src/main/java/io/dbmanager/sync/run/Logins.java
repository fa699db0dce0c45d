package io.dbmanager.sync.run;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ManagingLogin;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.jdbc.ConnectFailure;
import io.dbmanager.sync.jdbc.ServerConnector;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the credentials that a server accepts now. A replica that has been made by us accepts the
 * primary's, though environment.json still shows its own; a blank one accepts its own.
 */
public final class Logins {
    private static final Logger log = LoggerFactory.getLogger(Logins.class);

    private final ServerConnector connector;
    private final ManagingLogin primary;
    private final Optional<Duration> patience;

    public Logins(ServerConnector connector, ManagingLogin primary) {
        this(connector, primary, Optional.empty());
    }

    private Logins(ServerConnector connector, ManagingLogin primary, Optional<Duration> patience) {
        this.connector = connector;
        this.primary = primary;
        this.patience = patience;
    }

    /** The same, with connections that are lost when an answer takes longer than this. */
    public Logins withPatience(Duration longest) {
        return new Logins(connector, primary, Optional.of(longest));
    }

    /** A server with the credentials that work, and a connection made with them. */
    public record LoggedIn(ServerSpec server, Connection connection) {}

    /**
     * Logs in with the primary's credentials, else with the server's own. While a password changes,
     * it may arrive between two tries, after the new one and before the old one: so where several
     * are known, a server is only believed when it says no twice.
     *
     * @throws SQLException the failure of the last login tried
     */
    public LoggedIn logIn(ServerSpec server) throws SQLException {
        List<Credentials> managing = primary.all();
        try {
            return logIn(server, managing);
        } catch (SQLException e) {
            List<Credentials> now = primary.all();
            boolean changes = now.size() > 1 || !now.equals(managing);
            if (!changes || ConnectFailure.of(e).kind() != ConnectFailure.Kind.WRONG_PASSWORD) {
                throw e;
            }
            return logIn(server, now);
        }
    }

    private LoggedIn logIn(ServerSpec server, List<Credentials> managing) throws SQLException {
        Set<Credentials> candidates = new LinkedHashSet<>(managing);
        candidates.add(server.credentials());
        SQLException last = null;
        for (Credentials candidate : candidates) {
            ServerSpec tried = new ServerSpec(server.name(), server.address(), candidate);
            try {
                Connection connection =
                        patience.isPresent()
                                ? connector.open(tried, patience.get())
                                : connector.open(tried);
                log.debug(
                        "logged in server={} with={}",
                        server.name(),
                        managing.contains(candidate)
                                ? "primary's credentials"
                                : "its own credentials");
                return new LoggedIn(tried, connection);
            } catch (SQLException e) {
                if (ConnectFailure.of(e).kind() != ConnectFailure.Kind.WRONG_PASSWORD) {
                    throw e;
                }
                last = e;
            }
        }
        throw last == null ? new SQLException("no credentials to try") : last;
    }

    /** The credentials that work, without keeping the connection. */
    public ServerSpec resolve(ServerSpec server) throws SQLException {
        LoggedIn loggedIn = logIn(server);
        loggedIn.connection().close();
        return loggedIn.server();
    }
}
