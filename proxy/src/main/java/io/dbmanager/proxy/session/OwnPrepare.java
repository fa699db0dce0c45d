package io.dbmanager.proxy.session;

import io.dbmanager.proxy.backend.Exchange;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.dbmanager.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Prepares a statement of the client's on another backend; the client does not see the answer. */
final class OwnPrepare extends Exchange {
    /** Told exactly one thing. */
    interface Outcome {
        void prepared(int id);

        void failed(ErrPacket error);

        void lost(String why);
    }

    private final Outcome outcome;

    OwnPrepare(Outcome outcome) {
        super(ResponseTracker.Kind.PREPARE);
        this.outcome = outcome;
    }

    static ByteBuf command(ByteBufAllocator allocator, byte[] sql) {
        ByteBuf out = allocator.buffer(Wire.HEADER + 1 + sql.length);
        int start = Wire.begin(out, 0);
        out.writeByte(Command.STMT_PREPARE).writeBytes(sql);
        Wire.end(out, start);
        return out;
    }

    @Override
    protected void part(ByteBuf bytes) {
        bytes.release();
    }

    @Override
    protected void finished(@Nullable ByteBuf rest, ResponseTracker tracker) {
        ErrPacket error = tracker.errorCode() == 0 ? null : error(rest, tracker);
        if (rest != null) {
            rest.release();
        }
        if (error == null) {
            outcome.prepared(tracker.statementId());
        } else {
            outcome.failed(error);
        }
    }

    private static ErrPacket error(@Nullable ByteBuf rest, ResponseTracker tracker) {
        return rest != null && tracker.failedAtOnce()
                ? ErrPacket.decode(rest.duplicate().skipBytes(Wire.HEADER))
                : new ErrPacket(tracker.errorCode(), "HY000", "the statement cannot be prepared");
    }

    @Override
    protected void lost(String why) {
        outcome.lost(why);
    }
}
