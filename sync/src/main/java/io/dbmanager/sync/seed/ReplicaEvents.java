package io.dbmanager.sync.seed;

import io.dbmanager.common.SeedProgress;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.Dialects;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.Catalog.CodeObject;
import io.dbmanager.sync.seed.Catalog.Schema;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives events on a MySQL replica the state that replication would have given them. Whatever brings
 * a whole data directory, as a clone does, brings them enabled, and a replica that runs them writes
 * on its own account.
 */
public final class ReplicaEvents {
    private static final Logger log = LoggerFactory.getLogger(ReplicaEvents.class);
    private static final String SCHEDULER = "event_scheduler";

    private ReplicaEvents() {}

    /**
     * Disables all that are enabled; writers other than administrators stay shut out. While it
     * works, the scheduler rests, so that no event can use the moment in which ours can write.
     */
    public static void disable(ServerConnector connector, SeedTarget target)
            throws SyncException, SQLException {
        try (CopyTarget open = CopyTarget.open(connector, target, new Logging())) {
            ByteSession session = open.admin();
            boolean runs = "ON".equals(session.global(SCHEDULER));
            if (runs) {
                session.run("SET GLOBAL event_scheduler = OFF");
            }
            try {
                open.run(Dialects.forVersion(target.version()).administratorsMayWrite());
                CatalogReader reader = new CatalogReader(session, target.version());
                disable(open, reader.readEventsAlone());
            } finally {
                if (runs) {
                    session.run("SET GLOBAL event_scheduler = ON");
                }
            }
        }
    }

    private static void disable(CopyTarget target, Catalog present) throws SQLException {
        DefinitionWriter definitions = new DefinitionWriter(target, present);
        for (CodeObject event : present.code()) {
            Optional<String> statement =
                    EventText.disabling(event.create(), target.target().version());
            if (statement.isPresent()) {
                List<Schema> closed =
                        present.schemas().stream()
                                .filter(schema -> schema.name().equals(event.name().schema()))
                                .filter(Schema::readOnly)
                                .toList();
                readOnly(target, closed, 0);
                definitions.createUnder(
                        new CodeObject(
                                event.kind(), event.name(), statement.get(), event.context()));
                readOnly(target, closed, 1);
            }
        }
    }

    /** Nothing here is progress, and nobody waits for it. */
    private static final class Logging implements SeedListener {
        @Override
        public void onProgress(String replica, SeedProgress progress) {
            log.debug("progress server={} rows={}", replica, progress.rowsDone());
        }

        @Override
        public void onNote(String replica, String sentence) {
            log.info("note server={} text=\"{}\"", replica, sentence);
        }

        @Override
        public void onFailed(String replica, SyncException failure) {
            log.warn("failed server={} reason=\"{}\"", replica, failure.getMessage());
        }
    }

    private static void readOnly(CopyTarget target, List<Schema> schemas, int value)
            throws SQLException {
        for (Schema schema : schemas) {
            target.admin()
                    .run(
                            "ALTER DATABASE "
                                    + Packed.quoteName(schema.name())
                                    + " READ ONLY = "
                                    + value);
        }
    }
}
