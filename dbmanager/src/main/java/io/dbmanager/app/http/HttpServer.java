package io.dbmanager.app.http;

import io.dbmanager.app.settings.HttpSettings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Serves HTTP on one event loop of its own; answers are made on virtual threads. */
public final class HttpServer implements AutoCloseable {
    private static final int MAX_LINE = 4096;
    private static final int MAX_HEADERS = 16 * 1024;
    private static final int MAX_CHUNK = 8 * 1024;

    private final HttpSettings settings;
    private final Router router;
    private final EventLoopGroup loops;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger connections = new AtomicInteger();
    private Optional<Channel> listening = Optional.empty();

    HttpServer(HttpSettings settings, Router router) {
        this.settings = settings;
        this.router = router;
        this.loops =
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("http", true), NioIoHandler.newFactory());
    }

    /**
     * Listens.
     *
     * @return the address bound
     * @throws IOException with one sentence, if that is not possible
     */
    public InetSocketAddress start() throws IOException {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        initialize(channel);
                                    }
                                });
        var bound = bootstrap.bind(settings.listen()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "HTTP cannot listen on %s:%d: %s"
                            .formatted(
                                    settings.listen().getHostString(),
                                    settings.listen().getPort(),
                                    why(bound.cause())));
        }
        listening = Optional.of(bound.channel());
        return (InetSocketAddress) bound.channel().localAddress();
    }

    private static String why(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.contains("in use") ? "the port is taken by another program" : message;
    }

    /** Bytes to requests, then one request at a time to the router. */
    private void initialize(SocketChannel channel) {
        if (connections.incrementAndGet() > settings.maxConnections()) {
            connections.decrementAndGet();
            var _ = channel.close();
            return;
        }
        var _ = channel.closeFuture().addListener(_ -> connections.decrementAndGet());
        SlowClientGuard guard = new SlowClientGuard(settings.requestTimeout());
        channel.pipeline()
                .addLast("guard", guard)
                .addLast("codec", new HttpServerCodec(MAX_LINE, MAX_HEADERS, MAX_CHUNK))
                .addLast("body", new BodyGatherer(settings.maxBody()))
                .addLast("one at a time", new FlowControlHandler())
                .addLast("requests", new RequestHandler(router, workers, guard));
    }

    @Override
    public void close() {
        listening.ifPresent(channel -> channel.close().awaitUninterruptibly());
        workers.shutdownNow();
        var _ = loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
