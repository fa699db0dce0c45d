package io.dbmanager.tests.seed;

import io.dbmanager.tests.servers.Login;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Applications that write all the time, into tables of all kinds, until closed. */
final class Writers implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong transactions = new AtomicLong();
    private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
    private volatile boolean stopped;

    Writers(Login primary, int count) throws SQLException {
        primary.execute(
                "CREATE DATABASE busy",
                "CREATE TABLE busy.money (id INT PRIMARY KEY, amount BIGINT NOT NULL)"
                        + " ENGINE=InnoDB",
                "INSERT INTO busy.money VALUES (1, 1000000), (2, 1000000), (3, 0)",
                "CREATE TABLE busy.log (id BIGINT AUTO_INCREMENT PRIMARY KEY, t VARCHAR(100), KEY"
                        + " (t)) ENGINE=InnoDB",
                "CREATE TABLE busy.keyless (t VARCHAR(100)) ENGINE=InnoDB",
                "CREATE TABLE busy.plain (id BIGINT AUTO_INCREMENT PRIMARY KEY, t VARCHAR(100))"
                        + " ENGINE=MyISAM");
        for (int i = 0; i < count; i++) {
            int writer = i;
            threads.add(Thread.ofVirtual().start(() -> write(primary, writer)));
        }
    }

    private void write(Login primary, int writer) {
        try (Connection connection = primary.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!stopped) {
                String text = "'" + writer + " " + transactions.incrementAndGet() + "'";
                statement.execute("UPDATE busy.money SET amount = amount - 1 WHERE id = 1");
                statement.execute("INSERT INTO busy.log (t) VALUES (" + text + ")");
                statement.execute("INSERT INTO busy.keyless VALUES (" + text + ")");
                statement.execute("UPDATE busy.money SET amount = amount + 1 WHERE id = 3");
                statement.execute("DELETE FROM busy.log WHERE id % 7 = 0 LIMIT 1");
                connection.commit();
                statement.execute("INSERT INTO busy.plain (t) VALUES (" + text + ")");
                connection.commit();
            }
        } catch (SQLException e) {
            failure.compareAndSet(null, e);
        }
    }

    long transactions() {
        return transactions.get();
    }

    /** Stops and tells whether anything went wrong. */
    @Override
    public void close() throws SQLException {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        SQLException e = failure.get();
        if (e != null) {
            throw e;
        }
    }
}
