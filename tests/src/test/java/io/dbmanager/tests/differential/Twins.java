package io.dbmanager.tests.differential;

import io.dbmanager.common.ServerAddress;
import io.dbmanager.proxy.ProxyServer;
import io.dbmanager.proxy.ProxySettings;
import io.dbmanager.proxy.ProxySettings.Backends;
import io.dbmanager.proxy.ProxySettings.Poller;
import io.dbmanager.proxy.ProxySettings.Sockets;
import io.dbmanager.tests.scenario.Fleet;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.ServerFlavour;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A server alone, and another one with two replicas, before which stand proxies of each {@link
 * Kind}.
 */
final class Twins implements AutoCloseable {
    static final String USER = "fuzz";

    /** Who shares connections with the clients that are compared. */
    static final String CROWD = "crowd";

    /** One more than there are clients, so that there is one left when each holds on to its own. */
    private static final int FEW = Sequences.CLIENTS + 1;

    /**
     * What a proxy is like.
     *
     * @param allWrites whether every client sees what any other has written, or only its own writes
     * @param crowded whether it has few connections to servers, which clients take from each other
     */
    record Kind(boolean allWrites, boolean crowded) {
        static Kind of(long seed) {
            return new Kind(seed % 2 == 0, (seed & 2) != 0);
        }
    }

    private static final String[] QUICK = {
        "--innodb-flush-log-at-trx-commit=0",
        "--sync-binlog=0",
        "--innodb-lock-wait-timeout=1",
        "--lock-wait-timeout=2",
        "--log-bin-trust-function-creators=1",
        "--local-infile=1"
    };

    private final ServerFlavour flavour;
    private final Cluster alone;
    private final Cluster cluster;
    private final Fleet fleet;
    private final Map<Kind, ProxyServer> proxies = new HashMap<>();
    private final Map<Kind, ServerAddress> addresses = new HashMap<>();
    private final List<Connection> holders = new ArrayList<>();

    private Twins(ServerFlavour flavour, Cluster alone, Cluster cluster) throws Exception {
        this.flavour = flavour;
        this.alone = alone;
        this.cluster = cluster;
        for (Cluster each : List.of(alone, cluster)) {
            each.primary()
                    .root()
                    .execute(
                            "CREATE USER fuzz@'%'",
                            "GRANT ALL PRIVILEGES ON *.* TO fuzz@'%' WITH GRANT OPTION",
                            "CREATE USER crowd@'%'",
                            "GRANT ALL PRIVILEGES ON crowd.* TO crowd@'%'",
                            "CREATE DATABASE crowd",
                            "CREATE TABLE crowd.c (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(40))"
                                    + " AUTO_INCREMENT = 5000");
        }
        fleet = Fleet.synced(cluster);
        for (long seed = 0; seed < 4; seed++) {
            Kind kind = Kind.of(seed);
            ProxyServer proxy = fleet.another(settings(kind));
            proxies.put(kind, proxy);
            addresses.put(kind, new ServerAddress("127.0.0.1", proxy.start().getPort()));
        }
        holders.add(fleet.synced(1).connect());
        holders.add(fleet.synced(2).connect());
    }

    static Twins start(ServerFlavour flavour) throws Exception {
        Cluster alone =
                Cluster.of(flavour).replicas(0).primaryArguments(asReplicated(flavour)).start();
        try {
            Cluster cluster =
                    Cluster.of(flavour)
                            .replicas(2)
                            .primaryArguments(QUICK)
                            .replicaArguments(QUICK)
                            .start();
            try {
                return new Twins(flavour, alone, cluster);
            } catch (Throwable e) {
                cluster.close();
                throw e;
            }
        } catch (Throwable e) {
            alone.close();
            throw e;
        }
    }

    private static ProxySettings settings(Kind kind) {
        ProxySettings settings =
                ProxySettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .with(
                                kind.allWrites()
                                        ? ProxySettings.Consistency.GLOBAL
                                        : ProxySettings.Consistency.SESSION)
                        .with(ProxySettings.Timeouts.defaults().withReadWait(Duration.ofMillis(5)));
        return kind.crowded()
                // One event loop: each has its share of the connections.
                ? settings.with(new Sockets(Poller.AUTO, 1))
                        .with(new Backends(FEW, Duration.ofSeconds(10), Duration.ofMinutes(1)))
                : settings;
    }

    /**
     * A primary of MySQL has had its GTIDs switched on, and refuses what they do not allow; one of
     * MariaDB has had its binary log set to rows.
     */
    private static String[] asReplicated(ServerFlavour flavour) {
        List<String> arguments = new ArrayList<>(List.of(QUICK));
        if (flavour.isMariaDb()) {
            arguments.add("--binlog-format=ROW");
        } else {
            arguments.addAll(List.of("--gtid-mode=ON", "--enforce-gtid-consistency=ON"));
        }
        if (flavour == ServerFlavour.MYSQL_5_7) {
            arguments.add("--log-slave-updates");
        }
        return arguments.toArray(String[]::new);
    }

    ServerFlavour flavour() {
        return flavour;
    }

    ServerAddress straight() {
        return alone.primary().address();
    }

    ServerAddress proxied(Kind kind) {
        return Objects.requireNonNull(addresses.get(kind));
    }

    /** How many reads the replicas have answered. */
    long readsAtReplicas() {
        long reads = 0;
        for (ProxyServer proxy : proxies.values()) {
            reads +=
                    proxy.stats().servers().entrySet().stream()
                            .filter(server -> server.getKey().startsWith("dbread"))
                            .mapToLong(server -> server.getValue().readsTotal())
                            .sum();
        }
        return reads;
    }

    /** The replica goes on answering, and applies nothing. */
    void hold(int replica) throws SQLException {
        run(replica, "FLUSH TABLES WITH READ LOCK");
    }

    void release(int replica) throws SQLException {
        run(replica, "UNLOCK TABLES");
    }

    private void run(int replica, String sql) throws SQLException {
        try (Statement statement = holders.get(replica - 1).createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        for (Connection holder : holders) {
            holder.close();
        }
        proxies.values().forEach(ProxyServer::close);
        fleet.close();
        cluster.close();
        alone.close();
    }
}
