package io.dbmanager.tests.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/** A few connections for more clients than that, each tried before it is handed out. */
final class Pool implements Sessions {
    private static final int VALID_SECONDS = 30;

    private final Opening opening;
    private final Semaphore permits;
    private final BlockingQueue<Connection> idle = new LinkedBlockingQueue<>();

    Pool(int size, Opening opening) {
        this.opening = opening;
        permits = new Semaphore(size);
    }

    @Override
    public Connection take() throws SQLException, InterruptedException {
        permits.acquire();
        try {
            Connection session = idle.poll();
            while (session != null && !session.isValid(VALID_SECONDS)) {
                Sessions.end(session);
                session = idle.poll();
            }
            return session == null ? opening.open() : session;
        } catch (SQLException e) {
            permits.release();
            throw e;
        }
    }

    @Override
    public void give(Connection session) throws SQLException {
        session.setAutoCommit(true);
        idle.add(session);
        permits.release();
    }

    @Override
    public void lose(Connection session) {
        Sessions.end(session);
        permits.release();
    }

    @Override
    public void close() {
        idle.forEach(Sessions::end);
        idle.clear();
    }
}
