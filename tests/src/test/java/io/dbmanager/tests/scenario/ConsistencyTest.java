package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dbmanager.proxy.ProxySettings.Consistency;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.EachFlavour;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;

/**
 * What reads may miss, and that they run on replicas nevertheless: with replicas that are a second
 * behind, and clients that read as fast as they can.
 */
class ConsistencyTest {
    private static final int SESSIONS = 4;
    private static final int WRITES = 2;
    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(4);

    /**
     * Of the time between two writes, replicas may serve what is left after the second by which
     * they are late and the looks that find out.
     */
    private static final double SHARE = 0.2;

    @EachFlavour
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void aSessionSeesItsOwnWrites(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start();
                Fleet fleet = Fleet.synced(cluster, Consistency.SESSION)) {
            prepare(fleet, flavour);
            Reads reads = new Reads(fleet);
            List<Callable<Long>> sessions = new ArrayList<>();
            for (int i = 1; i <= SESSIONS; i++) {
                int row = i;
                sessions.add(() -> writeAndRead(fleet, row));
            }
            long stale = run(sessions);
            assertThat(stale).as("stale reads of %s", reads).isZero();
            assertThat(reads.shareOfReplicas()).as("%s", reads).isGreaterThan(SHARE);
        }
    }

    @EachFamily
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void everybodySeesEveryWrite(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start();
                Fleet fleet = Fleet.synced(cluster, Consistency.GLOBAL)) {
            prepare(fleet, flavour);
            Reads reads = new Reads(fleet);
            AtomicLong acknowledged = new AtomicLong();
            AtomicInteger writing = new AtomicInteger(1);
            List<Callable<Long>> sessions = new ArrayList<>();
            sessions.add(() -> write(fleet, acknowledged, writing));
            for (int i = 1; i < SESSIONS; i++) {
                sessions.add(() -> readWhatIsAcknowledged(fleet, acknowledged, writing));
            }
            long stale = run(sessions);
            assertThat(stale).as("stale reads of %s", reads).isZero();
            assertThat(reads.shareOfReplicas()).as("%s", reads).isGreaterThan(SHARE);
        }
    }

    @EachFamily
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void anyReplicaWillDoWhereOldReadsAreAllowed(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start();
                Fleet fleet = Fleet.synced(cluster, Consistency.EVENTUAL)) {
            prepare(fleet, flavour);
            Reads reads = new Reads(fleet);
            try (Connection session = fleet.throughProxy().connect();
                    Statement statement = session.createStatement()) {
                statement.executeUpdate("UPDATE shop.counter SET n = 1 WHERE id = 1");
                long old = 0;
                for (int i = 0; i < 50; i++) {
                    old += read(statement, 1) == 0 ? 1 : 0;
                }
                assertThat(old).as("reads before the delay was over").isPositive();
                assertThat(reads.shareOfReplicas()).as("%s", reads).isGreaterThan(0.9);
                await().atMost(Duration.ofSeconds(20)).until(() -> read(statement, 1) == 1);
            }
        }
    }

    /** A table, and from then on replicas that are a second late. */
    private static void prepare(Fleet fleet, ServerFlavour flavour) throws Exception {
        Login login = fleet.throughProxy();
        login.execute(
                "CREATE DATABASE shop",
                "CREATE TABLE shop.counter (id INT PRIMARY KEY, n BIGINT NOT NULL)",
                "INSERT INTO shop.counter VALUES (1, 0), (2, 0), (3, 0), (4, 0)");
        fleet.awaitCaughtUp();
        for (int i = 1; i <= 2; i++) {
            fleet.synced(i).execute(delay(flavour));
        }
        fleet.awaitHealthy();
    }

    private static String[] delay(ServerFlavour flavour) {
        return switch (flavour) {
            case MYSQL_9_7, MYSQL_8_4 ->
                    new String[] {
                        "STOP REPLICA SQL_THREAD",
                        "CHANGE REPLICATION SOURCE TO SOURCE_DELAY = 1",
                        "START REPLICA SQL_THREAD"
                    };
            case MYSQL_8_0, MYSQL_5_7 ->
                    new String[] {
                        "STOP SLAVE SQL_THREAD",
                        "CHANGE MASTER TO MASTER_DELAY = 1",
                        "START SLAVE SQL_THREAD"
                    };
            case MARIADB_11_4, MARIADB_10_11 ->
                    new String[] {"STOP SLAVE", "CHANGE MASTER TO MASTER_DELAY = 1", "START SLAVE"};
        };
    }

    private static long run(List<Callable<Long>> sessions) throws Exception {
        long sum = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Long> each : threads.invokeAll(sessions)) {
                sum += each.get();
            }
        }
        return sum;
    }

    /** How many reads did not see what this session had written. */
    private static long writeAndRead(Fleet fleet, int row) throws SQLException {
        long stale = 0;
        try (Connection session = fleet.throughProxy().connect();
                Statement statement = session.createStatement()) {
            for (int n = 1; n <= WRITES; n++) {
                statement.executeUpdate("UPDATE shop.counter SET n = " + n + " WHERE id = " + row);
                long until = System.nanoTime() + BETWEEN_WRITES.toNanos();
                while (System.nanoTime() - until < 0) {
                    stale += read(statement, row) == n ? 0 : 1;
                }
            }
        }
        return stale;
    }

    private static long write(Fleet fleet, AtomicLong acknowledged, AtomicInteger writing)
            throws SQLException {
        try (Connection session = fleet.throughProxy().connect();
                Statement statement = session.createStatement()) {
            for (int n = 1; n <= WRITES; n++) {
                statement.executeUpdate("UPDATE shop.counter SET n = " + n + " WHERE id = 1");
                acknowledged.set(n);
                long until = System.nanoTime() + BETWEEN_WRITES.toNanos();
                while (System.nanoTime() - until < 0) {
                    read(statement, 2);
                }
            }
        } finally {
            writing.set(0);
        }
        return 0;
    }

    private static long readWhatIsAcknowledged(
            Fleet fleet, AtomicLong acknowledged, AtomicInteger writing) throws SQLException {
        long stale = 0;
        try (Connection session = fleet.throughProxy().connect();
                Statement statement = session.createStatement()) {
            while (writing.get() > 0) {
                long least = acknowledged.get();
                stale += read(statement, 1) >= least ? 0 : 1;
            }
        }
        return stale;
    }

    private static long read(Statement statement, int row) throws SQLException {
        try (var rows = statement.executeQuery("SELECT n FROM shop.counter WHERE id = " + row)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    /** Where statements have gone since. */
    private static final class Reads {
        private final Fleet fleet;
        private final long replicasBefore;
        private final long primaryBefore;

        Reads(Fleet fleet) {
            this.fleet = fleet;
            replicasBefore = onReplicas();
            primaryBefore = fleet.writesAt("dbwrite");
        }

        private long onReplicas() {
            return fleet.readsAt("dbread1") + fleet.readsAt("dbread2");
        }

        double shareOfReplicas() {
            double replicas = onReplicas() - replicasBefore;
            return replicas / (replicas + fleet.writesAt("dbwrite") - primaryBefore);
        }

        @Override
        public String toString() {
            return "%d statements on replicas, %d on the primary, by %s"
                    .formatted(
                            onReplicas() - replicasBefore,
                            fleet.writesAt("dbwrite") - primaryBefore,
                            fleet.proxy().stats().routeReasons());
        }
    }
}
