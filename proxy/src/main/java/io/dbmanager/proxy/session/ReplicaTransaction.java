package io.dbmanager.proxy.session;

import io.dbmanager.proxy.protocol.ResponseTracker;
import io.dbmanager.proxy.protocol.ServerStatus;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.StatementKind;
import io.dbmanager.proxy.sql.Traits;
import org.jspecify.annotations.Nullable;

/** The transaction that only reads and that is open on a replica, if there is one. */
final class ReplicaTransaction {
    private @Nullable String replica;
    private boolean read;

    /** The name of the replica on which it is open; null while there is none. */
    @Nullable String on() {
        return replica;
    }

    boolean isOpen() {
        return replica != null;
    }

    boolean isOpenOn(SessionBackend backend) {
        return replica != null && replica.equals(backend.replicaName());
    }

    /** Whether it sees the data as of some moment that has been. */
    boolean hasRead() {
        return read;
    }

    /** A replica has answered a statement. */
    void answered(String name, Statement statement, ResponseTracker tracker) {
        boolean begins = statement.kind() == StatementKind.BEGIN_READ_ONLY;
        if (!begins && !name.equals(replica)) {
            return;
        }
        if (!tracker.hasStatus()) {
            // An error, but rows may have come before it.
            read |= tracker.columns() > 0;
            return;
        }
        if (!ServerStatus.has(tracker.status(), ServerStatus.IN_TRANSACTION)) {
            over();
            return;
        }
        replica = name;
        read =
                switch (statement.kind()) {
                    case BEGIN_READ_ONLY -> statement.has(Traits.TAKES_SNAPSHOT);
                    // Another one has been chained to it.
                    case COMMIT, ROLLBACK -> false;
                    case SAVEPOINT -> read;
                    default -> true;
                };
    }

    void over() {
        replica = null;
        read = false;
    }

    /** What the client is told by every answer meanwhile, whoever gives it. */
    int flags() {
        return replica == null
                ? 0
                : ServerStatus.IN_TRANSACTION | ServerStatus.IN_READ_ONLY_TRANSACTION;
    }
}
