package io.dbmanager.sync.seed;

import io.dbmanager.common.Position;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.dialect.Coordinates;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.Row;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What must be true of a replica that is copied instead of its primary. Looked at for each
 * snapshot, since much may happen to a replica after a plan was made.
 */
final class DonorReplica {
    private final SeedSource source;
    private final ReplicationDialect dialect;
    private final ByteSession session;

    /**
     * @param session on the replica
     */
    DonorReplica(SeedSource source, ReplicationDialect dialect, ByteSession session) {
        this.source = source;
        this.dialect = dialect;
        this.session = session;
    }

    /** A table without snapshots would have to be locked, and what is replicated wait for it. */
    void requireSnapshots(Catalog catalog) throws SyncException {
        Optional<Table> table =
                catalog.tables().stream()
                        .filter(t -> t.contents() == Contents.NON_TRANSACTIONAL)
                        .findFirst();
        if (table.isPresent()) {
            throw unfit(
                    "table %s is of an engine without snapshots (%s)"
                            .formatted(table.get().name().display(), table.get().engine()));
        }
    }

    void requireReplicating() throws SQLException, SyncException {
        if (!isApplying()) {
            throw unfit("it does not replicate now");
        }
    }

    boolean isApplying() throws SQLException {
        for (Row row : Queries.rows(session.connection(), dialect.showChannels())) {
            ChannelStatus channel = dialect.channel(row);
            if (channel.sqlRunning() && channel.autoPosition()) {
                return true;
            }
        }
        return false;
    }

    /** Whether its binary log ends where what it has applied does. */
    boolean logsWhatItApplies() throws SQLException {
        String updates = session.global("log_replica_updates");
        if (updates == null) {
            updates = session.global("log_slave_updates");
        }
        return "1".equals(updates) && "1".equals(session.global("log_bin"));
    }

    Position position() throws SQLException {
        return Coordinates.ofReplica(session.connection(), dialect);
    }

    /**
     * Whoever makes a replica anew marks it before the first change, so one without a mark was
     * whole when the snapshot was opened.
     *
     * @param at where the snapshot is
     */
    void requirePartOfThePrimarysHistory(ServerConnector connector, Position at)
            throws SQLException, SyncException {
        if (SeedMarker.find(session.connection(), !source.version().isMariaDb()).isPresent()) {
            throw unfit("it is being made anew itself");
        }
        try (Connection primary = connector.open(source.primary())) {
            Position end = Coordinates.ofSource(primary, dialect, true);
            if (!(at instanceof Position.Gtids(var here))
                    || !(end instanceof Position.Gtids(var there))
                    || !there.contains(here)) {
                throw unfit(
                        "it has transactions that %s never had".formatted(source.primary().name()));
            }
        }
    }

    private SyncException unfit(String why) {
        return new SyncException(
                "%s cannot be copied in place of %s, since %s"
                        .formatted(source.server().name(), source.primary().name(), why));
    }
}
