package io.dbmanager.sync.seed;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.TableCopier.DefinitionChanged;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Threads that do one job together: the first failure ends it for all. */
final class Workers {
    private final String name;
    private final Runnable abort;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** What a worker does. */
    interface Job {
        void run() throws SQLException, SyncException, DefinitionChanged, InterruptedException;
    }

    /**
     * @param abort breaks off what workers may be waiting for
     */
    Workers(String name, Runnable abort) {
        this.name = name;
        this.abort = abort;
    }

    void start(Job job) {
        threads.add(Thread.ofVirtual().name(name + "-" + threads.size()).start(() -> run(job)));
    }

    private void run(Job job) {
        try {
            job.run();
        } catch (SQLException
                | SyncException
                | DefinitionChanged
                | InterruptedException
                | RuntimeException
                | Error e) {
            if (failure.compareAndSet(null, e)) {
                abort.run();
            }
        }
    }

    /** Waits for all; an interrupt of the caller ends them all first. */
    void await() throws SQLException, SyncException, DefinitionChanged, InterruptedException {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            abort.run();
            for (Thread thread : threads) {
                thread.interrupt();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            throw e;
        }
        Throwable first = failure.get();
        switch (first) {
            case null -> {}
            case SQLException e -> throw e;
            case SyncException e -> throw e;
            case DefinitionChanged e -> throw e;
            case InterruptedException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(first);
        }
    }
}
