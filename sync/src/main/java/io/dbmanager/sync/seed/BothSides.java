package io.dbmanager.sync.seed;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.TableCopier.DefinitionChanged;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A session on the primary and one on a replica, which are asked the same at the same time. */
record BothSides(ByteSession primary, ByteSession replica) {
    /** What is asked of each. */
    interface Question<T> {
        T ask(ByteSession session) throws SQLException, InterruptedException;
    }

    record Answers<T>(T primary, T replica) {}

    <T> Answers<T> ask(Question<T> question)
            throws SQLException, SyncException, InterruptedException {
        AtomicReference<@Nullable T> ours = new AtomicReference<>();
        AtomicReference<@Nullable T> theirs = new AtomicReference<>();
        Workers workers =
                new Workers(
                        "compare",
                        () -> {
                            primary.abort();
                            replica.abort();
                        });
        workers.start(() -> ours.set(question.ask(primary)));
        workers.start(() -> theirs.set(question.ask(replica)));
        try {
            workers.await();
        } catch (DefinitionChanged e) {
            throw new IllegalStateException("a question does not throw this", e);
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
