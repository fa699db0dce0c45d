package io.dbmanager.sync.run;

import io.dbmanager.sync.dialect.OwnSchemas;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.Row;
import io.dbmanager.sync.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The one row by which lag is measured: written on the primary, awaited on the replicas. It also
 * carries the name of the history that the servers share, made once: a server whose row has another
 * name, or that has no row, is not a copy of the primary.
 */
public final class Heartbeat {
    private static final String TABLE = OwnSchemas.SHARED + ".heartbeat";

    private Heartbeat() {}

    /**
     * A heartbeat as it stands on a server.
     *
     * @param beat counts up with each write
     * @param writtenAtMillis by the clock of the process that wrote it
     */
    public record Beat(String history, long beat, long writtenAtMillis) {}

    /** Makes the table and its row where they are missing. */
    public static void create(Connection primary) throws SQLException {
        Queries.run(primary, "CREATE DATABASE IF NOT EXISTS " + OwnSchemas.SHARED);
        Queries.run(
                primary,
                """
                CREATE TABLE IF NOT EXISTS %s (
                    id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
                    history CHAR(36) CHARACTER SET ascii NOT NULL,
                    beat BIGINT UNSIGNED NOT NULL,
                    written_at_millis BIGINT NOT NULL) ENGINE = InnoDB
                """
                        .formatted(TABLE));
        Queries.run(
                primary,
                "INSERT IGNORE INTO "
                        + TABLE
                        + " VALUES (1, "
                        + Sql.text(UUID.randomUUID().toString())
                        + ", 0, 0)");
    }

    /** The row; empty when there is none. */
    public static Optional<Beat> read(Connection server) throws SQLException {
        List<Row> rows =
                Queries.rows(
                        server,
                        "SELECT history, beat, written_at_millis FROM " + TABLE + " WHERE id = 1");
        return rows.stream()
                .findFirst()
                .map(row ->
                        new Beat(
                                row.text("history"),
                                row.number("beat"),
                                row.number("written_at_millis")));
    }

    /**
     * Writes the next beat.
     *
     * @return whether there was a row to write to
     */
    public static boolean write(Connection primary, long beat, long nowMillis) throws SQLException {
        try (var statement =
                primary.prepareStatement(
                        "UPDATE " + TABLE + " SET beat = ?, written_at_millis = ? WHERE id = 1")) {
            statement.setLong(1, beat);
            statement.setLong(2, nowMillis);
            return statement.executeUpdate() == 1;
        }
    }
}
