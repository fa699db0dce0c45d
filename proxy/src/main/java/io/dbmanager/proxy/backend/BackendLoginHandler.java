package io.dbmanager.proxy.backend;

import static io.dbmanager.proxy.protocol.Capabilities.CONNECT_ATTRS;
import static io.dbmanager.proxy.protocol.Capabilities.CONNECT_WITH_DB;
import static io.dbmanager.proxy.protocol.Capabilities.LONG_PASSWORD;
import static io.dbmanager.proxy.protocol.Capabilities.NEAR;
import static io.dbmanager.proxy.protocol.Capabilities.PLUGIN_AUTH;
import static io.dbmanager.proxy.protocol.Capabilities.PLUGIN_AUTH_LENENC;
import static io.dbmanager.proxy.protocol.Capabilities.PROTOCOL_41;
import static io.dbmanager.proxy.protocol.Capabilities.SECURE_CONNECTION;
import static io.dbmanager.proxy.protocol.Capabilities.SESSION_TRACK;
import static io.dbmanager.proxy.protocol.Capabilities.SHAPING;
import static io.dbmanager.proxy.protocol.Capabilities.SSL;
import static io.dbmanager.proxy.protocol.Capabilities.has;

import io.dbmanager.proxy.password.LoginSecret;
import io.dbmanager.proxy.password.ServerAuthenticator;
import io.dbmanager.proxy.password.ServerAuthenticator.Move;
import io.dbmanager.proxy.protocol.AuthSwitch;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.FrameBuffer;
import io.dbmanager.proxy.protocol.Handshake;
import io.dbmanager.proxy.protocol.HandshakeResponse;
import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.dbmanager.proxy.protocol.OkPacket;
import io.dbmanager.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Logs in to a server, then makes way for a {@link BackendConnection}. */
final class BackendLoginHandler extends ChannelInboundHandlerAdapter {
    static final String TLS_FAILED = "TLS with it fails: ";
    private static final int MORE_DATA = 0x01;
    private static final int ACCESS_DENIED = 1045;
    private static final byte[] NOTHING = {};
    private static final int MAX_PACKET = 1 << 30;

    private final Server server;
    private final BackendLogin login;
    private final @Nullable SslContext tls;
    private final boolean insistsOnTls;
    private final Duration timeout;
    private final ServerCounters counters;
    private final Consumer<ConnectResult> then;

    private @Nullable FrameBuffer frames;
    private @Nullable Future<?> deadline;
    private @Nullable Handshake greeting;
    private @Nullable ServerAuthenticator authenticator;
    private long capabilities;
    private boolean encrypting;
    private int sequenceAfterTls;
    private boolean done;

    /** What comes of this, whatever the server says: the login is only brought to its end. */
    private @Nullable ConnectResult declined;

    BackendLoginHandler(
            Server server,
            BackendLogin login,
            @Nullable SslContext tls,
            boolean insistsOnTls,
            Duration timeout,
            ServerCounters counters,
            Consumer<ConnectResult> then) {
        this.server = server;
        this.login = login;
        this.tls = tls;
        this.insistsOnTls = insistsOnTls;
        this.timeout = timeout;
        this.counters = counters;
        this.then = then;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        frames = new FrameBuffer(context.alloc());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (frames != null) {
            frames.release();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        deadline =
                context.executor()
                        .schedule(
                                () ->
                                        giveUp(
                                                context,
                                                "it did not let the login finish within "
                                                        + timeout.toMillis()
                                                        + " ms"),
                                timeout.toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        FrameBuffer buffer = frames;
        if (done || buffer == null) {
            ((ByteBuf) message).release();
            return;
        }
        buffer.append((ByteBuf) message);
        try {
            for (ByteBuf frame = buffer.next();
                    frame != null;
                    frame = done ? null : buffer.next()) {
                try {
                    int sequence = frame.getUnsignedByte(3);
                    packet(context, frame.skipBytes(Wire.HEADER), sequence + 1);
                } finally {
                    frame.release();
                }
            }
        } catch (MalformedPacketException | IndexOutOfBoundsException e) {
            giveUp(context, "its login does not follow the protocol: " + e.getMessage());
        }
    }

    private void packet(ChannelHandlerContext context, ByteBuf payload, int nextSequence) {
        int first = payload.getUnsignedByte(payload.readerIndex());
        if (first == ErrPacket.HEADER) {
            ErrPacket error = ErrPacket.decode(payload);
            end(context, declined == null ? new ConnectResult.Refused(error) : declined);
        } else if (greeting == null) {
            greeted(context, Handshake.decode(payload), nextSequence);
        } else {
            authenticating(context, payload, first, nextSequence);
        }
    }

    private void greeted(ChannelHandlerContext context, Handshake said, int nextSequence) {
        greeting = said;
        long missing = login.capabilities() & SHAPING & ~said.capabilities();
        if (missing != 0) {
            decline(
                    context,
                    new ConnectResult.Unreachable(
                            "it lacks what the client and the primary have agreed on"),
                    nextSequence);
            return;
        }
        capabilities = agreed(said.capabilities());
        if (tls != null && has(said.capabilities(), SSL)) {
            encrypting = true;
            capabilities |= SSL;
            ByteBuf request = context.alloc().buffer();
            response(NOTHING, "").encodeSslRequest(request, nextSequence);
            Channels.writeAndFlush(context.channel(), request);
            SslHandler handler =
                    tls.newHandler(
                            context.alloc(), server.address().host(), server.address().port());
            handler.setHandshakeTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
            context.pipeline().addFirst("tls", handler);
            sequenceAfterTls = nextSequence + 1;
        } else if (insistsOnTls) {
            decline(
                    context,
                    new ConnectResult.Unreachable("it offers no TLS, and server-tls is verify"),
                    nextSequence);
        } else {
            identify(context, said, nextSequence);
        }
    }

    private long agreed(long offered) {
        long ours = SESSION_TRACK | PLUGIN_AUTH_LENENC;
        long needed = PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH;
        long agreed = ((login.capabilities() | ours) & offered) | (needed & offered);
        agreed |= login.capabilities() & LONG_PASSWORD;
        agreed &= ~NEAR;
        agreed = login.schema().isEmpty() ? agreed & ~CONNECT_WITH_DB : agreed | CONNECT_WITH_DB;
        return login.attributes().length == 0 ? agreed & ~CONNECT_ATTRS : agreed;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        Handshake said = greeting;
        if (event instanceof SslHandshakeCompletionEvent handshake && said != null) {
            if (handshake.isSuccess()) {
                identify(context, said, sequenceAfterTls);
            } else {
                giveUp(context, TLS_FAILED + Channels.reason(handshake.cause()));
            }
        }
        context.fireUserEventTriggered(event);
    }

    private void identify(ChannelHandlerContext context, Handshake said, int sequence) {
        ServerAuthenticator identity =
                new ServerAuthenticator(login.secret(), said.plugin(), said.scramble(), encrypting);
        authenticator = identity;
        ByteBuf out = context.alloc().buffer();
        response(identity.first(), identity.plugin()).encode(out, sequence);
        Channels.writeAndFlush(context.channel(), out);
    }

    private HandshakeResponse response(byte[] authentication, String plugin) {
        return new HandshakeResponse(
                capabilities,
                MAX_PACKET,
                login.collation(),
                login.user(),
                authentication,
                login.schema(),
                plugin,
                login.attributes());
    }

    private void authenticating(
            ChannelHandlerContext context, ByteBuf payload, int first, int nextSequence) {
        ServerAuthenticator identity = authenticator;
        if (identity == null) {
            throw new MalformedPacketException("a packet came before its turn");
        }
        switch (first) {
            case OkPacket.HEADER -> {
                if (declined == null) {
                    loggedIn(context, OkPacket.decode(payload).status());
                } else {
                    end(context, declined);
                }
            }
            case AuthSwitch.HEADER -> {
                AuthSwitch wish = AuthSwitch.decode(payload.skipBytes(1));
                move(context, identity.switchTo(wish.plugin(), wish.data()), nextSequence);
            }
            case MORE_DATA -> {
                byte[] data = Wire.readBytes(payload.skipBytes(1), payload.readableBytes());
                move(context, identity.more(data), nextSequence);
            }
            // A plugin's own words come without the byte before them where they cannot be
            // mistaken.
            default -> {
                byte[] data = Wire.readBytes(payload, payload.readableBytes());
                move(context, identity.more(data), nextSequence);
            }
        }
    }

    private void move(ChannelHandlerContext context, Move move, int sequence) {
        switch (move) {
            case Move.Wait() -> {}
            case Move.GiveUp(String why) -> {
                declined = new ConnectResult.Refused(new ErrPacket(ACCESS_DENIED, "28000", why));
                say(context, NOTHING, sequence);
            }
            case Move.Send(byte[] payload) -> say(context, payload, sequence);
        }
    }

    private static void say(ChannelHandlerContext context, byte[] payload, int sequence) {
        ByteBuf out = context.alloc().buffer();
        int start = Wire.begin(out, sequence);
        out.writeBytes(payload);
        Wire.end(out, start);
        Channels.writeAndFlush(context.channel(), out);
    }

    /**
     * Wants no login any more, and lets the server refuse one: servers count those who hang up
     * before they have said who they are, and after {@code max_connect_errors} of them block the
     * host, which would be all clients of the proxy.
     */
    private void decline(ChannelHandlerContext context, ConnectResult result, int sequence) {
        declined = result;
        authenticator = new ServerAuthenticator(new LoginSecret.Empty(), "", NOTHING, encrypting);
        ByteBuf out = context.alloc().buffer();
        new HandshakeResponse(
                        PROTOCOL_41 | SECURE_CONNECTION,
                        MAX_PACKET,
                        login.collation(),
                        "",
                        NOTHING,
                        "",
                        "",
                        NOTHING)
                .encode(out, sequence);
        Channels.writeAndFlush(context.channel(), out);
    }

    private void loggedIn(ChannelHandlerContext context, int status) {
        Handshake said = greeting;
        if (said == null || done) {
            return;
        }
        settle();
        Channel channel = context.channel();
        BackendConnection backend =
                new BackendConnection(server, channel, capabilities, said, status, counters);
        context.pipeline().replace(this, "session", backend);
        then.accept(new ConnectResult.Connected(backend, said));
    }

    /** Called where the connection never came to be. */
    void failed(String why) {
        if (!done) {
            settle();
            then.accept(new ConnectResult.Unreachable(why));
        }
    }

    private void giveUp(ChannelHandlerContext context, String why) {
        end(context, new ConnectResult.Unreachable(why));
    }

    private void end(ChannelHandlerContext context, ConnectResult result) {
        if (!done) {
            settle();
            Channels.close(context.channel());
            then.accept(result);
        }
    }

    private void settle() {
        done = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        giveUp(context, (encrypting && authenticator == null ? TLS_FAILED : "") + "it hung up");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean inTls = encrypting && authenticator == null;
        giveUp(context, (inTls ? TLS_FAILED : "") + Channels.reason(cause));
    }
}
