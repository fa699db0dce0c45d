package io.dbmanager.proxy.session;

import io.dbmanager.proxy.auth.Catalog;
import io.dbmanager.proxy.auth.Catalogs.Found;
import io.dbmanager.proxy.auth.ClientLogin;
import io.dbmanager.proxy.auth.LoggedIn;
import io.dbmanager.proxy.backend.Channels;
import io.dbmanager.proxy.backend.Server;
import io.dbmanager.proxy.compression.Compression;
import io.dbmanager.proxy.compression.CompressionHandler;
import io.dbmanager.proxy.password.NativePassword;
import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.CompressedFrames;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.FrameBuffer;
import io.dbmanager.proxy.protocol.Handshake;
import io.dbmanager.proxy.protocol.HandshakeResponse;
import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.dbmanager.proxy.protocol.MySqlErrors;
import io.dbmanager.proxy.protocol.OkPacket;
import io.dbmanager.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * From the first byte to the login: greets as the primary would, takes up TLS if the client wants
 * it, and lets a {@link ClientLogin} find out who it is. Then makes way for a {@link
 * ClientSession}.
 */
public final class ClientHandshake extends ChannelInboundHandlerAdapter
        implements ClientLogin.Client {
    private static final int LONGEST = 1 << 16;

    private final SessionContext proxy;
    private final int connectionId;
    private final byte[] scramble = NativePassword.newScramble();
    private final Channel channel;
    private final FrameBuffer frames;

    private long offered;
    private boolean greeted;
    private @Nullable ClientLogin login;
    private @Nullable Server primary;
    private @Nullable Future<?> deadline;
    private boolean admitted;
    private boolean over;

    public ClientHandshake(SessionContext proxy, Channel channel) {
        this.proxy = proxy;
        this.channel = channel;
        this.connectionId = proxy.sessions().newId();
        this.frames = new FrameBuffer(channel.alloc());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Duration limit = proxy.settings().timeouts().login();
        deadline =
                context.executor()
                        .schedule(
                                () -> end(SessionEnd.LOGIN_TIMEOUT),
                                limit.toMillis(),
                                TimeUnit.MILLISECONDS);
        if (!proxy.sessions().admit()) {
            say(MySqlErrors.tooManyConnections(), 0, SessionEnd.TOO_MANY_CLIENTS);
            return;
        }
        admitted = true;
        Optional<ErrPacket> doubt = SessionContext.doubt(proxy.topology().current());
        if (doubt.isPresent()) {
            say(doubt.get(), 0, SessionEnd.LOGIN_REFUSED);
            return;
        }
        Server now = proxy.primary();
        primary = now;
        // However old: only the greeting is wanted here.
        proxy.login().catalogs().find(now, Duration.ofDays(365), loop(), this::greet);
    }

    private void greet(Found found) {
        if (over) {
            return;
        }
        switch (found) {
            case Found.Unknown(String why) ->
                    say(MySqlErrors.unreachable(why), 0, SessionEnd.LOGIN_REFUSED);
            case Found.Known(Catalog catalog) -> {
                greeted = true;
                Handshake theirs = catalog.greeting();
                offered =
                        Compression.possible(theirs.capabilities() & Capabilities.HONOURED)
                                | Capabilities.SSL;
                ByteBuf out = channel.alloc().buffer();
                new Handshake(
                                theirs.version(),
                                connectionId,
                                scramble,
                                offered,
                                theirs.collation(),
                                theirs.status(),
                                theirs.plugin())
                        .encode(out, 0);
                Channels.writeAndFlush(channel, out);
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (over) {
            ((ByteBuf) message).release();
            return;
        }
        frames.append((ByteBuf) message);
        try {
            for (ByteBuf frame = next(); frame != null; frame = next()) {
                try {
                    int sequence = frame.getUnsignedByte(3);
                    packet(context, frame.skipBytes(Wire.HEADER), sequence);
                } finally {
                    frame.release();
                }
            }
        } catch (MalformedPacketException | IndexOutOfBoundsException _) {
            say(MySqlErrors.malformed(), 2, SessionEnd.CLIENT_MALFORMED);
        }
    }

    private @Nullable ByteBuf next() {
        if (over) {
            return null;
        }
        if (frames.hasHeader() && frames.payloadLength() > LONGEST) {
            throw new MalformedPacketException("a login of " + frames.payloadLength() + " bytes");
        }
        return frames.next();
    }

    private void packet(ChannelHandlerContext context, ByteBuf payload, int sequence) {
        if (!greeted) {
            throw new MalformedPacketException("the client spoke before it was greeted");
        }
        ClientLogin running = login;
        if (running != null) {
            running.packet(payload, sequence);
            return;
        }
        boolean asksTls =
                payload.readableBytes() == HandshakeResponse.FIXED
                        && Capabilities.has(
                                HandshakeResponse.capabilities(payload, offered), Capabilities.SSL);
        if (asksTls && !secure()) {
            encrypt(context);
        } else {
            identify(HandshakeResponse.decode(payload, offered), sequence);
        }
    }

    /** What the client sent after its request is the beginning of TLS. */
    private void encrypt(ChannelHandlerContext context) {
        SslHandler handler = proxy.clientTls().newHandler(context.alloc());
        context.pipeline().addFirst("tls", handler);
        if (frames.readableBytes() > 0) {
            context.pipeline().fireChannelRead(frames.take(frames.readableBytes()));
        }
    }

    private void identify(HandshakeResponse response, int sequence) {
        if (proxy.settings().encryption().required() && !secure()) {
            say(MySqlErrors.tlsRequired(), sequence + 1, SessionEnd.LOGIN_REFUSED);
            return;
        }
        Server asked = primary;
        if (asked == null) {
            throw new MalformedPacketException("the client spoke before it was greeted");
        }
        ClientLogin starting =
                new ClientLogin(proxy.login(), this, asked, response, scramble, sequence + 1);
        login = starting;
        starting.start();
    }

    @Override
    public EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public boolean secure() {
        return channel.pipeline().get("tls") != null;
    }

    @Override
    public boolean certified() {
        return isCertified(channel);
    }

    /** Whoever shows a certificate that is not trusted does not get past the TLS handshake. */
    static boolean isCertified(Channel channel) {
        if (!(channel.pipeline().get("tls") instanceof SslHandler handler)) {
            return false;
        }
        try {
            return handler.engine().getSession().getPeerCertificates().length > 0;
        } catch (SSLPeerUnverifiedException _) {
            return false;
        }
    }

    @Override
    public String host() {
        return ClientAddress.of(channel);
    }

    @Override
    public void send(ByteBuf packet) {
        Channels.writeAndFlush(channel, packet);
    }

    @Override
    public void accepted(LoggedIn who, int nextSequence) {
        if (over) {
            who.primary().giveBack();
            return;
        }
        String user = who.request().user();
        if (!proxy.sessions().admitAs(user)) {
            who.primary().giveBack();
            say(MySqlErrors.tooManyOfAccount(user), nextSequence, SessionEnd.TOO_MANY_CLIENTS);
            return;
        }
        settle();
        ByteBuf ok = channel.alloc().buffer();
        OkPacket.plain(who.primary().firstStatus()).encode(ok, nextSequence, proof(who));
        ClientSession session =
                new ClientSession(proxy, channel, connectionId, who, frames, secure(), scramble);
        channel.pipeline().replace(this, "session", session);
        Channels.writeAndFlush(channel, ok);
        Compression.agreed(who.request().capabilities(), who.request().zstdLevel())
                .ifPresent(agreed -> compress(session, agreed));
        session.begin();
    }

    /** What the client has sent after its login is compressed already. */
    private void compress(ClientSession session, Compression agreed) {
        CompressedFrames compressed = new CompressedFrames(channel.alloc());
        compressed.append(frames.take(frames.readableBytes()));
        CompressionHandler handler = new CompressionHandler(agreed, compressed);
        channel.pipeline().addBefore("session", "compression", handler);
        session.compressed(handler);
        channel.read();
    }

    private byte[] proof(LoggedIn who) {
        if (channel.pipeline().get("tls") instanceof SslHandler handler) {
            Certificate[] shown = handler.engine().getSession().getLocalCertificates();
            try {
                return shown == null ? new byte[0] : who.proofOf(shown[0].getEncoded());
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("the certificate has been shown already", e);
            }
        }
        return new byte[0];
    }

    @Override
    public void refused(ErrPacket error, int nextSequence) {
        say(error, nextSequence, SessionEnd.LOGIN_REFUSED);
    }

    private void say(ErrPacket error, int sequence, SessionEnd why) {
        if (over) {
            return;
        }
        ByteBuf out = channel.alloc().buffer();
        error.encode(out, sequence);
        leave(why);
        Channels.writeAndClose(channel, out);
    }

    private void end(SessionEnd why) {
        if (!over) {
            leave(why);
            Channels.close(channel);
        }
    }

    /** No session comes of this. */
    private void leave(SessionEnd why) {
        settle();
        frames.release();
        if (login != null) {
            login.abandon();
        }
        if (admitted) {
            proxy.sessions().left();
        }
        proxy.ended(connectionId, why);
    }

    private void settle() {
        over = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(SessionEnd.CLIENT_GONE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end(SessionEnd.CLIENT_GONE);
    }
}
