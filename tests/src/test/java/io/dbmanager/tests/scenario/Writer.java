package io.dbmanager.tests.scenario;

import static org.awaitility.Awaitility.await;

import io.dbmanager.tests.servers.Login;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An application that goes on writing while things happen: each transaction adds a line to a ledger
 * and moves the account's balance along, so that a copy of half a transaction shows.
 */
final class Writer implements AutoCloseable {
    private final Thread thread;
    private final AtomicLong written = new AtomicLong();
    private volatile boolean stopped;
    private volatile @Nullable SQLException failure;

    private Writer(Login login) {
        thread = Thread.ofVirtual().name("writer").unstarted(() -> write(login));
    }

    static Writer on(Login login) throws SQLException {
        login.execute(
                "CREATE DATABASE IF NOT EXISTS bank",
                "CREATE TABLE bank.account (id INT PRIMARY KEY, balance BIGINT NOT NULL) ENGINE=InnoDB",
                "INSERT INTO bank.account VALUES (1, 0)",
                "CREATE TABLE bank.ledger (id BIGINT PRIMARY KEY AUTO_INCREMENT, amount INT NOT NULL)"
                        + " ENGINE=InnoDB");
        Writer writer = new Writer(login);
        writer.thread.start();
        return writer;
    }

    private void write(Login login) {
        try (Connection connection = login.connect();
                PreparedStatement line =
                        connection.prepareStatement("INSERT INTO bank.ledger (amount) VALUES (?)");
                PreparedStatement balance =
                        connection.prepareStatement(
                                "UPDATE bank.account SET balance = balance + ? WHERE id = 1")) {
            connection.setAutoCommit(false);
            while (!stopped) {
                int amount = (int) (written.get() % 97);
                line.setInt(1, amount);
                line.executeUpdate();
                balance.setInt(1, amount);
                balance.executeUpdate();
                connection.commit();
                written.incrementAndGet();
                TimeUnit.MILLISECONDS.sleep(2);
            }
        } catch (SQLException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    long written() {
        return written.get();
    }

    /** Waits until so many more transactions have been written. */
    void awaitMore(long transactions) {
        long goal = written.get() + transactions;
        await("writes go on")
                .atMost(Duration.ofSeconds(60))
                .until(() -> failure().isPresent() || written.get() >= goal);
        rethrow();
    }

    /** Ends the writing; a write that failed meanwhile fails the test. */
    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
        rethrow();
    }

    private Optional<SQLException> failure() {
        return Optional.ofNullable(failure);
    }

    private void rethrow() {
        failure()
                .ifPresent(e -> {
                    throw new AssertionError("a write failed", e);
                });
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
