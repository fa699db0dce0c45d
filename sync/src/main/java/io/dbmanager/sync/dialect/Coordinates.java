package io.dbmanager.sync.dialect;

import io.dbmanager.common.GtidSet;
import io.dbmanager.common.Position;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads positions from servers and waits for them, in the words of their dialect. */
public final class Coordinates {
    private Coordinates() {}

    /**
     * Where the end of a source's history is now. Exact only while nothing can be committed there,
     * as under {@code FLUSH TABLES WITH READ LOCK}.
     *
     * @param gtids whether the position is to be a GTID set, else file and offset
     */
    public static Position ofSource(Connection source, ReplicationDialect dialect, boolean gtids)
            throws SQLException {
        if (gtids) {
            return gtids(source, dialect, dialect.selectSourceGtids());
        }
        List<Row> rows = Queries.rows(source, dialect.showBinaryLogStatus());
        if (rows.isEmpty()) {
            return new Position.Unknown("the binary log is off");
        }
        Row row = rows.getFirst();
        return new Position.FileOffset(row.text("File"), row.number("Position"));
    }

    /** The GTIDs that a replica has. */
    public static Position.Gtids ofReplica(Connection replica, ReplicationDialect dialect)
            throws SQLException {
        return gtids(replica, dialect, dialect.selectReplicaGtids());
    }

    private static Position.Gtids gtids(
            Connection connection, ReplicationDialect dialect, String query) throws SQLException {
        String text = Queries.text(connection, query).orElse("");
        return new Position.Gtids(GtidSet.parse(dialect.flavour(), text));
    }

    /**
     * Waits on a replica until it has applied everything up to a position of its source.
     *
     * @return false when the time is up or the replica does not replicate
     */
    public static boolean await(
            Connection replica, ReplicationDialect dialect, Position position, Duration timeout)
            throws SQLException {
        Optional<String> answer = Queries.text(replica, dialect.waitForPosition(position, timeout));
        // NULL: no thread applies anything that could be waited for.
        return answer.isPresent() && Long.parseLong(answer.get()) >= 0;
    }
}
