package io.dbmanager.sync.watch;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.run.Logins;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection through which a server is looked at again and again. Whatever the server does,
 * no look takes longer than the patience given: a frozen one costs its own thread that much, and
 * nobody else anything.
 */
final class Probing implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Probing.class);

    private final Logins logins;
    private final ServerSpec server;
    private Optional<Logins.LoggedIn> open = Optional.empty();

    Probing(Logins logins, ServerSpec server, Duration patience) {
        this.logins = logins.withPatience(patience);
        this.server = server;
    }

    /** The connection; opened when there is none. */
    Connection connection() throws SQLException {
        if (open.isEmpty()) {
            Logins.LoggedIn loggedIn = logins.logIn(server);
            // A lock that someone holds must not look like a server that is gone.
            Queries.run(loggedIn.connection(), "SET SESSION lock_wait_timeout = 1");
            Queries.run(loggedIn.connection(), "SET SESSION innodb_lock_wait_timeout = 1");
            open = Optional.of(loggedIn);
        }
        return open.get().connection();
    }

    /** The server with the credentials that worked last. */
    ServerSpec working() {
        return open.map(Logins.LoggedIn::server).orElse(server);
    }

    /** Ends the connection, so that the next look logs in anew. */
    @Override
    public void close() {
        open.ifPresent(loggedIn -> {
            try {
                loggedIn.connection().close();
            } catch (SQLException e) {
                log.debug("closing failed server={}", server.name(), e);
            }
        });
        open = Optional.empty();
    }
}
