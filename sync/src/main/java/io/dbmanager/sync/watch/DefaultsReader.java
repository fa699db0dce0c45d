package io.dbmanager.sync.watch;

import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.inspect.SessionDefaults;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads what new sessions of a server begin with: at the first look over a connection, since a
 * restart may have changed it, and from time to time after that.
 */
final class DefaultsReader {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(2).toNanos();

    private @Nullable SessionDefaults last;
    private @Nullable Connection connection;
    private long readNanos;

    SessionDefaults read(Connection current, ServerVersion version) throws SQLException {
        SessionDefaults known = last;
        long now = System.nanoTime();
        if (known != null && current.equals(connection) && now - readNanos < INTERVAL_NANOS) {
            return known;
        }
        SessionDefaults fresh = SessionDefaults.read(current, version);
        last = fresh;
        connection = current;
        readNanos = now;
        return fresh;
    }
}
