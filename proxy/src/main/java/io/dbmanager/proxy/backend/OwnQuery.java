package io.dbmanager.proxy.backend;

import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.dbmanager.proxy.protocol.OkPacket;
import io.dbmanager.proxy.protocol.QueryText;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A query of the proxy's own: its answer is held until it is complete, then read. */
public final class OwnQuery extends Exchange {
    private final long capabilities;
    private final ByteBufAllocator allocator;
    private final Consumer<Answer> then;
    private @Nullable ByteBuf held;

    private OwnQuery(long capabilities, ByteBufAllocator allocator, Consumer<Answer> then) {
        super(ResponseTracker.Kind.RESULTS);
        this.capabilities = capabilities;
        this.allocator = allocator;
        this.then = then;
    }

    /** Writes the query; the caller flushes. {@code then} is called exactly once. */
    public static void send(BackendConnection backend, String sql, Consumer<Answer> then) {
        ByteBuf command =
                QueryText.encode(backend.allocator().buffer(), sql, backend.capabilities());
        backend.send(command, new OwnQuery(backend.capabilities(), backend.allocator(), then));
    }

    /** The same for a statement given as one character a byte. */
    public static void sendBytes(BackendConnection backend, String sql, Consumer<Answer> then) {
        ByteBuf command =
                QueryText.encodeBytes(backend.allocator().buffer(), sql, backend.capabilities());
        backend.send(command, new OwnQuery(backend.capabilities(), backend.allocator(), then));
    }

    @Override
    protected void part(ByteBuf bytes) {
        if (held == null) {
            held = allocator.buffer();
        }
        held.writeBytes(bytes);
        bytes.release();
    }

    @Override
    protected void finished(@Nullable ByteBuf rest, ResponseTracker tracker) {
        if (rest != null) {
            part(rest);
        }
        ByteBuf all = held;
        held = null;
        if (all == null) {
            throw new IllegalStateException("an answer without bytes");
        }
        Answer answer;
        try {
            answer = read(all, tracker);
        } catch (MalformedPacketException | IndexOutOfBoundsException e) {
            answer = new Answer.Lost("its answer is not understood: " + e.getMessage());
        } finally {
            all.release();
        }
        then.accept(answer);
    }

    private Answer read(ByteBuf all, ResponseTracker tracker) {
        if (tracker.failedAtOnce()) {
            return new Answer.Failed(ErrPacket.decode(all.skipBytes(Wire.HEADER)));
        }
        if (tracker.errorCode() != 0) {
            return new Answer.Failed(
                    new ErrPacket(tracker.errorCode(), "HY000", "the rows ended in an error"));
        }
        if (all.getUnsignedByte(all.readerIndex() + Wire.HEADER) == OkPacket.HEADER) {
            return new Answer.Done();
        }
        return new Answer.Rows(TextResult.decode(all, capabilities));
    }

    @Override
    protected void lost(String why) {
        if (held != null) {
            held.release();
            held = null;
        }
        then.accept(new Answer.Lost(why));
    }
}
