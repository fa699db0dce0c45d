package io.dbmanager.tests.drivers;

import io.dbmanager.common.Position;
import io.dbmanager.common.PrimaryStatus;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxyServer;
import io.dbmanager.proxy.ProxySettings;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A primary without replicas and a proxy before it; one flavour's at a time. */
final class AccountsFixture implements AutoCloseable {
    private static Optional<AccountsFixture> current = Optional.empty();

    private final ServerFlavour flavour;
    private final Cluster cluster;
    private final ProxyServer proxy;
    private final ServerAddress proxyAddress;

    private AccountsFixture(ServerFlavour flavour) throws Exception {
        this.flavour = flavour;
        // So few that a proxy which hangs up on the server is blocked within a test.
        cluster =
                Cluster.of(flavour).replicas(0).primaryArguments("--max-connect-errors=3").start();
        proxy =
                new ProxyServer(
                        ProxySettings.defaults(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                        new Topology(alone(cluster)),
                        cluster.services().primary().credentials());
        proxyAddress = new ServerAddress("127.0.0.1", proxy.start().getPort());
    }

    private static TopologySnapshot alone(Cluster cluster) {
        PrimaryStatus primary =
                new PrimaryStatus(
                        "dbwrite",
                        cluster.primary().address(),
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        new Position.Unknown("nobody asks"),
                        Optional.empty());
        return new TopologySnapshot(Instant.now(), 1, 1, true, primary, List.of(), List.of());
    }

    static synchronized AccountsFixture of(ServerFlavour flavour) {
        if (current.isPresent() && current.get().flavour == flavour) {
            return current.get();
        }
        closeCurrent();
        try {
            AccountsFixture fixture = new AccountsFixture(flavour);
            current = Optional.of(fixture);
            return fixture;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(flavour + " could not be made ready", e);
        }
    }

    static synchronized void closeCurrent() {
        current.ifPresent(AccountsFixture::close);
        current = Optional.empty();
    }

    ServerAddress address(Way way) {
        return way.proxied() ? proxyAddress : cluster.primary().address();
    }

    Login root() {
        return cluster.primary().root();
    }

    @Override
    public void close() {
        proxy.close();
        cluster.close();
    }
}
