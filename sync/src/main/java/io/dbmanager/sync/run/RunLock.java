package io.dbmanager.sync.run;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.jdbc.ConnectFailure;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.ServerConnector;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two processes from working on the same servers: a named lock on the primary, held by a
 * session of its own. It ends with that session, so nothing is left behind by a process that dies.
 */
public final class RunLock implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunLock.class);
    private static final String NAME = "dbmanager";

    /** An answer within this time, or the session is taken for lost. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** How long a process that has just been killed may still seem to hold it. */
    private static final int WAIT_SECONDS = 3;

    /** The server ends a session that has been silent for so long, as of a machine that is gone. */
    private static final int SILENCE_SECONDS = 60;

    private static final Duration REFRESH = Duration.ofSeconds(10);

    private final ServerConnector connector;
    private final Logins logins;
    private final Supplier<ServerSpec> primary;
    private final ReentrantLock guard = new ReentrantLock();
    private @Nullable Connection session;
    private String sessionId = "";
    private boolean closed;

    public RunLock(ServerConnector connector, Logins logins, Supplier<ServerSpec> primary) {
        this.connector = connector;
        this.logins = logins;
        this.primary = primary;
    }

    /**
     * Makes sure that the lock is held.
     *
     * @throws SyncException if another process holds it, or the primary does not answer
     */
    public void hold() throws SyncException, InterruptedException {
        guard.lockInterruptibly();
        try {
            if (closed) {
                throw new SyncException("closed");
            }
            Connection held = session;
            if (held == null || !isHeldBy(held)) {
                end();
                take();
            }
        } catch (SQLException e) {
            throw new SyncException(
                    primary.get().name()
                            + " at "
                            + primary.get().address()
                            + " cannot be locked against other runs of startsync: "
                            + ConnectFailure.of(e).sentence(),
                    e);
        } finally {
            guard.unlock();
        }
    }

    /** Keeps the session awake, and takes the lock again when it was lost, until interrupted. */
    public void keep() {
        boolean wasHeld = true;
        try {
            while (true) {
                Thread.sleep(REFRESH);
                boolean isHeld = true;
                try {
                    hold();
                } catch (SyncException e) {
                    isHeld = false;
                    if (wasHeld) {
                        log.warn("run lock lost reason=\"{}\"", e.getMessage());
                    }
                }
                wasHeld = isHeld;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isHeldBy(Connection connection) {
        try {
            return answers(connection, "SELECT IS_USED_LOCK('" + NAME + "') = CONNECTION_ID()");
        } catch (SQLException e) {
            log.debug("run lock session lost reason=\"{}\"", e.getMessage());
            return false;
        }
    }

    private static boolean answers(Connection connection, String question) throws SQLException {
        return Queries.text(connection, question).filter("1"::equals).isPresent();
    }

    private void take() throws SQLException, SyncException {
        Connection fresh = connector.open(logins.resolve(primary.get()), PATIENCE);
        boolean taken = false;
        try {
            Queries.run(fresh, "SET SESSION wait_timeout = " + SILENCE_SECONDS);
            if (!get(fresh)) {
                endLostSession(fresh);
                if (!get(fresh)) {
                    throw new SyncException(heldBy(holder(fresh)));
                }
            }
            sessionId = Queries.text(fresh, "SELECT CONNECTION_ID()").orElse("");
            session = fresh;
            taken = true;
        } finally {
            if (!taken) {
                fresh.close();
            }
        }
    }

    private static boolean get(Connection connection) throws SQLException {
        return answers(connection, "SELECT GET_LOCK('" + NAME + "', " + WAIT_SECONDS + ")");
    }

    private static String holder(Connection connection) throws SQLException {
        return Queries.text(connection, "SELECT IS_USED_LOCK('" + NAME + "')").orElse("");
    }

    /** What this process held may outlive a network that was cut. */
    private void endLostSession(Connection connection) throws SQLException {
        if (!sessionId.isEmpty() && holder(connection).equals(sessionId)) {
            Queries.run(connection, "KILL " + sessionId);
        }
    }

    private String heldBy(String connectionId) {
        return "another startsync works on "
                + primary.get().name()
                + " and its replicas: it holds the lock '"
                + NAME
                + "' there, as connection "
                + connectionId
                + ". Stop it first; if it is gone, its lock ends within "
                + SILENCE_SECONDS
                + " seconds";
    }

    /** Another server is the primary: what was held on the one before says nothing any more. */
    public void letGo() {
        guard.lock();
        try {
            end();
            sessionId = "";
        } finally {
            guard.unlock();
        }
    }

    private void end() {
        Connection old = session;
        session = null;
        if (old != null) {
            try {
                old.close();
            } catch (SQLException e) {
                log.debug("run lock session not closed reason=\"{}\"", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        guard.lock();
        try {
            closed = true;
            end();
        } finally {
            guard.unlock();
        }
    }
}
