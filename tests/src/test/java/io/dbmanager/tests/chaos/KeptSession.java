package io.dbmanager.tests.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One connection, used until it breaks or has been used as often as it may. */
final class KeptSession implements Sessions {
    private final Opening opening;
    private final int most;
    private @Nullable Connection kept;
    private int uses;

    KeptSession(Opening opening, int most) {
        this.opening = opening;
        this.most = most;
    }

    @Override
    public Connection take() throws SQLException {
        if (kept == null) {
            kept = opening.open();
            uses = 0;
        }
        return kept;
    }

    @Override
    public void give(Connection session) {
        uses++;
        if (uses == most) {
            lose(session);
        }
    }

    @Override
    public void lose(Connection session) {
        Sessions.end(session);
        kept = null;
    }

    @Override
    public void close() {
        if (kept != null) {
            lose(kept);
        }
    }
}
