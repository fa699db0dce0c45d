package io.dbmanager.sync.seed;

import io.dbmanager.common.Position;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.TableCopier.DefinitionChanged;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a replica that has most of the primary's data a copy of it, while the primary takes writes,
 * at the cost of what differs.
 *
 * <p>As with a {@link CopySeeder}, the primary is frozen for a moment, and the replica, which does
 * not replicate meanwhile and carries the same {@link SeedMarker}, becomes the primary at that
 * position. But instead of being wiped it keeps what is defined alike; both servers reckon hashes
 * of their rows, and only rows whose hashes differ are shipped. One that is cut off is begun again,
 * and then finds less to do.
 */
public final class RepairSeeder {
    private static final Logger log = LoggerFactory.getLogger(RepairSeeder.class);
    private static final int ATTEMPTS_MAX = 3;

    private final ServerConnector connector;
    private final ReplicationDialect sourceDialect;
    private final SeedSettings settings;
    private final Neighbours neighbours;

    /** What has become of a repair. */
    public sealed interface Outcome {
        /**
         * @param position in the primary's history that the replica stands at
         * @param rows that differed one by one
         * @param tables that came anew
         */
        record Repaired(Position position, long rows, int tables) implements Outcome {}

        /**
         * A copy costs less.
         *
         * @param why a phrase for people
         */
        record TooDifferent(String why) implements Outcome {}
    }

    public RepairSeeder(
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
     * Repairs. Replication on the target has been stopped and reset before; it is of the source's
     * version but for the last number.
     *
     * @param undone where what only the replica has is saved first, if it is to be
     * @throws SyncException if it cannot be done
     */
    public Outcome repair(
            SeedSource source,
            SeedTarget target,
            Optional<UndoneRows> undone,
            SeedListener listener)
            throws SyncException, InterruptedException {
        try (CopyTarget open = CopyTarget.open(connector, target, listener);
                Throttle throttle =
                        new Throttle(connector, source, settings.threads(), neighbours)) {
            Privileges.check(connector, source);
            for (int attempt = 1; ; attempt++) {
                try {
                    return new RepairRun(
                                    connector,
                                    sourceDialect,
                                    settings,
                                    source,
                                    open,
                                    listener,
                                    throttle,
                                    undone)
                            .run();
                } catch (DefinitionChanged e) {
                    if (attempt == ATTEMPTS_MAX) {
                        throw new SyncException(
                                "definitions on "
                                        + source.server().name()
                                        + " kept changing during the repair ("
                                        + e.getMessage()
                                        + "): start again when no tables, routines or accounts are"
                                        + " being altered");
                    }
                    log.atInfo()
                            .addKeyValue("server", source.server().name())
                            .addKeyValue("changed", e.getMessage())
                            .addKeyValue("attempt", attempt)
                            .log("definitions changed during the repair, which starts over");
                }
            }
        } catch (SQLException e) {
            throw CopyTarget.failure(target.name(), "could not be repaired", e);
        }
    }
}
