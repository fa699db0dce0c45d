package io.dbmanager.proxy;

import io.dbmanager.proxy.ProxySettings.Poller;
import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How sockets are waited for. */
record Transport(
        String name,
        IoHandlerFactory handler,
        Class<? extends ServerChannel> server,
        Class<? extends Channel> client) {

    /**
     * @throws IOException with one sentence, if the system does not have what is asked for
     */
    static Transport of(Poller poller) throws IOException {
        return switch (poller) {
            case AUTO -> Epoll.isAvailable() ? epoll() : nio();
            case EPOLL -> available("epoll", Epoll.unavailabilityCause(), Transport::epoll);
            case NIO -> nio();
        };
    }

    private static Transport available(
            String word, @Nullable Throwable missing, Supplier<Transport> asked)
            throws IOException {
        if (missing != null) {
            throw new IOException(
                    "this system does not let the proxy use "
                            + word
                            + ": leave the setting transport at auto",
                    missing);
        }
        return asked.get();
    }

    private static Transport epoll() {
        return new Transport(
                "epoll",
                EpollIoHandler.newFactory(),
                EpollServerSocketChannel.class,
                EpollSocketChannel.class);
    }

    private static Transport nio() {
        return new Transport(
                "nio",
                NioIoHandler.newFactory(),
                NioServerSocketChannel.class,
                NioSocketChannel.class);
    }

    /**
     * They do not keep the process alive.
     *
     * @param threads 0 for one for each processor
     */
    MultiThreadIoEventLoopGroup newLoops(int threads) {
        return new MultiThreadIoEventLoopGroup(
                threads > 0 ? threads : Runtime.getRuntime().availableProcessors(),
                new DefaultThreadFactory("proxy", true),
                handler);
    }
}
