package io.dbmanager.tests.chaos;

import static org.awaitility.Awaitility.await;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.tests.scenario.StartsyncProcess;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.FaultProxy;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.TestServer;
import io.dbmanager.tests.servers.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A primary, two replicas and startsync as a process of its own, which reaches each server over a
 * network of that server's own. Replicas reach the primary over the primary's.
 */
final class Stage implements AutoCloseable {
    static final int REPLICAS = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String MARKS =
            "CREATE TABLE IF NOT EXISTS marks.mark (n BIGINT PRIMARY KEY)";

    private final Path folder;
    private final Cluster cluster;
    private final List<FaultProxy> networks = new ArrayList<>();
    private final ServerAddress proxy = new ServerAddress("127.0.0.1", TestServers.freePort());
    private final String backends;
    private StartsyncProcess program;

    /**
     * @param backends how many connections the proxy may have to each server; 0 for what the server
     *     takes
     */
    Stage(Path folder, Cluster cluster, int backends) throws IOException {
        this.folder = folder;
        this.cluster = cluster;
        this.backends = Integer.toString(backends);
        List<String> keys = new ArrayList<>();
        for (ServerSpec spec : servers()) {
            FaultProxy network = FaultProxy.to(spec.address());
            networks.add(network);
            keys.add(
                    StartsyncProcess.keys(
                            spec.name(),
                            network.address(),
                            spec.credentials().password().reveal()));
        }
        StartsyncProcess.environment(folder, keys);
        program = started();
    }

    private List<ServerSpec> servers() {
        List<ServerSpec> all = new ArrayList<>(cluster.services().replicas());
        all.addFirst(cluster.services().primary());
        return all;
    }

    private StartsyncProcess started() throws IOException {
        return StartsyncProcess.start(
                folder,
                "--proxy-listen",
                proxy.toString(),
                "--probe-interval",
                "250ms",
                "--max-lag",
                "2s",
                "--max-backends",
                backends,
                "--backend-idle",
                "2s");
    }

    TestServer primary() {
        return cluster.primary();
    }

    TestServer replica(int number) {
        return cluster.replica(number);
    }

    static String name(int replica) {
        return "dbread" + replica;
    }

    FaultProxy networkOfPrimary() {
        return networks.getFirst();
    }

    FaultProxy networkOfReplica(int number) {
        return networks.get(number);
    }

    /** A replica by the credentials that it has once it is a copy. */
    Login synced(int replica) {
        return cluster.replica(replica).as(cluster.primary().credentials());
    }

    Login throughProxy(Credentials credentials) {
        return new Login(proxy, credentials);
    }

    StartsyncProcess program() {
        return program;
    }

    void killProgram() {
        program.kill();
    }

    void startProgram() throws IOException {
        program = started();
    }

    Status status() throws IOException, InterruptedException {
        return Status.of(program.status());
    }

    void awaitWell() {
        awaitStatus("well", Status::isWell);
    }

    void awaitNoReadsAt(int replica) {
        awaitStatus(name(replica) + " takes no reads", status -> !status.takesReads(name(replica)));
    }

    /** Waits until it is as described, and tells all that is known when it never is. */
    void awaitStatus(String description, Predicate<Status> expected) {
        try {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> !program.isAlive() || expected.test(status()));
            if (!program.isAlive()) {
                throw new AssertionError("startsync has ended:\n" + program.output());
            }
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "never " + description + ":\n" + program.output() + "\n" + cluster.logs(), e);
        }
    }

    /** Waits until all that the primary has executed so far can be read on each replica. */
    void awaitCaughtUp() throws Exception {
        long mark = System.nanoTime();
        cluster.primary()
                .root()
                .execute(
                        "CREATE DATABASE IF NOT EXISTS marks",
                        MARKS,
                        "INSERT INTO marks.mark VALUES (" + mark + ")");
        for (int i = 1; i <= REPLICAS; i++) {
            try (Connection replica = synced(i).connect()) {
                await(name(i) + " caught up")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(50))
                        .ignoreExceptions()
                        .until(() ->
                                !Login.rows(replica, "SELECT n FROM marks.mark WHERE n = " + mark)
                                        .isEmpty());
            }
        }
    }

    @Override
    public void close() throws IOException {
        program.close();
        for (FaultProxy network : networks) {
            network.close();
        }
    }
}
