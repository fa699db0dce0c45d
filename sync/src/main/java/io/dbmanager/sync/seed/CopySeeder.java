package io.dbmanager.sync.seed;

import io.dbmanager.common.Position;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.TableCopier.DefinitionChanged;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies a primary to any number of replicas at once while it takes writes.
 *
 * <p>In order: privileges and disks are looked at; the primary is proved readable and frozen for a
 * moment; the replicas are marked and wiped, but for what an earlier copy that was cut off has
 * finished there (see {@link Resumption}); schemas, tables, routines and views are made; rows are
 * copied; triggers and events are made; accounts are exchanged last. Then each replica is the
 * primary at the position returned, and accepts the primary's credentials instead of its own. It
 * does not replicate yet, and its {@link SeedMarker} is still set.
 */
public final class CopySeeder {
    private static final Logger log = LoggerFactory.getLogger(CopySeeder.class);
    private static final int ATTEMPTS_MAX = 3;

    private final ServerConnector connector;
    private final ReplicationDialect sourceDialect;
    private final SeedSettings settings;
    private final Neighbours neighbours;

    public CopySeeder(
            ServerConnector connector,
            ReplicationDialect sourceDialect,
            SeedSettings settings,
            Neighbours neighbours) {
        this.connector = connector;
        this.sourceDialect = sourceDialect;
        this.settings = settings;
        this.neighbours = neighbours;
    }

    /**
     * Copies. Replication on the targets has been stopped and reset before. A target that fails is
     * told of through {@link SeedListener#onFailed} while the others go on.
     *
     * @return the position in the primary's history that the copies stand at
     * @throws SyncException if the primary cannot be copied, or no target is left; targets are
     *     untouched if the primary has not proved readable
     */
    public Position seed(SeedSource source, List<SeedTarget> targets, SeedListener listener)
            throws SyncException, InterruptedException {
        List<CopyTarget> open = new ArrayList<>();
        try (Throttle throttle = new Throttle(connector, source, settings.threads(), neighbours)) {
            Privileges.check(connector, source);
            long needed = dataSize(connector, source);
            for (SeedTarget target : targets) {
                openTarget(source, needed, target, listener, open);
            }
            if (open.isEmpty()) {
                throw new SyncException("no replica could be opened for the copy");
            }
            for (int attempt = 1; ; attempt++) {
                try {
                    return new CopyRun(
                                    connector,
                                    sourceDialect,
                                    settings,
                                    source,
                                    open,
                                    listener,
                                    throttle)
                            .run();
                } catch (DefinitionChanged e) {
                    if (attempt == ATTEMPTS_MAX) {
                        throw new SyncException(
                                "definitions on "
                                        + source.server().name()
                                        + " kept changing during the copy ("
                                        + e.getMessage()
                                        + "): start again when no tables, routines or accounts are"
                                        + " being altered");
                    }
                    log.atInfo()
                            .addKeyValue("server", source.server().name())
                            .addKeyValue("changed", e.getMessage())
                            .addKeyValue("attempt", attempt)
                            .log(
                                    "definitions changed during the copy, which is begun again and"
                                            + " goes on with what is finished");
                }
            }
        } catch (SQLException e) {
            throw CopyTarget.failure(source.server().name(), "could not be copied", e);
        } finally {
            open.forEach(CopyTarget::close);
        }
    }

    /** How much of its disk the source's data takes, keys included. */
    static long dataSize(ServerConnector connector, SeedSource source) throws SQLException {
        try (ByteSession session =
                PrimarySnapshot.session(connector, source.server(), ByteSession.Charset.UTF8)) {
            return DiskRoom.taken(session);
        }
    }

    private void openTarget(
            SeedSource source,
            long needed,
            SeedTarget target,
            SeedListener listener,
            List<CopyTarget> into) {
        try {
            CopyTarget opened = CopyTarget.open(connector, target, listener);
            into.add(opened);
            DiskRoom.check(source.server().name(), needed, opened);
        } catch (SyncException e) {
            dropOut(target, e, listener, into);
        } catch (SQLException e) {
            SyncException failure =
                    CopyTarget.failure(target.name(), "does not tell of its disk", e);
            dropOut(target, failure, listener, into);
        }
    }

    /** Before anything was done to it. */
    private static void dropOut(
            SeedTarget target, SyncException why, SeedListener listener, List<CopyTarget> from) {
        from.removeIf(opened -> {
            boolean leaves = opened.target().equals(target);
            if (leaves) {
                opened.close();
            }
            return leaves;
        });
        listener.onFailed(target.name(), why);
    }
}
