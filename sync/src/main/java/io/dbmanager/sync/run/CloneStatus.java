package io.dbmanager.sync.run;

import io.dbmanager.sync.dialect.CloneStatements;
import io.dbmanager.sync.inspect.CloneFacts;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The last clone into a server, as it tells itself.
 *
 * @param begun when it began, as text; tells one clone from another
 * @param pid the connection that it runs on; 0 when it does not run any more
 * @param error why it failed, for people; empty text if it did not
 * @param binlogFile where the donor's binary log stood
 */
record CloneStatus(
        String state, String begun, long pid, String error, String binlogFile, long binlogOffset) {
    private static final int NO_SUCH_TABLE = 1146;

    /** What has become of it. */
    enum Outcome {
        RUNS,
        COMPLETED,
        FAILED
    }

    /** Empty where there never was one, or the plugin is not there. */
    static Optional<CloneStatus> read(Connection connection) throws SQLException {
        try {
            return Queries.rows(connection, CloneStatements.selectStatus()).stream()
                    .findFirst()
                    .map(CloneStatus::of);
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_TABLE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static CloneStatus of(Row row) {
        return new CloneStatus(
                row.text("STATE"),
                row.text("BEGUN"),
                row.number("PID"),
                row.number("ERROR_NO") == 0
                        ? ""
                        : row.text("ERROR_NO") + ": " + row.text("ERROR_MESSAGE"),
                row.text("BINLOG_FILE"),
                row.number("BINLOG_POSITION"));
    }

    /**
     * A server that restarts at the end of a clone says that it is completed afterwards. One that
     * was killed in its middle still says that it is in progress, and names no connection.
     */
    Outcome outcome() {
        if (state.equals("Completed") && error.isEmpty()) {
            return Outcome.COMPLETED;
        }
        return state.equals("In Progress") && pid > 0 ? Outcome.RUNS : Outcome.FAILED;
    }

    /** Whether a server is being cloned into now, as by a process before this one. */
    static boolean isUnderWay(Connection connection, ServerFacts server) throws SQLException {
        return CloneFacts.areKnownTo(server.version())
                && read(connection).filter(status -> status.outcome() == Outcome.RUNS).isPresent();
    }
}
