package io.dbmanager.proxy.session;

import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.dbmanager.proxy.protocol.Wire;
import io.dbmanager.proxy.sql.Statement;
import io.netty.buffer.ByteBuf;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command of the client's on its way: kept until its answer has begun, so that until then it can
 * be run elsewhere.
 */
final class Job {
    private final int command;
    private final Statement statement;
    private final ResponseTracker.Kind answer;
    private final @Nullable PreparedStatement prepared;
    private final TopologySnapshot topology;
    private Set<String> tried = Set.of();
    private @Nullable ByteBuf frame;
    private boolean misjudged;
    private boolean interrupted;
    private int textFrom = Wire.HEADER + 1;
    private BooleanConsumer then = _ -> {};

    /** Told whether a command was answered without an error. */
    interface BooleanConsumer {
        void accept(boolean worked);
    }

    /**
     * @param frame the command with its header; owned by this job until {@link #release}
     */
    Job(
            int command,
            Statement statement,
            ResponseTracker.Kind answer,
            @Nullable PreparedStatement prepared,
            ByteBuf frame,
            TopologySnapshot topology) {
        this.command = command;
        this.statement = statement;
        this.answer = answer;
        this.prepared = prepared;
        this.frame = frame;
        this.topology = topology;
    }

    int command() {
        return command;
    }

    Statement statement() {
        return statement;
    }

    ResponseTracker.Kind answer() {
        return answer;
    }

    @Nullable PreparedStatement prepared() {
        return prepared;
    }

    /** What the world looked like when the command came. */
    TopologySnapshot topology() {
        return topology;
    }

    /** Replicas on which it has failed. */
    Set<String> tried() {
        return tried;
    }

    void failedOn(String replica) {
        if (tried.isEmpty()) {
            tried = new HashSet<>();
        }
        tried.add(replica);
    }

    /** It looks like a read, but a replica has refused it as a write. */
    void misjudged() {
        misjudged = true;
    }

    boolean isMisjudged() {
        return misjudged;
    }

    /** It is not to be run any more, if it still waits for that. Called on its event loop. */
    void interrupt() {
        interrupted = true;
    }

    boolean isInterrupted() {
        return interrupted;
    }

    /** What to do when it has been answered. */
    void then(BooleanConsumer next) {
        then = next;
    }

    BooleanConsumer then() {
        return then;
    }

    /** Where the statement's text begins in the frame, counted from its reader index. */
    int textFrom() {
        return textFrom;
    }

    void textFrom(int offset) {
        textFrom = offset;
    }

    ByteBuf frame() {
        ByteBuf present = frame;
        if (present == null) {
            throw new IllegalStateException("the answer has begun, the command is gone");
        }
        return present;
    }

    /** It will not be run again. */
    void release() {
        if (frame != null) {
            frame.release();
            frame = null;
        }
    }
}
