package io.dbmanager.tests.differential;

import io.dbmanager.common.ServerAddress;
import io.dbmanager.proxy.ProxyServer;
import io.dbmanager.proxy.ProxySettings;
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
import java.util.List;

/**
 * A server alone, and a proxy before another one with two replicas. Before the latter stand two
 * proxies: one that promises that a session sees its own writes, one that promises that it sees
 * all.
 */
final class Twins implements AutoCloseable {
    static final String USER = "fuzz";
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
    private final ProxyServer ownWrites;
    private final ProxyServer allWrites;
    private final ServerAddress ownWritesAddress;
    private final ServerAddress allWritesAddress;
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
                            "GRANT ALL PRIVILEGES ON *.* TO fuzz@'%' WITH GRANT OPTION");
        }
        fleet = Fleet.synced(cluster);
        ownWrites = fleet.another(settings(ProxySettings.Consistency.SESSION));
        allWrites = fleet.another(settings(ProxySettings.Consistency.GLOBAL));
        ownWritesAddress = new ServerAddress("127.0.0.1", ownWrites.start().getPort());
        allWritesAddress = new ServerAddress("127.0.0.1", allWrites.start().getPort());
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

    private static ProxySettings settings(ProxySettings.Consistency consistency) {
        return ProxySettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .with(consistency)
                .with(ProxySettings.Timeouts.defaults().withReadWait(Duration.ofMillis(5)));
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

    ServerAddress proxied(boolean allWritesSeen) {
        return allWritesSeen ? allWritesAddress : ownWritesAddress;
    }

    /** How many reads the replicas have answered. */
    long readsAtReplicas() {
        long reads = 0;
        for (ProxyServer proxy : List.of(ownWrites, allWrites)) {
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
        ownWrites.close();
        allWrites.close();
        fleet.close();
        cluster.close();
        alone.close();
    }
}
