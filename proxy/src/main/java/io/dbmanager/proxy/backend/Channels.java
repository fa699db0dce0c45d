package io.dbmanager.proxy.backend;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;

/** Writing and closing where nobody waits for the outcome: failures reach exceptionCaught. */
public final class Channels {
    private Channels() {}

    @SuppressWarnings("FutureReturnValueIgnored") // A void promise reports to the pipeline.
    public static void write(Channel channel, ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // A void promise reports to the pipeline.
    public static void writeAndFlush(Channel channel, ByteBuf bytes) {
        channel.writeAndFlush(bytes, channel.voidPromise());
    }

    /**
     * Reads on, or leaves what comes in the kernel's hands. Costs nothing where that is so already.
     */
    public static void read(Channel channel, boolean wanted) {
        ChannelConfig config = channel.config();
        if (config.isAutoRead() != wanted) {
            config.setAutoRead(wanted);
        }
    }

    /** Writes last words, then closes. */
    @SuppressWarnings("FutureReturnValueIgnored") // Closed either way.
    public static void writeAndClose(Channel channel, ByteBuf bytes) {
        channel.writeAndFlush(bytes).addListener(ChannelFutureListener.CLOSE);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // A close has no other outcome.
    public static void close(Channel channel) {
        channel.close();
    }

    /** A phrase for people, without class names where there is a message. */
    public static String reason(Throwable cause) {
        return switch (cause) {
            case UnknownHostException _ -> "its host name does not resolve";
            case ConnectException e when said(e).contains("refused") -> "connection refused";
            case ConnectException e when said(e).contains("timed out") ->
                    "no answer within the time limit";
            case IOException e -> said(e);
            default -> said(cause);
        };
    }

    private static String said(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
