package io.dbmanager.sync.inspect;

import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.Row;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * Tells servers apart.
 *
 * <p>MySQL gives each data directory a {@code server_uuid}. MariaDB has nothing of the kind: its
 * stand-in here is a UUID made from the host's name, the port, the data directory and the moment in
 * which the table of accounts was made. It stays the same over restarts and differs between two
 * servers, on one machine or on two; it changes when a server moves to another machine, which is
 * then examined like any other newcomer and taken for what its GTIDs show it to be.
 */
public final class ServerIdentity {
    private ServerIdentity() {}

    public static String read(Connection connection, boolean mariaDb) throws SQLException {
        if (!mariaDb) {
            return Queries.text(connection, "SELECT @@GLOBAL.server_uuid").orElse("");
        }
        List<Row> rows =
                Queries.rows(
                        connection,
                        """
                        SELECT CONCAT_WS('|', @@hostname, @@port, @@datadir,
                            (SELECT UNIX_TIMESTAMP(MIN(CREATE_TIME)) FROM information_schema.TABLES
                             WHERE TABLE_SCHEMA = 'mysql' AND TABLE_NAME = 'global_priv')) AS id
                        """);
        byte[] traits = rows.getFirst().text("id").getBytes(StandardCharsets.UTF_8);
        return UUID.nameUUIDFromBytes(traits).toString();
    }
}
