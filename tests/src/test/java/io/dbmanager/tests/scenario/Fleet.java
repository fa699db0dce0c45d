package io.dbmanager.tests.scenario;

import static org.awaitility.Awaitility.await;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ManagingLogin;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.Services;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologyEvent;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxyServer;
import io.dbmanager.proxy.ProxySettings;
import io.dbmanager.proxy.ProxySettings.Consistency;
import io.dbmanager.proxy.ProxyStats;
import io.dbmanager.sync.PasswordKeeper;
import io.dbmanager.sync.ReplicationManager;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncListener;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.sync.SyncSettings;
import io.dbmanager.sync.SyncSettings.ResyncMode;
import io.dbmanager.sync.run.PrimaryMemory;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.Login;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * dbmanager at work on a cluster, inside this JVM: the replication manager and the proxy, wired as
 * the program wires them, and impatient, so that tests are short.
 */
public final class Fleet implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Cluster cluster;
    private final Topology topology;
    private final ReplicationManager manager;
    private final ProxyServer proxy;
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private @Nullable ServerAddress proxyAddress;

    private Fleet(
            Cluster cluster, Services services, SyncSettings settings, Consistency consistency) {
        this(cluster, services, settings, consistency, PasswordKeeper.NONE);
    }

    private Fleet(
            Cluster cluster,
            Services services,
            SyncSettings settings,
            Consistency consistency,
            PasswordKeeper keeper) {
        this.cluster = cluster;
        topology = new Topology(TopologySnapshot.starting(services, Instant.now()));
        ManagingLogin managing = new ManagingLogin(services.primary().credentials());
        manager =
                new ReplicationManager(
                        services,
                        managing,
                        new PrimaryMemory(Optional.empty()),
                        keeper,
                        settings,
                        topology,
                        new Notes(),
                        Clock.systemUTC());
        proxy =
                new ProxyServer(
                        ProxySettings.defaults(
                                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                                .with(consistency),
                        topology,
                        managing);
    }

    /** A fleet of which nothing has been started. */
    public static Fleet of(Cluster cluster) {
        return new Fleet(
                cluster, cluster.services(), settings(ResyncMode.AUTO), Consistency.SESSION);
    }

    public static Fleet of(Cluster cluster, SyncSettings settings) {
        return new Fleet(cluster, cluster.services(), settings, Consistency.SESSION);
    }

    public static Fleet of(Cluster cluster, Services services, SyncSettings settings) {
        return new Fleet(cluster, services, settings, Consistency.SESSION);
    }

    /** One whose managing password can be changed. */
    public static Fleet of(
            Cluster cluster, Services services, SyncSettings settings, PasswordKeeper keeper) {
        return new Fleet(cluster, services, settings, Consistency.SESSION, keeper);
    }

    /** The fleet after its first sync, watching and with its proxy listening. */
    public static Fleet synced(Cluster cluster) throws Exception {
        return synced(cluster, Consistency.SESSION);
    }

    /** The same with another consistency of reads. */
    public static Fleet synced(Cluster cluster, Consistency consistency) throws Exception {
        Fleet fleet =
                new Fleet(cluster, cluster.services(), settings(ResyncMode.AUTO), consistency);
        try {
            fleet.sync();
            fleet.serve();
        } catch (Throwable e) {
            fleet.close();
            throw e;
        }
        return fleet;
    }

    public static SyncSettings settings(ResyncMode resync, String... overwrite) {
        return settings(resync, 0, SyncSettings.CloneMode.AUTO, overwrite);
    }

    public static SyncSettings settings(
            ResyncMode resync,
            long bytesPerSecond,
            SyncSettings.CloneMode cloning,
            String... overwrite) {
        return new SyncSettings(
                Duration.ofSeconds(30),
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                resync,
                Set.copyOf(Arrays.asList(overwrite)),
                2,
                bytesPerSecond,
                SyncSettings.CopyFrom.PRIMARY,
                cloning,
                SyncSettings.Verify.WHEN_ASKED,
                Path.of("target", "state"));
    }

    /** Waits for the servers, plans, and does what the plan says. */
    public boolean sync() throws SyncException, InterruptedException {
        manager.awaitServers();
        return manager.apply(manager.plan());
    }

    public SyncPlan plan() throws SyncException, InterruptedException {
        manager.awaitServers();
        return manager.plan();
    }

    /** Watches, and listens, until closed. */
    public void serve() throws IOException {
        manager.startWatching();
        proxyAddress = new ServerAddress("127.0.0.1", proxy.start().getPort());
        awaitHealthy();
    }

    public void watch() {
        manager.startWatching();
    }

    public ReplicationManager manager() {
        return manager;
    }

    public ProxyServer proxy() {
        return proxy;
    }

    public ServerAddress proxyAddress() {
        if (proxyAddress == null) {
            throw new IllegalStateException("the proxy does not listen");
        }
        return proxyAddress;
    }

    /** One more proxy before the same servers, not started; whoever asks for it closes it. */
    public ProxyServer another(ProxySettings settings) {
        return new ProxyServer(settings, topology, cluster.primary().credentials());
    }

    /** How many reads the proxy has sent to a server. */
    public long readsAt(String server) {
        ProxyStats.ServerStats stats = proxy.stats().servers().get(server);
        return stats == null ? 0 : stats.readsTotal();
    }

    /** How many writes the proxy has sent to a server. */
    public long writesAt(String server) {
        ProxyStats.ServerStats stats = proxy.stats().servers().get(server);
        return stats == null ? 0 : stats.writesTotal();
    }

    /** The primary's root account, through the proxy. */
    public Login throughProxy() {
        return throughProxy(cluster.primary().credentials());
    }

    /** An account, through the proxy. */
    public Login throughProxy(Credentials account) {
        return new Login(proxyAddress(), account);
    }

    /** A replica, by the credentials it accepts once it has been synced. */
    public Login synced(int replica) {
        return cluster.replica(replica).as(cluster.primary().credentials());
    }

    public TopologySnapshot now() {
        return topology.current();
    }

    public ReplicaStatus replica(int number) {
        return now().replica("dbread" + number).orElseThrow();
    }

    public void awaitHealthy() {
        awaitTopology(
                "healthy",
                snapshot ->
                        snapshot.health() == TopologySnapshot.Health.HEALTHY
                                && snapshot.replicas().stream()
                                        .allMatch(ReplicaStatus::takesReads));
    }

    public void awaitReplica(int number, ReplicaState state) {
        awaitTopology(
                "dbread" + number + " " + state.word(),
                snapshot -> snapshot.replica("dbread" + number).orElseThrow().state() == state);
    }

    /** Waits until something has happened to a server since a moment. */
    public void awaitEvent(Instant since, String server, String event) {
        awaitTopology(
                event + " of " + server + " since " + since,
                snapshot ->
                        snapshot.lastEvents().stream()
                                .filter(happened -> !happened.at().isBefore(since))
                                .filter(happened -> happened.server().equals(server))
                                .anyMatch(happened -> happened.event().equals(event)));
    }

    /** Waits until the topology is as described, and tells all that is known when it never is. */
    public void awaitTopology(String description, Predicate<TopologySnapshot> expected) {
        try {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> expected.test(topology.current()));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError(
                    "never "
                            + description
                            + ":\n"
                            + topology.current()
                            + "\n"
                            + proxy.stats()
                            + "\n"
                            + notes()
                            + "\n"
                            + cluster.logs(),
                    e);
        }
    }

    /** Waits until all that the primary has executed so far can be read on each replica. */
    public void awaitCaughtUp() throws Exception {
        String mark = "m" + System.nanoTime();
        cluster.primary()
                .root()
                .execute(
                        "CREATE DATABASE IF NOT EXISTS mark_of_test",
                        "CREATE TABLE IF NOT EXISTS mark_of_test.mark (name VARCHAR(40) PRIMARY KEY)",
                        "INSERT INTO mark_of_test.mark VALUES ('" + mark + "')");
        for (int i = 1; i <= cluster.replicas().size(); i++) {
            Login replica = synced(i);
            await("dbread" + i + " caught up")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .ignoreExceptions()
                    .until(() ->
                            replica.value(
                                            "SELECT COUNT(*) FROM mark_of_test.mark WHERE"
                                                    + " name = '"
                                                    + mark
                                                    + "'")
                                    .equals("1"));
        }
    }

    /** What the manager told its listener, newest last. */
    public String notes() {
        return String.join("\n", notes);
    }

    @Override
    public void close() {
        proxy.close();
        manager.close();
    }

    private final class Notes implements SyncListener {
        @Override
        public void onWaiting(String server, boolean ready, String detail) {
            notes.add("waiting %s ready=%s %s".formatted(server, ready, detail));
        }

        @Override
        public void onSeeding(String replica, SeedProgress progress) {
            notes.add("seeding %s %s".formatted(replica, progress));
        }

        @Override
        public void onVerifying(String replica, SeedProgress progress) {
            notes.add("verifying %s %s".formatted(replica, progress));
        }

        @Override
        public void onEvent(TopologyEvent event) {
            notes.add("event " + event);
        }
    }
}
