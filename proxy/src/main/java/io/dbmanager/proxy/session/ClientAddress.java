package io.dbmanager.proxy.session;

import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.dbmanager.proxy.protocol.ProxyHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a client is. Stands at the head of connections from those who are trusted to say so: reads
 * their PROXY protocol header, if they send one, and is gone. From others such a header reaches the
 * handshake, to which it is a malformed packet.
 */
public final class ClientAddress extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(ClientAddress.class);
    private static final AttributeKey<InetAddress> TOLD = AttributeKey.valueOf("client-address");

    private ByteBuf arrived = Unpooled.EMPTY_BUFFER;

    /** An address, as servers write it that do not look up names. */
    static String of(Channel channel) {
        InetAddress told = channel.attr(TOLD).get();
        if (told != null) {
            return NetUtil.toAddressString(told);
        }
        return channel.remoteAddress() instanceof InetSocketAddress from
                ? NetUtil.toAddressString(from.getAddress())
                : "unknown";
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        arrived =
                ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(
                        context.alloc(), arrived, (ByteBuf) message);
        ProxyHeader.Start start;
        try {
            start = ProxyHeader.read(arrived);
        } catch (MalformedPacketException e) {
            log.debug(
                    "PROXY header not understood from={} why=\"{}\"",
                    of(context.channel()),
                    e.getMessage());
            start = new ProxyHeader.Start.Absent();
        }
        switch (start) {
            case ProxyHeader.Start.Unclear() -> {
                // What follows tells.
            }
            case ProxyHeader.Start.Absent() -> leave(context);
            case ProxyHeader.Start.Present(int length, var source) -> {
                source.ifPresent(address -> {
                    log.debug("client told address={} by={}", address, of(context.channel()));
                    context.channel().attr(TOLD).set(address);
                });
                arrived.skipBytes(length);
                leave(context);
            }
        }
    }

    /** What has come beyond the header, or instead of it, is the client's. */
    private void leave(ChannelHandlerContext context) {
        ByteBuf rest = arrived;
        arrived = Unpooled.EMPTY_BUFFER;
        if (rest.isReadable()) {
            context.fireChannelRead(rest);
        } else {
            rest.release();
        }
        context.pipeline().remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        arrived.release();
        arrived = Unpooled.EMPTY_BUFFER;
    }
}
