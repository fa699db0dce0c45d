package io.dbmanager.proxy.backend;

import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.dbmanager.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** COM_RESET_CONNECTION: makes the server forget a session. A connection that cannot is closed. */
final class ResetExchange extends Exchange {
    private final BackendConnection connection;

    private ResetExchange(BackendConnection connection) {
        super(ResponseTracker.Kind.ONE_PACKET);
        this.connection = connection;
    }

    /** Written ahead of whatever follows; the caller flushes. */
    static void send(BackendConnection connection) {
        ByteBuf command = connection.allocator().buffer(Wire.HEADER + 1);
        int start = Wire.begin(command, 0);
        command.writeByte(Command.RESET_CONNECTION);
        Wire.end(command, start);
        connection.send(command, new ResetExchange(connection));
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
        if (tracker.errorCode() != 0) {
            connection.close();
        }
    }

    @Override
    protected void lost(String why) {
        // Whatever was written after it is told too.
    }
}
