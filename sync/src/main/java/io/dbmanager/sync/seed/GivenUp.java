package io.dbmanager.sync.seed;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.jdbc.ServerConnector;
import java.sql.SQLException;
import java.util.List;

/**
 * A target that is to be cloned into is emptied here first. The server would do it, too, but in any
 * order, and with the {@link SeedMarker} among what goes: cut off half way, it would hold data of
 * which nothing says that it may go. So it is at any moment empty, marked, or a whole clone.
 */
public final class GivenUp {
    private static final Catalog NOTHING = new Catalog(List.of(), List.of(), List.of());

    private GivenUp() {}

    /**
     * Marks and empties the target, but for its accounts, and lets our writes in.
     *
     * @throws SyncException if it cannot be, such as for want of room for what comes; nothing has
     *     been dropped then unless the sentence says so
     */
    public static void empty(
            ServerConnector connector, SeedSource source, SeedTarget target, SeedListener listener)
            throws SyncException {
        try (CopyTarget open = CopyTarget.open(connector, target, listener)) {
            DiskRoom.check(source.server().name(), CopySeeder.dataSize(connector, source), open);
            open.giveUp(source.server().name());
            new DefinitionWriter(open, NOTHING).wipe();
        } catch (SQLException e) {
            throw CopyTarget.failure(target.name(), "could not be emptied for a clone", e);
        }
    }
}
