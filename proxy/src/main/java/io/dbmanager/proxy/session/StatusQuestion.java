package io.dbmanager.proxy.session;

import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.backend.Exchange;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.dbmanager.proxy.protocol.SessionTrack;
import io.dbmanager.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A ping for the sake of its answer: unlike an error, or the end of rows for older clients, an OK
 * has the status flags and the changes of the session. It leaves warnings and row counts alone.
 */
final class StatusQuestion extends Exchange {
    private final SessionFacts facts;
    private final Runnable then;

    private StatusQuestion(SessionFacts facts, Runnable then) {
        super(ResponseTracker.Kind.ONE_PACKET);
        this.facts = facts;
        this.then = then;
    }

    /** Asks the primary and flushes. {@code then} is run in any case. */
    static void ask(BackendConnection primary, SessionFacts facts, Runnable then) {
        ByteBuf ping = primary.allocator().buffer(Wire.HEADER + 1);
        int start = Wire.begin(ping, 0);
        ping.writeByte(Command.PING);
        Wire.end(ping, start);
        primary.send(ping, new StatusQuestion(facts, then));
        primary.flush();
    }

    @Override
    protected @Nullable ByteBuf seen(
            ByteBuf in, int index, int length, int sequence, ResponseTracker tracker) {
        if (tracker.stateChanged()) {
            SessionTrack.read(in.slice(index, length), facts);
        }
        return null;
    }

    @Override
    protected void part(ByteBuf bytes) {
        bytes.release();
    }

    @Override
    protected void finished(@Nullable ByteBuf rest, ResponseTracker tracker) {
        if (rest != null) {
            rest.release();
        }
        if (tracker.hasStatus()) {
            facts.status(tracker.status());
        }
        then.run();
    }

    @Override
    protected void lost(String why) {
        then.run();
    }
}
