package io.dbmanager.proxy;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ManagingLogin;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxyStats.ServerStats;
import io.dbmanager.proxy.auth.Catalogs;
import io.dbmanager.proxy.auth.ClientLogin;
import io.dbmanager.proxy.auth.LoginThrottle;
import io.dbmanager.proxy.auth.SecretCache;
import io.dbmanager.proxy.auth.Tls;
import io.dbmanager.proxy.backend.BackendConnector;
import io.dbmanager.proxy.backend.BackendPools;
import io.dbmanager.proxy.backend.ManagingConnector;
import io.dbmanager.proxy.backend.PoolLimits;
import io.dbmanager.proxy.backend.Server;
import io.dbmanager.proxy.backend.ServerCounters;
import io.dbmanager.proxy.password.RsaKey;
import io.dbmanager.proxy.routine.Routines;
import io.dbmanager.proxy.session.ClientAddress;
import io.dbmanager.proxy.session.ClientHandshake;
import io.dbmanager.proxy.session.Misjudged;
import io.dbmanager.proxy.session.RouteCounters;
import io.dbmanager.proxy.session.SessionContext;
import io.dbmanager.proxy.session.Sessions;
import io.dbmanager.proxy.session.SharedPosition;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening proxy. A client's connection begins with a {@link ClientHandshake}; from there the
 * way of a query is told in {@link io.dbmanager.proxy.session}.
 */
public final class ProxyServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProxyServer.class);
    private static final int BACKLOG = 1024;

    /** What has not ended by then ends with the process. */
    private static final int CLOSED_WITHIN_SECONDS = 8;

    private final ProxySettings settings;
    private final Topology topology;
    private final ManagingLogin managing;
    private final Sessions sessions;
    private final RouteCounters routes = new RouteCounters();
    private @Nullable MultiThreadIoEventLoopGroup loops;
    private @Nullable BackendConnector connector;
    private @Nullable Channel listening;

    /**
     * @param managing the account with which the proxy reads the primary's accounts and
     *     capabilities
     */
    public ProxyServer(ProxySettings settings, Topology topology, ManagingLogin managing) {
        this.settings = settings;
        this.topology = topology;
        this.managing = managing;
        this.sessions = new Sessions(settings.limits());
    }

    /** With an account whose password stays. */
    public ProxyServer(ProxySettings settings, Topology topology, Credentials managing) {
        this(settings, topology, new ManagingLogin(managing));
    }

    /**
     * Listens.
     *
     * @return the address bound
     * @throws IOException with one sentence, if the port is taken, or the system has no such
     *     transport
     */
    public synchronized InetSocketAddress start() throws IOException {
        Transport transport = Transport.of(settings.sockets().poller());
        MultiThreadIoEventLoopGroup group = transport.newLoops(settings.sockets().threads());
        loops = group;
        BackendConnector backends =
                new BackendConnector(
                        transport.client(),
                        settings.timeouts().connect(),
                        Tls.towardsServers(settings.serverTls()));
        connector = backends;
        BackendPools pools = new BackendPools(backends, poolLimits());
        EventLoop home = group.next();
        ManagingConnector asking = new ManagingConnector(backends, managing);
        SessionContext context =
                new SessionContext(
                        settings,
                        topology,
                        pools,
                        new ClientLogin.Tools(
                                new Catalogs(asking, home),
                                pools,
                                new SecretCache(),
                                RsaKey.generate(),
                                new LoginThrottle()),
                        Tls.towardsClients(settings.encryption()),
                        sessions,
                        routes,
                        new SharedPosition(),
                        new Routines(
                                asking, home, () -> SessionContext.primary(topology.current())),
                        new Misjudged());
        InetSocketAddress bound = bind(transport, group, context);
        topology.onPublish(now -> pools.silent(silent(now)));
        topology.onPublish(now -> pools.retain(servers(now)));
        log.info("proxy listening address={} transport={}", bound, transport.name());
        return bound;
    }

    private InetSocketAddress bind(
            Transport transport, MultiThreadIoEventLoopGroup group, SessionContext context)
            throws IOException {
        ChannelFuture binding =
                new ServerBootstrap()
                        .group(group)
                        .channel(transport.server())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        if (mayTell(channel.remoteAddress())) {
                                            channel.pipeline()
                                                    .addLast("address", new ClientAddress());
                                        }
                                        channel.pipeline()
                                                .addLast(
                                                        "session",
                                                        new ClientHandshake(context, channel));
                                    }
                                })
                        .bind(settings.listen())
                        .awaitUninterruptibly();
        Throwable failure = binding.cause();
        if (failure != null) {
            close();
            throw new IOException(
                    "the proxy cannot listen on "
                            + settings.listen().getHostString()
                            + ":"
                            + settings.listen().getPort()
                            + ": "
                            + (failure instanceof BindException
                                            || String.valueOf(failure.getMessage())
                                                    .contains("in use")
                                    ? "the port is taken by another program"
                                    : failure.getMessage()),
                    failure);
        }
        listening = binding.channel();
        return (InetSocketAddress) binding.channel().localAddress();
    }

    /** Whether this peer's word is taken on where a client came from. */
    private boolean mayTell(SocketAddress peer) {
        return peer instanceof InetSocketAddress from
                && settings.proxyProtocolFrom().stream()
                        .anyMatch(trusted -> trusted.contains(from.getAddress()));
    }

    private PoolLimits poolLimits() {
        ProxySettings.Backends shared = settings.backends();
        Duration almost = settings.timeouts().login().multipliedBy(9).dividedBy(10);
        Duration login = shared.patience().compareTo(almost) < 0 ? shared.patience() : almost;
        return new PoolLimits(shared.most(), shared.patience(), login, shared.idle());
    }

    private static Set<Server> servers(TopologySnapshot now) {
        return Stream.concat(
                        Stream.of(SessionContext.primary(now)),
                        now.replicas().stream().map(SessionContext::server))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Server> silent(TopologySnapshot now) {
        return now.replicas().stream()
                .filter(replica -> replica.state() == ReplicaState.UNREACHABLE)
                .map(SessionContext::server)
                .collect(Collectors.toUnmodifiableSet());
    }

    public ProxyStats stats() {
        Map<String, ServerStats> servers = new HashMap<>();
        long reads = 0;
        long writes = 0;
        BackendConnector backends = current();
        TopologySnapshot now = topology.current();
        if (backends != null) {
            for (Map.Entry<String, ServerCounters> each : backends.allCounters().entrySet()) {
                ServerCounters counters = each.getValue();
                servers.put(
                        each.getKey(),
                        new ServerStats(
                                counters.used(),
                                counters.idle(),
                                counters.reads(),
                                counters.writes()));
                reads += counters.reads();
                writes += counters.writes();
            }
        }
        servers.putIfAbsent(now.primary().name(), new ServerStats(0, 0, 0, 0));
        now.replicas().forEach(r -> servers.putIfAbsent(r.name(), new ServerStats(0, 0, 0, 0)));
        return new ProxyStats(sessions.count(), reads, writes, servers, routes.reasons());
    }

    private synchronized @Nullable BackendConnector current() {
        return connector;
    }

    /** How many sessions have ended for each reason. */
    public Map<String, Long> sessionEnds() {
        return routes.ends();
    }

    /** Takes no new clients, lets running statements finish until the deadline, then closes all. */
    public void drain(Duration deadline) {
        stopListening();
        sessions.all().forEach(session -> session.onLoop(session::drain));
        long until = System.nanoTime() + deadline.toNanos();
        while (!sessions.all().isEmpty() && System.nanoTime() - until < 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        close();
    }

    private synchronized void stopListening() {
        if (listening != null) {
            listening.close().awaitUninterruptibly();
            listening = null;
        }
    }

    @Override
    public void close() {
        stopListening();
        sessions.all().forEach(session -> session.onLoop(session::drained));
        MultiThreadIoEventLoopGroup group = takeLoops();
        if (group != null) {
            group.shutdownGracefully(50, 5_000, TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly(CLOSED_WITHIN_SECONDS, TimeUnit.SECONDS);
        }
    }

    private synchronized @Nullable MultiThreadIoEventLoopGroup takeLoops() {
        MultiThreadIoEventLoopGroup group = loops;
        loops = null;
        return group;
    }
}
