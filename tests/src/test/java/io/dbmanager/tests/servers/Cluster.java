package io.dbmanager.tests.servers;

import io.dbmanager.common.Services;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A primary that keeps a binary log and blank replicas that were handed out beside it: {@code
 * dbwrite}, {@code dbread1}, {@code dbread2} and so on. Nothing replicates until dbmanager makes
 * it.
 */
public final class Cluster implements AutoCloseable {
    private final TestServer primary;
    private final List<TestServer> replicas;

    private Cluster(TestServer primary, List<TestServer> replicas) {
        this.primary = primary;
        this.replicas = List.copyOf(replicas);
    }

    /** A cluster of one flavour, unless {@link Builder#replicaFlavour} says otherwise. */
    public static Builder of(ServerFlavour flavour) {
        return new Builder(flavour);
    }

    public TestServer primary() {
        return primary;
    }

    public List<TestServer> replicas() {
        return replicas;
    }

    /**
     * @param number 1 for {@code dbread1}
     */
    public TestServer replica(int number) {
        return replicas.get(number - 1);
    }

    /** The cluster as discovery finds it. */
    public Services services() {
        return new Services(primary.spec(), replicas.stream().map(TestServer::spec).toList());
    }

    /** The last lines of every server's log, for failures. */
    public String logs() {
        StringBuilder logs = new StringBuilder();
        all().forEach(server ->
                logs.append(
                        "--- %s %s%n%s%n"
                                .formatted(server.name(), server.flavour(), server.logTail())));
        return logs.toString();
    }

    private List<TestServer> all() {
        List<TestServer> all = new ArrayList<>(replicas);
        all.addFirst(primary);
        return all;
    }

    @Override
    public void close() {
        all().forEach(TestServers::close);
    }

    /** What the cluster is to be like. */
    public static final class Builder {
        private final ServerFlavour flavour;
        private ServerFlavour replicaFlavour;
        private int replicas = 1;
        private List<String> primaryArguments = List.of();
        private List<String> replicaArguments = List.of();
        private boolean blank;
        private boolean supervised;

        private Builder(ServerFlavour flavour) {
            this.flavour = flavour;
            this.replicaFlavour = flavour;
        }

        public Builder replicas(int count) {
            replicas = count;
            return this;
        }

        public Builder replicaFlavour(ServerFlavour other) {
            replicaFlavour = other;
            return this;
        }

        /** Options of the primary beyond those that a primary of its flavour needs. */
        public Builder primaryArguments(String... more) {
            primaryArguments = List.of(more);
            return this;
        }

        /** All servers lack what a blank one of their flavour lacks. */
        public Builder blank() {
            blank = true;
            return this;
        }

        /** Replicas are started again when they are told to restart, as by a service manager. */
        public Builder supervised() {
            supervised = true;
            return this;
        }

        public Builder replicaArguments(String... arguments) {
            replicaArguments = List.of(arguments);
            return this;
        }

        /** GTIDs are on, as a sync switches them on for MySQL 8; MariaDB's always are. */
        public Builder withGtids() {
            if (!flavour.isMariaDb()) {
                String[] gtids = {"--gtid-mode=ON", "--enforce-gtid-consistency=ON"};
                primaryArguments(gtids);
                replicaArguments(gtids);
            }
            return this;
        }

        private List<String> primaryOptions() {
            return joined(flavour.primaryArguments(), primaryArguments);
        }

        private List<String> replicaOptions() {
            return joined(replicaFlavour.replicaArguments(), replicaArguments);
        }

        private List<String> joined(List<String> needed, List<String> more) {
            List<String> all = new ArrayList<>(blank ? List.of() : needed);
            all.addAll(more);
            return all;
        }

        /** Starts all servers side by side; skips the test if a flavour cannot run here. */
        public Cluster start() throws InterruptedException {
            TestServers.assumeAvailable(flavour);
            TestServers.assumeAvailable(replicaFlavour);
            List<Callable<TestServer>> starts = new ArrayList<>();
            starts.add(() -> TestServers.start(flavour, "dbwrite", primaryOptions()));
            for (int i = 1; i <= replicas; i++) {
                String name = "dbread" + i;
                starts.add(() ->
                        TestServers.start(replicaFlavour, name, replicaOptions(), supervised));
            }
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<TestServer> servers = new ArrayList<>();
                for (Future<TestServer> start : threads.invokeAll(starts)) {
                    servers.add(start.get());
                }
                return new Cluster(servers.getFirst(), servers.subList(1, servers.size()));
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
    }
}
