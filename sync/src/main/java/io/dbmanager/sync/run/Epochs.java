package io.dbmanager.sync.run;

import io.dbmanager.sync.dialect.OwnSchemas;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which servers have been the primary, one after the other: a row on the primary for each, which
 * replicates. A server whose newest row is older than another's has missed a change of the primary,
 * and all that was written since.
 */
public final class Epochs {
    private static final String TABLE = OwnSchemas.SHARED + ".epochs";
    private static final Set<Integer> NO_TABLE_ERRORS = Set.of(1049, 1146);

    private Epochs() {}

    /**
     * @param number counts up from 1
     * @param server the identity of the one that is the primary in it
     */
    public record Epoch(long number, String server) {}

    /** The newest that a server knows of; empty when it knows of none. */
    public static Optional<Epoch> newest(Connection server) throws SQLException {
        try {
            List<Row> rows =
                    Queries.rows(
                            server,
                            "SELECT epoch, server FROM " + TABLE + " ORDER BY epoch DESC LIMIT 1");
            return rows.stream()
                    .findFirst()
                    .map(row -> new Epoch(row.number("epoch"), row.text("server")));
        } catch (SQLException e) {
            if (NO_TABLE_ERRORS.contains(e.getErrorCode())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Writes down on the server itself that it is the primary from now on. */
    public static void begin(Connection primary, Epoch epoch, long nowMillis) throws SQLException {
        Queries.run(primary, "CREATE DATABASE IF NOT EXISTS " + OwnSchemas.SHARED);
        Queries.run(
                primary,
                """
                CREATE TABLE IF NOT EXISTS %s (
                    epoch BIGINT UNSIGNED NOT NULL PRIMARY KEY,
                    server CHAR(36) CHARACTER SET ascii NOT NULL,
                    began_at_millis BIGINT NOT NULL) ENGINE = InnoDB
                """
                        .formatted(TABLE));
        try (PreparedStatement statement =
                primary.prepareStatement("INSERT INTO " + TABLE + " VALUES (?, ?, ?)")) {
            statement.setLong(1, epoch.number());
            statement.setString(2, epoch.server());
            statement.setLong(3, nowMillis);
            statement.executeUpdate();
        }
    }
}
