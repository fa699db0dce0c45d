package io.dbmanager.proxy.backend;

import io.dbmanager.proxy.protocol.Handshake;
import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.dbmanager.proxy.protocol.ResponseTracker.Step;
import io.dbmanager.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server after its login. Commands may be written one after the other without
 * waiting; their answers come in the same order, each to its {@link Exchange}. Result rows are not
 * looked at: what arrived in one piece leaves in one piece, cut only where an answer ends.
 */
public final class BackendConnection extends ChannelInboundHandlerAdapter {
    private final Server server;
    private final Channel channel;
    private final long capabilities;
    private final Handshake greeting;
    private final ServerCounters counters;
    private byte[] scramble;
    private int firstStatus;
    private boolean reset;
    private String firstSchema = "";
    private @Nullable Lease lease;

    private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>();
    private final ResponseTracker tracker = new ResponseTracker();
    private BackendOwner owner = BackendOwner.NOBODY;

    /** The beginning of a packet that must be seen whole. */
    private @Nullable ByteBuf kept;

    /** How much of a packet that need not be seen whole is still to come. */
    private int bodyLeft;

    /** Whether the packet just measured is one that has to be seen whole. */
    private boolean wholeSeen;

    private boolean closed;

    /** We are closing it: what still comes is nobody's. */
    private boolean closing;

    /** It is closed when what was asked has been answered. */
    private boolean leaving;

    BackendConnection(
            Server server,
            Channel channel,
            long capabilities,
            Handshake greeting,
            int firstStatus,
            ServerCounters counters) {
        this.server = server;
        this.channel = channel;
        this.capabilities = capabilities;
        this.greeting = greeting;
        this.scramble = greeting.scramble();
        this.firstStatus = firstStatus;
        this.counters = counters;
        counters.opened();
    }

    public Server server() {
        return server;
    }

    public long capabilities() {
        return capabilities;
    }

    /** The id by which the server knows this connection. */
    public int threadId() {
        return greeting.connectionId();
    }

    Handshake greeting() {
        return greeting;
    }

    /** The one the server has sent last. */
    byte[] scramble() {
        return scramble;
    }

    void scramble(byte[] next) {
        scramble = next;
    }

    boolean isEncrypted() {
        return channel.pipeline().get("tls") != null;
    }

    /** The status flags at the end of the login. */
    public int firstStatus() {
        return firstStatus;
    }

    /** Whether it was made as new by a reset, which leaves character sets to the server. */
    public boolean wasReset() {
        return reset;
    }

    /** The schema that was current when its holder got it. */
    public String firstSchema() {
        return firstSchema;
    }

    void startsLoggedIn(int status, String schema) {
        firstStatus = status;
        firstSchema = schema;
        reset = false;
    }

    void startsReset(@Nullable String schema) {
        firstSchema = schema == null ? "" : schema;
        reset = true;
    }

    public ServerCounters counters() {
        return counters;
    }

    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    public ByteBufAllocator allocator() {
        return channel.alloc();
    }

    public boolean isOpen() {
        return !closed && !closing && channel.isActive();
    }

    /** Whether no answer is awaited. */
    public boolean isIdle() {
        return exchanges.isEmpty();
    }

    public boolean isWritable() {
        return channel.isWritable();
    }

    /** Whether something can be asked of it now and be answered next. */
    boolean isUsable() {
        return isOpen() && isIdle() && kept == null;
    }

    public void own(BackendOwner newOwner) {
        this.owner = newOwner;
    }

    BackendOwner owner() {
        return owner;
    }

    // As one of a pool's

    void lease(Lease ofPool) {
        lease = ofPool;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // It is told, and keeps nothing.
    void whenClosed(Runnable then) {
        channel.closeFuture().addListener(_ -> then.run());
    }

    /** When the server has let its account in last, by {@link System#nanoTime}. */
    public long provenAt() {
        Lease pooled = lease;
        return pooled == null ? System.nanoTime() : pooled.provenAt();
    }

    /** Its holder wants it no more: somebody else may have it, or it is closed. */
    public void giveBack() {
        Lease pooled = lease;
        if (pooled == null) {
            close();
        } else {
            pooled.pool().giveBack(pooled);
        }
    }

    /** Its holder has finished with it for now: whoever waits for one may be given it. */
    public void offer() {
        Lease pooled = lease;
        if (pooled != null) {
            pooled.pool().offer(pooled);
        }
    }

    /**
     * How its holder leaves it.
     *
     * @param schema the current one; null if that is not known
     * @param needsLogin whether there is something on it that only a login undoes
     */
    public void leave(@Nullable String schema, boolean needsLogin) {
        Lease pooled = lease;
        if (pooled != null) {
            pooled.left(schema);
            if (needsLogin) {
                pooled.needLogin();
            }
        }
    }

    /** It can be made new by nothing: it is closed after its use. */
    public void spoil() {
        Lease pooled = lease;
        if (pooled != null) {
            pooled.spoil();
        }
    }

    /** The server gives new connections other limits than this one has: others are for new ones. */
    public void renewPool() {
        Lease pooled = lease;
        if (pooled != null) {
            pooled.pool().renew();
        }
    }

    /** Reads on, or leaves what comes in the kernel's hands until it is wanted. */
    public void read(boolean wanted) {
        Channels.read(channel, wanted);
    }

    /** Writes a command, whose answer goes to {@code exchange}. Takes ownership of the command. */
    public void send(ByteBuf command, Exchange exchange) {
        if (closed) {
            command.release();
            exchange.lost("the connection to " + server + " is closed");
            return;
        }
        exchanges.add(exchange);
        if (exchanges.size() == 1) {
            begin(exchange);
        }
        Channels.write(channel, command);
    }

    /** Writes a command that has no answer, or more of one that has been begun. */
    public void send(ByteBuf bytes) {
        if (closed) {
            bytes.release();
        } else {
            Channels.write(channel, bytes);
        }
    }

    public void flush() {
        channel.flush();
    }

    /**
     * Ends the connection without a word: whatever runs there ends with it. Answers that have
     * arrived already are not handed out any more: they may be to statements that must not have
     * been run.
     */
    public void close() {
        closing = true;
        Channels.close(channel);
    }

    /** Ends the connection when what was asked has been answered. */
    void closeWhenAnswered() {
        if (exchanges.isEmpty()) {
            close();
        } else {
            leaving = true;
            flush();
        }
    }

    /** Its server has fallen silent: nobody waits for an answer that has not begun. */
    void giveUp() {
        Exchange current = exchanges.peek();
        if (current != null && !current.begun()) {
            close();
        }
    }

    private void begin(Exchange exchange) {
        tracker.begin(exchange.kind(), capabilities);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (closing) {
            ((ByteBuf) message).release();
            return;
        }
        ByteBuf in = join((ByteBuf) message);
        try {
            walk(in);
        } catch (MalformedPacketException | IndexOutOfBoundsException e) {
            fail("its answer does not follow the protocol: " + e.getMessage());
        } finally {
            in.release();
        }
    }

    private ByteBuf join(ByteBuf arrived) {
        ByteBuf before = kept;
        if (before == null) {
            return arrived;
        }
        kept = null;
        before.writeBytes(arrived);
        arrived.release();
        return before;
    }

    /** Goes from header to header and hands out what lies between the ends of answers. */
    private void walk(ByteBuf in) {
        int end = in.writerIndex();
        int from = in.readerIndex();
        int at = from;
        while (at < end && !closed && !closing) {
            if (bodyLeft > 0) {
                int length = Math.min(bodyLeft, end - at);
                at += length;
                bodyLeft -= length;
                continue;
            }
            Exchange current = exchanges.peek();
            if (current == null) {
                fail("it ended the connection");
                return;
            }
            int length = seenLength(in, at, end);
            if (length < 0) {
                break;
            }
            int payload = at + Wire.HEADER;
            Step step = tracker.packet(in, payload, length);
            int next = payload + length;
            if (wholeSeen) {
                int sequence = in.getUnsignedByte(at + 3);
                ByteBuf other = current.seen(in, payload, length, sequence, tracker);
                if (other != null) {
                    handOut(current, in, from, at);
                    current.part(other);
                    from = next;
                }
            }
            at = Math.min(next, end);
            bodyLeft = next - at;
            if (step == Step.DONE) {
                finish(current, in, from, at);
                from = at;
            } else if (step == Step.WANTS_FILE) {
                handOut(current, in, from, at);
                from = at;
                current.wantsFile();
            }
        }
        leave(in, from, at, end);
    }

    /** The payload's length if enough of the packet at {@code at} is here, else -1. */
    private int seenLength(ByteBuf in, int at, int end) {
        int here = end - at;
        if (here < Wire.HEADER) {
            return -1;
        }
        int length = in.getUnsignedMediumLE(at);
        if (length > 0 && here == Wire.HEADER) {
            return -1;
        }
        int firstByte = length == 0 ? -1 : in.getUnsignedByte(at + Wire.HEADER);
        wholeSeen = tracker.needsWhole(length, firstByte);
        return wholeSeen && here < Wire.HEADER + length ? -1 : length;
    }

    private static void handOut(Exchange exchange, ByteBuf in, int from, int to) {
        if (to > from) {
            exchange.part(in.retainedSlice(from, to - from));
        }
    }

    private void finish(Exchange exchange, ByteBuf in, int from, int to) {
        exchanges.remove();
        ByteBuf rest = to > from ? in.retainedSlice(from, to - from) : null;
        // Whoever is told may send the next command at once, which begins its own tracking.
        if (exchanges.isEmpty()) {
            exchange.finished(rest, tracker);
            if (leaving && exchanges.isEmpty()) {
                close();
            }
        } else {
            exchange.finished(rest, tracker);
            Exchange next = exchanges.peek();
            if (next != null) {
                begin(next);
            }
        }
    }

    private void leave(ByteBuf in, int from, int at, int end) {
        if (closed || closing) {
            return;
        }
        Exchange current = exchanges.peek();
        if (current != null) {
            handOut(current, in, from, at);
        }
        if (at < end) {
            int missing = end - at;
            int frame = missing >= Wire.HEADER ? Wire.HEADER + in.getUnsignedMediumLE(at) : missing;
            ByteBuf rest = allocator().buffer(Math.max(frame, 256));
            rest.writeBytes(in, at, missing);
            kept = rest;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        owner.readComplete(this);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        owner.writabilityChanged(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail("it closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(Channels.reason(cause));
    }

    private void fail(String why) {
        if (closed) {
            return;
        }
        closed = true;
        counters.closed();
        if (kept != null) {
            kept.release();
            kept = null;
        }
        Channels.close(channel);
        for (Exchange each = exchanges.poll(); each != null; each = exchanges.poll()) {
            each.lost(why);
        }
        owner.closed(this, why);
    }
}
