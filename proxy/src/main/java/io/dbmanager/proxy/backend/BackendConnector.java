package io.dbmanager.proxy.backend;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to servers and logs in. TLS is used where the server offers it, without looking
 * at its certificate: it keeps listeners out, not somebody in between. On the loopback interface
 * nobody listens, so there it is used only if the client uses it.
 */
public final class BackendConnector {
    private final Class<? extends Channel> channelType;
    private final Duration timeout;
    private final SslContext tls;
    private final NameResolver resolver = new NameResolver();
    private final Map<String, ServerCounters> counters = new ConcurrentHashMap<>();

    /** Servers whose TLS is too old to be spoken here. */
    private final Map<Server, Boolean> tlsFailed = new ConcurrentHashMap<>();

    public BackendConnector(
            Class<? extends Channel> channelType, Duration timeout, SslContext tls) {
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

    /** {@code then} is called exactly once, on the event loop. */
    public void connect(
            EventLoop loop, Server server, BackendLogin login, Consumer<ConnectResult> then) {
        boolean encrypt = !tlsFailed.containsKey(server) && (login.insistOnTls() || isFar(server));
        if (!encrypt) {
            connect(loop, server, login, null, then);
            return;
        }
        connect(
                loop,
                server,
                login,
                tls,
                result -> {
                    if (result instanceof ConnectResult.Unreachable(String why)
                            && why.startsWith(BackendLoginHandler.TLS_FAILED)) {
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
                new BackendLoginHandler(server, login, encryption, timeout, counted, then);
        new Bootstrap()
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
}
