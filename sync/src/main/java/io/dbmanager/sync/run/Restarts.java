package io.dbmanager.sync.run;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.CloneStatements;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.jdbc.ConnectFailure;
import io.dbmanager.sync.jdbc.Failures;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.ServerConnector;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restarts servers and waits for those that restart. */
final class Restarts {
    private static final Logger log = LoggerFactory.getLogger(Restarts.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** How long one login or question may take meanwhile. */
    private static final Duration ANSWER = Duration.ofSeconds(15);

    private final ServerConnector connector;
    private final Logins logins;
    private final Duration patience;

    /**
     * @param patience how long a server may be away
     */
    Restarts(ServerConnector connector, Logins logins, Duration patience) {
        this.connector = connector;
        this.logins = logins.withPatience(ANSWER);
        this.patience = patience;
    }

    Duration patience() {
        return patience;
    }

    /**
     * Has a MySQL server restart by itself, which shows that something starts it again. One that
     * knows of nothing that would do so refuses, and goes on.
     *
     * @return why it does not, as a phrase; empty if it does
     * @throws SyncException if it has ended and not come back
     */
    Optional<String> prove(ServerFacts server)
            throws SQLException, SyncException, InterruptedException {
        try (Connection connection = connector.open(server.server(), ANSWER)) {
            try {
                Queries.run(connection, CloneStatements.restart());
            } catch (SQLException e) {
                if (!isLost(e)) {
                    return Optional.of(
                            e.getErrorCode() == CloneStatements.NOT_SUPERVISED
                                    ? "no supervisor (mysqld_safe, systemd or the like) restarts its"
                                            + " mysqld"
                                    : "it refuses to restart: " + Failures.brief(e));
                }
            }
            awaitGone(connection, server.name());
        }
        awaitBack(server.server()).close();
        log.info("restarted by itself server={}", server.name());
        return Optional.empty();
    }

    /** A server that ends stops listening before it ends its sessions. */
    private void awaitGone(Connection session, String name)
            throws SQLException, SyncException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                Queries.text(session, "SELECT 1");
            } catch (SQLException e) {
                if (isLost(e)) {
                    return;
                }
                log.debug("still ending server={}", name, e);
            }
            Thread.sleep(PAUSE);
        }
        throw new SyncException(
                name + " was told to restart, and goes on as if it were not: restart it");
    }

    /**
     * Waits until a server accepts a login.
     *
     * @throws SyncException if it has not in the time allowed
     */
    Connection awaitBack(ServerSpec server)
            throws SQLException, SyncException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return open(server);
            } catch (SQLException e) {
                ConnectFailure failure = ConnectFailure.of(e);
                if (!failure.kind().mayPass()) {
                    throw e;
                }
                if (System.nanoTime() > deadline) {
                    throw notBack(server.name(), failure.sentence());
                }
            }
            Thread.sleep(PAUSE);
        }
    }

    /** A login with whichever credentials it accepts; no answer may take long. */
    Connection open(ServerSpec server) throws SQLException {
        return logins.logIn(server).connection();
    }

    /**
     * @param why what it says now, as a phrase
     */
    SyncException notBack(String name, String why) {
        return new SyncException(
                "%s has restarted and not come back in %d s (%s): start it, and see its error log"
                        .formatted(name, patience.toSeconds(), why));
    }

    /** Whether it is no answer of the server's. */
    static boolean isLost(SQLException e) {
        String state = e.getSQLState();
        return e.getErrorCode() == 0 || (state != null && state.startsWith("08"));
    }
}
