package io.dbmanager.sync.seed;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.TableCopier.DefinitionChanged;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A session on the primary and one on a replica, which are asked the same at the same time. A
 * replica that does not answer leaves the primary's session as it is.
 */
record BothSides(ByteSession primary, ByteSession replica) {
    /** What is asked of each. */
    interface Question<T> {
        T ask(ByteSession session) throws SQLException, InterruptedException;
    }

    record Answers<T>(T primary, T replica) {}

    /** Said when it was the replica that has failed, not the primary. */
    static final class ReplicaFailed extends SQLException {
        private static final long serialVersionUID = 1L;

        ReplicaFailed(SQLException cause) {
            super(cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
        }
    }

    <T> Answers<T> ask(Question<T> question)
            throws SQLException, SyncException, InterruptedException {
        AtomicReference<@Nullable T> ours = new AtomicReference<>();
        AtomicReference<@Nullable T> theirs = new AtomicReference<>();
        AtomicReference<@Nullable ReplicaFailed> failed = new AtomicReference<>();
        Workers workers =
                new Workers(
                        "compare",
                        () -> {
                            primary.abort();
                            replica.abort();
                        });
        workers.start(() -> ours.set(question.ask(primary)));
        workers.start(() -> {
            try {
                theirs.set(question.ask(replica));
            } catch (SQLException e) {
                // Not thrown here, where it would break the primary's session off as well.
                failed.set(new ReplicaFailed(e));
            }
        });
        try {
            workers.await();
        } catch (DefinitionChanged e) {
            throw new IllegalStateException("a question does not throw this", e);
        }
        ReplicaFailed failure = failed.get();
        if (failure != null) {
            throw failure;
        }
        return new Answers<>(answered(ours), answered(theirs));
    }

    private static <T> T answered(AtomicReference<@Nullable T> answer) {
        T value = answer.get();
        if (value == null) {
            throw new IllegalStateException("a worker that ended well has left no answer");
        }
        return value;
    }
}
