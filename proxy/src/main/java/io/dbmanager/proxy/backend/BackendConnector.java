package io.dbmanager.proxy.backend;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections to servers and logs in. Unless it has to verify them, TLS is used where the
 * server offers it, without looking at its certificate: it keeps listeners out, not somebody in
 * between. On the loopback interface nobody listens, so there it is used only if the client uses
 * it.
 */
public final class BackendConnector {
    private static final Logger log = LoggerFactory.getLogger(BackendConnector.class);
    private static final long DISTRUST_NANOS = Duration.ofSeconds(10).toNanos();

    private final Class<? extends Channel> channelType;
    private final Duration timeout;
    private final ServerEncryption tls;
    private final NameResolver resolver = new NameResolver();
    private final Map<String, ServerCounters> counters = new ConcurrentHashMap<>();

    /** Servers whose TLS is too old to be spoken here. */
    private final Map<Server, Boolean> tlsFailed = new ConcurrentHashMap<>();

    /** Servers that were not what they have to be, for the time until they are asked again. */
    private final Map<Server, Distrust> distrusted = new ConcurrentHashMap<>();

    private record Distrust(long until, ConnectResult said) {}

    public BackendConnector(
            Class<? extends Channel> channelType, Duration timeout, ServerEncryption tls) {
        this.channelType = channelType;
        this.timeout = timeout;
        this.tls = tls;
    }

    /** The counters of the server of this name. */
    public ServerCounters counters(String server) {
        return counters.computeIfAbsent(server, _ -> new ServerCounters());
    }

    /** Everybody's counters, by name. */
    public Map<String, ServerCounters> allCounters() {
        return Map.copyOf(counters);
    }

    /** Whether the proxy can show servers a certificate of its own. */
    public boolean isCertified() {
        return tls.certified();
    }

    /** {@code then} is called exactly once, on the event loop. */
    public void connect(
            EventLoop loop, Server server, BackendLogin login, Consumer<ConnectResult> then) {
        if (tls.context() == null) {
            connect(loop, server, login, null, then);
        } else if (tls.verifies()) {
            connectVerified(loop, server, login, tls.context(), then);
        } else {
            connectPreferring(loop, server, login, tls.context(), then);
        }
    }

    private void connectVerified(
            EventLoop loop,
            Server server,
            BackendLogin login,
            SslContext context,
            Consumer<ConnectResult> then) {
        Distrust known = distrusted.get(server);
        if (known != null && known.until() - System.nanoTime() > 0) {
            loop.execute(() -> then.accept(known.said()));
            return;
        }
        connect(
                loop,
                server,
                login,
                context,
                result -> {
                    if (failedInTls(result)) {
                        // The server blocks hosts that hang up again and again.
                        long until = System.nanoTime() + DISTRUST_NANOS;
                        distrusted.put(server, new Distrust(until, result));
                    }
                    then.accept(result);
                });
    }

    private static boolean failedInTls(ConnectResult result) {
        return result instanceof ConnectResult.Unreachable(String why)
                && why.startsWith(BackendLoginHandler.TLS_FAILED);
    }

    private void connectPreferring(
            EventLoop loop,
            Server server,
            BackendLogin login,
            SslContext context,
            Consumer<ConnectResult> then) {
        boolean encrypt = !tlsFailed.containsKey(server) && (login.insistOnTls() || isFar(server));
        if (!encrypt) {
            connect(loop, server, login, null, then);
            return;
        }
        connect(
                loop,
                server,
                login,
                context,
                result -> {
                    if (result instanceof ConnectResult.Unreachable(String why)
                            && failedInTls(result)) {
                        log.warn(
                                "server reached without TLS from now on server={} reason=\"{}\"",
                                server.name(),
                                why);
                        tlsFailed.put(server, true);
                        connect(loop, server, login, null, then);
                    } else {
                        then.accept(result);
                    }
                });
    }

    private static boolean isFar(Server server) {
        String host = server.address().host();
        return !host.equals("localhost")
                && !(NetUtil.isValidIpV4Address(host) && host.startsWith("127."))
                && !host.equals("::1");
    }

    private void connect(
            EventLoop loop,
            Server server,
            BackendLogin login,
            @Nullable SslContext encryption,
            Consumer<ConnectResult> then) {
        ServerCounters counted = counters(server.name());
        BackendLoginHandler handler =
                new BackendLoginHandler(
                        server, login, encryption, tls.verifies(), timeout, counted, then);
        Bootstrap bootstrap = new Bootstrap();
        if (EpollSocketChannel.class.isAssignableFrom(channelType)) {
            noticeSilence(bootstrap);
        }
        bootstrap
                .group(loop)
                .channel(channelType)
                .resolver(resolver)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline().addLast("session", handler);
                            }
                        })
                .connect(
                        InetSocketAddress.createUnresolved(
                                server.address().host(), server.address().port()))
                .addListener(future -> {
                    if (!future.isSuccess()) {
                        handler.failed(Channels.reason(future.cause()));
                    }
                });
    }

    /**
     * A host that has vanished without a word is noticed within a minute, where the system's own
     * way takes two hours. A server that is only slow answers its keepalives.
     */
    private static void noticeSilence(Bootstrap bootstrap) {
        bootstrap
                .option(EpollChannelOption.TCP_KEEPIDLE, 20)
                .option(EpollChannelOption.TCP_KEEPINTVL, 10)
                .option(EpollChannelOption.TCP_KEEPCNT, 3);
    }
}
