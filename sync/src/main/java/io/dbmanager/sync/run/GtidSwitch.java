package io.dbmanager.sync.run;

import io.dbmanager.common.Position;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.dialect.Coordinates;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.inspect.GtidMode;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.inspect.ServerInspector;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.ServerConnector;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches GTIDs on while clients go on, in the order that MySQL's manual gives ("Enabling GTID
 * Transactions Online"): no server goes to the next stage before all have reached the last.
 *
 * <ol>
 *   <li>enforce_gtid_consistency WARN, then ON: statements that GTIDs cannot express are refused
 *       from here on; transactions under way that hold such a one are waited for;
 *   <li>gtid_mode OFF_PERMISSIVE, then ON_PERMISSIVE: new transactions get GTIDs, both kinds
 *       replicate;
 *   <li>until the last transaction without one has ended, and has been applied everywhere;
 *   <li>gtid_mode ON.
 * </ol>
 */
final class GtidSwitch {
    private static final Logger log = LoggerFactory.getLogger(GtidSwitch.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ServerConnector connector;

    GtidSwitch(ServerConnector connector) {
        this.connector = connector;
    }

    /** One server's session while it is switched. */
    private record Session(ServerFacts facts, Connection connection) implements AutoCloseable {
        ReplicationDialect dialect() {
            return facts.dialect();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    /**
     * @param servers names of those that are not on yet
     */
    void run(Inspection inspection, List<String> servers)
            throws SyncException, SQLException, InterruptedException {
        List<Session> sessions = new ArrayList<>();
        try {
            for (String name : servers) {
                ServerFacts facts = inspection.server(name);
                sessions.add(
                        new Session(facts, connector.open(facts.server(), StepRunner.PATIENCE)));
            }
            switchOn(sessions, inspection);
        } finally {
            for (Session session : sessions) {
                session.close();
            }
        }
    }

    private void switchOn(List<Session> sessions, Inspection inspection)
            throws SyncException, SQLException, InterruptedException {
        for (Session session : sessions) {
            enforceConsistency(session);
        }
        for (GtidMode stage : List.of(GtidMode.OFF_PERMISSIVE, GtidMode.ON_PERMISSIVE)) {
            for (Session session : sessions) {
                advance(session, stage);
            }
        }
        for (Session session : sessions) {
            awaitNone(session, "Ongoing_anonymous_transaction_count", "without a GTID");
        }
        awaitApplied(sessions, inspection);
        for (Session session : sessions) {
            advance(session, GtidMode.ON);
            log.info("GTIDs switched on server={}", session.facts().name());
        }
    }

    private static void enforceConsistency(Session session)
            throws SyncException, SQLException, InterruptedException {
        String now = current(session, "enforce_gtid_consistency");
        if (now.equals("ON") || now.equals("1")) {
            return;
        }
        set(session, "enforce_gtid_consistency", "WARN");
        awaitNone(
                session,
                "Ongoing_automatic_gtid_violating_transaction_count",
                "that GTIDs cannot express");
        set(session, "enforce_gtid_consistency", "ON");
    }

    private static void advance(Session session, GtidMode stage) throws SQLException {
        GtidMode now = GtidMode.valueOf(current(session, "gtid_mode").toUpperCase(Locale.ROOT));
        if (now.compareTo(stage) < 0) {
            set(session, "gtid_mode", stage.name());
        }
    }

    private static String current(Session session, String variable) throws SQLException {
        return Queries.text(session.connection(), "SELECT @@GLOBAL." + variable).orElse("");
    }

    private static void set(Session session, String variable, String value) throws SQLException {
        Queries.run(session.connection(), session.dialect().setVariable(variable, value));
    }

    private static void awaitNone(Session session, String counter, String kind)
            throws SyncException, SQLException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (count(session, counter) > 0) {
            if (System.nanoTime() > deadline) {
                throw new SyncException(
                        session.facts().name()
                                + " still runs a transaction "
                                + kind
                                + " after "
                                + PATIENCE.toSeconds()
                                + "s: end it (see SHOW PROCESSLIST) and run this again");
            }
            Thread.sleep(PAUSE);
        }
    }

    private static long count(Session session, String counter) throws SQLException {
        return Queries.rows(session.connection(), "SHOW GLOBAL STATUS LIKE '" + counter + "'")
                .stream()
                .mapToLong(row -> row.number("Value"))
                .sum();
    }

    /** Lets replicas that run by file and offset apply the last transactions without a GTID. */
    private void awaitApplied(List<Session> sessions, Inspection inspection)
            throws SyncException, SQLException {
        ServerFacts primary = inspection.primary();
        Position end;
        try (Connection connection = connector.open(primary.server(), StepRunner.PATIENCE)) {
            end = Coordinates.ofSource(connection, primary.dialect(), false);
        }
        for (Session session : sessions) {
            boolean running =
                    ServerInspector.channels(session.connection(), session.dialect()).stream()
                            .anyMatch(ChannelStatus::running);
            boolean isPrimary = session.facts().name().equals(primary.name());
            if (!isPrimary
                    && running
                    && !Coordinates.await(session.connection(), session.dialect(), end, PATIENCE)) {
                throw new SyncException(
                        session.facts().name()
                                + " has not applied all transactions without a GTID after "
                                + PATIENCE.toSeconds()
                                + "s: let it catch up and run this again");
            }
        }
    }
}
