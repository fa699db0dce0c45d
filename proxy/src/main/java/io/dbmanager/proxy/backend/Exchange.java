package io.dbmanager.proxy.backend;

import io.dbmanager.proxy.protocol.ResponseTracker;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What becomes of the answer to one command. Called on the backend's event loop. */
public abstract class Exchange {
    private final ResponseTracker.Kind kind;

    protected Exchange(ResponseTracker.Kind kind) {
        this.kind = kind;
    }

    final ResponseTracker.Kind kind() {
        return kind;
    }

    /**
     * A packet that ends something, just seen by {@code tracker}.
     *
     * @param in holds the packet's payload at {@code index}; may be changed in place
     * @return a packet with its header to take its place, owned by the caller; null for none
     */
    protected @Nullable ByteBuf seen(
            ByteBuf in, int index, int length, int sequence, ResponseTracker tracker) {
        return null;
    }

    /** Whether something of the answer has gone where it cannot be taken back. */
    protected boolean begun() {
        return false;
    }

    /** Bytes of the answer, which is not complete yet. The callee owns them. */
    protected abstract void part(ByteBuf bytes);

    /** The server waits for a file's content; what led to this has been handed out. */
    protected void wantsFile() {
        throw new IllegalStateException("only a client's statement can ask for a file");
    }

    /**
     * The answer is complete.
     *
     * @param rest what has not been handed out as {@link #part}, owned by the callee; null for
     *     nothing
     */
    protected abstract void finished(@Nullable ByteBuf rest, ResponseTracker tracker);

    /** The connection is gone before the answer was complete. */
    protected abstract void lost(String why);
}
