package io.dbmanager.proxy.session;

import io.dbmanager.proxy.auth.LoggedIn;
import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.backend.BackendOwner;
import io.dbmanager.proxy.backend.Channels;
import io.dbmanager.proxy.compression.CompressionHandler;
import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.FrameBuffer;
import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.dbmanager.proxy.protocol.MySqlErrors;
import io.dbmanager.proxy.protocol.OkPacket;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.session.SessionState.Closed;
import io.dbmanager.proxy.session.SessionState.Idle;
import io.dbmanager.proxy.session.SessionState.Running;
import io.dbmanager.proxy.session.SessionState.Starting;
import io.dbmanager.proxy.session.SessionState.Uploading;
import io.dbmanager.proxy.sql.Traits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client after its login: has its commands run, and passes the answers on. Decides whose turn it
 * is; what a command means is {@link Commands}' business, where it runs {@link Runner}'s.
 */
public final class ClientSession extends ChannelInboundHandlerAdapter implements BackendOwner {
    private static final Logger log = LoggerFactory.getLogger(ClientSession.class);

    private final SessionContext proxy;
    private final Channel channel;
    private final int id;
    private final ClientPackets packets;
    private final boolean secure;
    private final byte[] scramble;
    private final IdleWatch idle;
    private SessionParts parts;
    private SessionState state = new Starting();
    private boolean toFlush;
    private boolean draining;

    /**
     * Until when, by {@link System#nanoTime}, the loss of a server's connection may be a KILL's.
     */
    private long condemnedUntil = System.nanoTime();

    ClientSession(
            SessionContext proxy,
            Channel channel,
            int id,
            LoggedIn who,
            FrameBuffer frames,
            boolean secure,
            byte[] scramble) {
        this.proxy = proxy;
        this.channel = channel;
        this.id = id;
        this.secure = secure;
        this.scramble = scramble;
        this.parts = SessionParts.of(proxy, this, who);
        this.idle = new IdleWatch(this, proxy.settings().timeouts().idle());
        this.packets = new ClientPackets(this, frames, idle, proxy.settings().limits().packet());
        proxy.sessions().add(id, this);
    }

    /** What the client and the session say passes through this. */
    void compressed(CompressionHandler handler) {
        packets.compressed(handler);
    }

    /** The login is done; what the client has sent since waits in the buffer. */
    void begin() {
        parts.backends().adopt(parts.who(), this::started);
    }

    /** What the servers had to be asked has been answered. */
    void started() {
        if (state instanceof Starting) {
            idle();
        }
    }

    /** Somebody else has logged in over the same connection, by COM_CHANGE_USER. */
    void become(LoggedIn other, int nextSequence) {
        String user = other.request().user();
        if (!proxy.sessions().admitAs(user)) {
            other.primary().giveBack();
            end(SessionEnd.TOO_MANY_CLIENTS, MySqlErrors.tooManyOfAccount(user), nextSequence);
            return;
        }
        parts.leave(proxy.sessions());
        parts = SessionParts.of(proxy, this, other);
        state = new Starting();
        ByteBuf ok = channel.alloc().buffer();
        OkPacket.plain(other.primary().firstStatus()).encode(ok, nextSequence);
        Channels.writeAndFlush(channel, ok);
        begin();
    }

    int id() {
        return id;
    }

    @Nullable QueryLimit limit(Job job, SessionBackend backend) {
        return QueryLimit.of(proxy, this, job, backend);
    }

    @Nullable ProcessList processList(Job job, SessionBackend backend) {
        return ProcessList.of(job, this, proxy.sessions(), backend.connection().server());
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    Channel channel() {
        return channel;
    }

    LoggedIn who() {
        return parts.who();
    }

    /** The one of the greeting, which holds for COM_CHANGE_USER too. */
    byte[] scramble() {
        return scramble;
    }

    boolean secure() {
        return secure;
    }

    SessionState state() {
        return state;
    }

    SessionBackends backends() {
        return parts.backends();
    }

    boolean clientHas(long capability) {
        return Capabilities.has(parts.who().request().capabilities(), capability);
    }

    // What the client sends

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (state instanceof Closed) {
            ((ByteBuf) message).release();
            return;
        }
        packets.append((ByteBuf) message);
        pump();
        updateReading();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flush();
    }

    /** See {@link ClientPackets#handle}. */
    void pump() {
        packets.handle();
    }

    /** Whether the client still sends what belongs to a command. */
    boolean isUploading() {
        return state instanceof Uploading;
    }

    Commands commands() {
        return parts.commands();
    }

    // What servers answer

    AnswerEffects effects() {
        return parts.effects();
    }

    /** Passes bytes of an answer on. Takes ownership. */
    void answer(ByteBuf bytes) {
        if (state instanceof Closed) {
            bytes.release();
            return;
        }
        Channels.write(channel, bytes);
        toFlush = true;
    }

    /** Answers with an error of the proxy's own, and goes on. */
    void fail(ErrPacket error) {
        ByteBuf out = channel.alloc().buffer();
        error.encode(out, 1);
        answer(out);
        idle();
    }

    /** Answers with an OK of the proxy's own, and goes on. */
    void succeed() {
        ByteBuf out = channel.alloc().buffer();
        OkPacket.plain(parts.facts().status()).encode(out, 1);
        answer(out);
        idle();
    }

    /** Answers with a result of the proxy's own, and goes on. */
    void answer(TextResult result, boolean binary) {
        ByteBuf out = channel.alloc().buffer();
        result.encode(out, parts.who().primary().capabilities(), parts.facts().status(), binary);
        answer(out);
        idle();
    }

    void state(SessionState next) {
        if (!(state instanceof Closed)) {
            state = next;
            updateReading();
        }
    }

    /** The client's turn again. */
    void idle() {
        idle.limit(parts.facts().waitTimeout());
        state(new Idle());
        if (draining && !parts.facts().inAnyTransaction()) {
            end(SessionEnd.DRAINED, null, 0);
            return;
        }
        flush();
        pump();
    }

    void wantsFile(Attempt attempt) {
        state(new Uploading(attempt.backend(), attempt, new Upload(Upload.Ends.EMPTY)));
        flush();
        pump();
    }

    boolean triesElsewhere(Attempt attempt, int errorCode) {
        return parts.runner().triesElsewhere(attempt, errorCode);
    }

    /** The answer has been passed on whole. */
    void completed(Attempt attempt, ResponseTracker tracker) {
        Job job = attempt.job();
        SessionBackend backend = attempt.backend();
        parts.effects().note(attempt, tracker);
        job.release();
        if (tracker.errorCode() == 0 && job.statement().has(Traits.ENDS_CONNECTION)) {
            end(SessionEnd.SERVER_ENDED);
        } else if (state instanceof Uploading(_, _, Upload upload)) {
            upload.answered();
            flush();
            updateReading();
            pump();
        } else if (state instanceof Running && backend.isPrimary()) {
            parts.effects().settle(job, backend, tracker, () -> turn(backend));
        } else if (state instanceof Running) {
            turn(backend);
        } else {
            flush();
        }
    }

    /** The client has got its answer, but there is something to ask a server before it goes on. */
    void await() {
        flush();
        state(new Starting());
    }

    /** The client's turn again, and that of whoever else waits for its backend. */
    private void turn(SessionBackend backend) {
        if (!(state instanceof Closed)) {
            state = new Idle();
            backend.connection().offer();
            idle();
        }
    }

    void lost(Attempt attempt, String why) {
        if (isCondemned()) {
            killed();
        } else {
            parts.runner().lost(attempt, why);
        }
    }

    @Override
    public void readComplete(BackendConnection backend) {
        flush();
    }

    @Override
    public void closed(BackendConnection backend, String why) {
        SessionBackend primary = parts.backends().primaryEvenClosed();
        boolean wasPrimary = primary != null && primary.connection() == backend;
        parts.backends().forget(backend);
        if (state instanceof Uploading) {
            updateReading();
            pump();
        }
        if (wasPrimary && isCondemned()) {
            killed();
        } else if (state instanceof Idle && wasPrimary && parts.facts().lostWithPrimary() != null) {
            end(
                    SessionEnd.PRIMARY_LOST,
                    MySqlErrors.lost(Runner.lostSentence(backend.server(), why, parts.facts())),
                    0);
        } else if (state instanceof Starting && wasPrimary) {
            end(
                    SessionEnd.PRIMARY_LOST,
                    MySqlErrors.lost("The primary " + backend.server() + " went away: " + why),
                    1);
        }
    }

    @Override
    public boolean yields(BackendConnection backend) {
        boolean uploadsThere =
                state instanceof Uploading uploading && uploading.backend().connection() == backend;
        return !uploadsThere
                && parts.backends()
                        .yields(
                                backend,
                                parts.runner().last().backend(),
                                parts.runner().last().backendWithRows());
    }

    // Whose turn it is to wait

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        updateReading();
    }

    @Override
    public void writabilityChanged(BackendConnection backend) {
        pump();
        updateReading();
    }

    /** Reads no more from either side than the other side takes. */
    private void updateReading() {
        state.read(channel, packets.mayComeAhead());
    }

    private void flush() {
        if (toFlush) {
            toFlush = false;
            channel.flush();
        }
    }

    // How it ends

    /** Newer servers of MySQL's say why; others just hang up. */
    void idleTooLong() {
        var version = parts.who().catalog().version();
        boolean says = !version.isMariaDb() && version.atLeast(8, 0, 24);
        end(SessionEnd.IDLE, says ? MySqlErrors.idleTooLong() : null, 0);
    }

    /** Runs something on the session's own event loop. */
    public void onLoop(Runnable task) {
        loop().execute(task);
    }

    /**
     * Runs something when the session has a connection to the primary, so that the server can be
     * asked about the session; or when it can have none.
     */
    void withPrimary(Runnable then) {
        if (!(state instanceof Idle) || !parts.backends().primaryWasTaken()) {
            then.run();
            return;
        }
        state(new Starting());
        parts.backends()
                .acquirePrimary(
                        proxy.topology().current(),
                        _ -> {
                            then.run();
                            started();
                        });
    }

    /** Another session is about to kill this one: what its server closes meanwhile is its end. */
    void condemned(long nanos) {
        condemnedUntil = System.nanoTime() + nanos;
    }

    private boolean isCondemned() {
        return System.nanoTime() - condemnedUntil < 0;
    }

    /** By another session. Servers just close the connection. */
    void killed() {
        end(SessionEnd.KILLED, null, 1);
    }

    /** Ends when the statement and the transaction under way have ended. */
    public void drain() {
        draining = true;
        if (state instanceof Idle && !parts.facts().inAnyTransaction()) {
            end(SessionEnd.DRAINED, null, 0);
        }
    }

    /** The time for ending by itself is over. */
    public void drained() {
        SessionEnd why = SessionEnd.DRAINED;
        end(why, MySqlErrors.shuttingDown(), state instanceof Running ? 1 : 0);
    }

    void end(SessionEnd why) {
        end(why, null, 0);
    }

    /**
     * @param error last words; null for none
     */
    void end(SessionEnd why, @Nullable ErrPacket error, int sequence) {
        SessionState before = state;
        if (before instanceof Closed) {
            return;
        }
        state = new Closed(why);
        before.abandon();
        packets.release();
        parts.leave(proxy.sessions());
        idle.stop();
        proxy.sessions().remove(id);
        proxy.ended(id, why);
        if (error == null) {
            channel.flush();
            Channels.close(channel);
        } else {
            ByteBuf out = channel.alloc().buffer();
            error.encode(out, sequence);
            Channels.writeAndClose(channel, out);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(SessionEnd.CLIENT_GONE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof MalformedPacketException) {
            log.debug("malformed packet id={} what=\"{}\"", id, cause.getMessage());
            end(SessionEnd.CLIENT_MALFORMED, MySqlErrors.malformed(), 1);
        } else if (cause instanceof java.io.IOException
                || cause instanceof io.netty.handler.codec.DecoderException) {
            end(SessionEnd.CLIENT_GONE);
        } else {
            log.error("session failed id={}", id, cause);
            end(SessionEnd.INTERNAL);
        }
    }
}
