package io.dbmanager.tests.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;

/** A replica undoes what a copy has stored, to end a deadlock: it is stored once more. */
@Timeout(180)
final class CopyDeadlockTest {
    /** Some more than are committed at once, of a kilobyte each. */
    private static final int ROWS = 7800;

    private static final int SLOW = 1_200_000;

    @EachFamily
    void whatIsUndoneIsStoredOnceMore(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).start();
                ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            cluster.primary()
                    .root()
                    .execute(
                            "CREATE DATABASE app",
                            "CREATE TABLE app.t (id INT PRIMARY KEY, t TEXT)",
                            "INSERT INTO app.t VALUES " + rows("REPEAT('o', 1000)", ROWS));
            Seeding seeding = new Seeding(cluster);
            try (Connection other = cluster.replica(1).root().connect();
                    Connection committed = cluster.replica(1).root().connect();
                    Statement statement = other.createStatement()) {
                Future<?> copy = thread.submit(() -> seeding.copy(SLOW, cluster.replica(1)));
                long stored = awaitUncommitted(other, committed, copy);

                // Of two transactions the one with less to undo is undone.
                statement.execute("CREATE DATABASE heavy");
                statement.execute("CREATE TABLE heavy.t (id INT PRIMARY KEY, n INT)");
                statement.execute("START TRANSACTION");
                statement.execute("INSERT INTO heavy.t VALUES " + rows("0", 2 * ROWS));
                statement.execute("INSERT INTO app.t VALUES (" + ROWS + ", 'last')");
                // The copy has this one, and will wait for the other.
                statement.execute("INSERT INTO app.t VALUES (" + stored + ", 'stored')");
                statement.execute("ROLLBACK");
                statement.execute("DROP DATABASE heavy");

                copy.get();
            }
            assertThat(seeding.failed).isEmpty();
            assertThat(seeding.differences(cluster.replica(1))).isEmpty();
        }
    }

    private static String rows(String value, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> "(" + i + ", " + value + ")")
                .collect(Collectors.joining(", "));
    }

    /**
     * Waits until the copy has stored something that it has not committed, and before it something
     * that it has: MariaDB locks the whole of a table that is empty.
     *
     * @return the last of it
     */
    private static long awaitUncommitted(Connection other, Connection committed, Future<?> copy)
            throws SQLException {
        try (Statement statement = other.createStatement()) {
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED");
        }
        return await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(20))
                        .ignoreExceptionsInstanceOf(SQLException.class)
                        .until(
                                () -> {
                                    assertThat(copy.isDone()).isFalse();
                                    return last(committed) == 0
                                            ? 0L
                                            : last(other) - last(committed);
                                },
                                uncommitted -> uncommitted > 0)
                + last(committed);
    }

    private static long last(Connection replica) throws SQLException {
        return Long.parseLong(
                String.valueOf(
                        Login.rows(replica, "SELECT COALESCE(MAX(id), 0) FROM app.t")
                                .getFirst()
                                .getFirst()));
    }
}
