package io.dbmanager.tests.drivers;

import io.dbmanager.common.ServerAddress;
import io.dbmanager.tests.scenario.Fleet;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.ServerFlavour;
import java.util.Optional;

/** A primary and two replicas that all ways to one flavour share; one flavour's at a time. */
final class Fixture implements AutoCloseable {
    static final String USER = "tck";
    static final String PASSWORD = "pässword '\"\\ of tck";

    private static Optional<Fixture> current = Optional.empty();

    private final ServerFlavour flavour;
    private final Cluster cluster;
    private Optional<Fleet> fleet = Optional.empty();

    private Fixture(ServerFlavour flavour, Cluster cluster) {
        this.flavour = flavour;
        this.cluster = cluster;
    }

    static synchronized Fixture of(ServerFlavour flavour) {
        if (current.isPresent() && current.get().flavour == flavour) {
            return current.get();
        }
        closeCurrent();
        Fixture fixture = start(flavour);
        current = Optional.of(fixture);
        return fixture;
    }

    static synchronized void closeCurrent() {
        current.ifPresent(Fixture::close);
        current = Optional.empty();
    }

    private static Fixture start(ServerFlavour flavour) {
        try {
            Cluster cluster =
                    Cluster.of(flavour)
                            .replicas(2)
                            .primaryArguments("--max-allowed-packet=64M", "--local-infile=1")
                            .replicaArguments("--max-allowed-packet=64M")
                            .start();
            try {
                cluster.primary()
                        .root()
                        .execute(
                                "CREATE USER tck@'%' IDENTIFIED BY '" + quoted(PASSWORD) + "'",
                                "GRANT ALL PRIVILEGES ON *.* TO tck@'%' WITH GRANT OPTION");
                return new Fixture(flavour, cluster);
            } catch (Throwable e) {
                cluster.close();
                throw e;
            }
        } catch (Exception e) {
            throw new IllegalStateException(flavour + " could not be made ready", e);
        }
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("'", "''");
    }

    ServerAddress address(Way way) {
        return way.proxied() ? fleet().proxyAddress() : cluster.primary().address();
    }

    /** Only the ways through the proxy need the replicas made. */
    private synchronized Fleet fleet() {
        if (fleet.isEmpty()) {
            try {
                fleet = Optional.of(Fleet.synced(cluster));
            } catch (Exception e) {
                throw new IllegalStateException(flavour + " could not be synced", e);
            }
        }
        return fleet.get();
    }

    /**
     * Waits until every session can read what any other has written: a session is promised its own
     * writes only.
     */
    void settle() throws Exception {
        if (fleet.isPresent()) {
            fleet.get().awaitCaughtUp();
        }
    }

    Cluster cluster() {
        return cluster;
    }

    @Override
    public void close() {
        fleet.ifPresent(Fleet::close);
        cluster.close();
    }
}
