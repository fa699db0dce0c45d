package io.dbmanager.tests.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An application's thread, which does one thing over and over. After an error it goes on with
 * another connection. It does not know that it talks to a proxy.
 */
abstract class Client implements AutoCloseable {
    private static final long PAUSE_MILLIS = 4;
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 100;

    private final String name;
    private final Sessions sessions;
    private final Journal journal;
    private final Thread thread;
    private final AtomicLong done = new AtomicLong();
    private volatile boolean stopped;
    private @Nullable Connection used;
    private Action action = Action.CONNECT;
    private long since;

    Client(String name, Sessions sessions, Journal journal) {
        this.name = name;
        this.sessions = sessions;
        this.journal = journal;
        thread = Thread.ofVirtual().name(name).unstarted(this::work);
    }

    final void start() {
        thread.start();
    }

    final String name() {
        return name;
    }

    final Journal journal() {
        return journal;
    }

    /** How often it has succeeded. */
    final long done() {
        return done.get();
    }

    private void work() {
        try {
            while (!stopped) {
                once();
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            journal.wrong(name + " was ended by " + e);
        }
    }

    private void once() throws InterruptedException {
        Connection session = null;
        try {
            begin(Action.CONNECT);
            session = sessions.take();
            if (!session.equals(used)) {
                used = session;
                opened();
            }
            act(session);
            sessions.give(session);
            done.incrementAndGet();
        } catch (SQLException e) {
            journal.failed(name, action, since, e);
            used = null;
            if (session != null) {
                sessions.lose(session);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_FAILURE_MILLIS);
        }
    }

    /** Said before each step, so that a failure is put down to it. */
    final void begin(Action next) {
        action = next;
        since = System.nanoTime();
    }

    /** What was done in the session before is not known to this one. */
    void opened() {}

    abstract void act(Connection session) throws SQLException;

    final void stop() {
        stopped = true;
    }

    /** Lets it finish what it is doing. */
    @Override
    public void close() {
        stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
