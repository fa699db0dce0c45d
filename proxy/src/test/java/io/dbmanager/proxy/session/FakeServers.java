package io.dbmanager.proxy.session;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Lag;
import io.dbmanager.common.MySqlGtidSet;
import io.dbmanager.common.Position;
import io.dbmanager.common.PrimaryStatus;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxyServer;
import io.dbmanager.proxy.ProxySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A proxy before a primary and one replica that say what a test wants them to. */
final class FakeServers implements AutoCloseable {
    private final FakeMySqlServer primary;
    private final FakeMySqlServer replica;
    private final ProxyServer proxy;
    private final InetSocketAddress address;

    FakeServers(String version, UnaryOperator<ProxySettings> settings) throws IOException {
        primary = new FakeMySqlServer("primary", version);
        replica = new FakeMySqlServer("replica", version);
        ProxySettings plain =
                ProxySettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        proxy =
                new ProxyServer(
                        settings.apply(plain),
                        new Topology(snapshot(1, primary, List.of(replica))),
                        Credentials.of("app", "secret"));
        address = proxy.start();
    }

    FakeServers() throws IOException {
        this("8.0.36", UnaryOperator.identity());
    }

    FakeMySqlServer primary() {
        return primary;
    }

    FakeMySqlServer replica() {
        return replica;
    }

    ProxyServer proxy() {
        return proxy;
    }

    InetSocketAddress address() {
        return address;
    }

    TestClient login(long capabilities) throws IOException {
        return TestClient.login(address, "app", "secret", capabilities);
    }

    /** The replicas are dbread1, dbread2 and so on, and take reads. */
    static TopologySnapshot snapshot(
            long version, FakeMySqlServer primary, List<FakeMySqlServer> replicas) {
        Position nothing = new Position.Gtids(MySqlGtidSet.empty());
        PrimaryStatus status =
                new PrimaryStatus(
                        "dbwrite",
                        primary.address(),
                        true,
                        Optional.empty(),
                        Optional.of("u"),
                        nothing,
                        Optional.empty());
        List<ReplicaStatus> statuses =
                replicas.stream()
                        .map(replica ->
                                new ReplicaStatus(
                                        "dbread" + (replicas.indexOf(replica) + 1),
                                        replica.address(),
                                        ReplicaState.REPLICATING,
                                        Optional.empty(),
                                        Lag.known(Duration.ZERO),
                                        nothing,
                                        "",
                                        true,
                                        true,
                                        Optional.empty(),
                                        true,
                                        Optional.of(Instant.now()),
                                        Optional.empty()))
                        .toList();
        return new TopologySnapshot(
                Instant.now(), version, version, true, status, statuses, List.of());
    }

    @Override
    public void close() {
        proxy.close();
        primary.close();
        replica.close();
    }
}
