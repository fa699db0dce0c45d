package io.dbmanager.sync.watch;

import io.dbmanager.common.GtidSet;
import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.inspect.BinlogState;
import io.dbmanager.sync.inspect.ServerInspector;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What a look at a replica showed.
 *
 * @param has GTIDs it has applied or written
 * @param binlogState on MariaDB, who wrote what into its binary log
 * @param serverId its own
 * @param takenNanos {@code System.nanoTime()} after the GTIDs were read
 */
record ReplicaProbe(
        List<ChannelStatus> channels,
        GtidSet has,
        BinlogState binlogState,
        long serverId,
        boolean readOnly,
        long takenNanos) {

    static ReplicaProbe take(
            Connection connection, ServerVersion version, ReplicationDialect dialect)
            throws SQLException {
        List<ChannelStatus> channels = ServerInspector.channels(connection, dialect);
        String flag = version.isMariaDb() ? "read_only" : "super_read_only";
        Row row =
                Queries.rows(
                                connection,
                                "SELECT @@GLOBAL.server_id AS i, @@GLOBAL." + flag + " AS r")
                        .getFirst();
        GtidSet has =
                GtidSet.parse(
                        dialect.flavour(),
                        Queries.text(connection, dialect.selectReplicaGtids()).orElse(""));
        String readOnly = row.text("r");
        return new ReplicaProbe(
                channels,
                has,
                ServerInspector.binlogState(connection, version),
                row.number("i"),
                !readOnly.equals("0") && !readOnly.equalsIgnoreCase("OFF"),
                System.nanoTime());
    }
}
