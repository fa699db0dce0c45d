package io.dbmanager.proxy.session;

import io.dbmanager.proxy.backend.Server;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.sql.Traits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answer to SHOW PROCESSLIST, in which the connections that serve sessions have the sessions'
 * ids: those that clients know, and that KILL takes. What serves nobody now keeps the server's id.
 */
final class ProcessList {
    /** Statements of any length are listed: a longer list goes on as it comes. */
    private static final int BYTES_MAX = 4 << 20;

    private final ClientSession session;
    private final Sessions sessions;
    private final Server server;
    private final CompositeByteBuf held;

    private ProcessList(ClientSession session, Sessions sessions, Server server) {
        this.session = session;
        this.sessions = sessions;
        this.server = server;
        this.held = session.channel().alloc().compositeBuffer(Integer.MAX_VALUE);
    }

    /** For a job that asks for the list, in the text protocol and with nothing else. */
    static @Nullable ProcessList of(
            Job job, ClientSession session, Sessions sessions, Server server) {
        return job.statement().has(Traits.LISTS_PROCESSES) && job.prepared() == null
                ? new ProcessList(session, sessions, server)
                : null;
    }

    /** Takes the next bytes of the answer, and hands them on if there are too many to be held. */
    @Nullable ByteBuf part(ByteBuf bytes) {
        held.addComponent(true, bytes);
        return held.readableBytes() > BYTES_MAX
                ? held.readRetainedSlice(held.readableBytes())
                : null;
    }

    /**
     * @param then gets the whole answer, on the session's event loop; owned by it
     */
    void finish(Consumer<ByteBuf> then) {
        Map<Integer, Integer> ids = new ConcurrentHashMap<>();
        Map<EventLoop, List<ClientSession>> byLoop =
                sessions.all().stream().collect(Collectors.groupingBy(ClientSession::loop));
        if (byLoop.isEmpty()) {
            then.accept(answer(ids));
            return;
        }
        AtomicInteger asked = new AtomicInteger(byLoop.size());
        byLoop.forEach((loop, theirs) ->
                loop.execute(() -> {
                    theirs.forEach(each -> note(each, ids));
                    if (asked.decrementAndGet() == 0) {
                        session.loop().execute(() -> then.accept(answer(ids)));
                    }
                }));
    }

    /** On the event loop of that session. */
    private void note(ClientSession other, Map<Integer, Integer> ids) {
        for (SessionBackend backend : other.backends().open()) {
            if (backend.connection().server().equals(server)) {
                ids.put(backend.connection().threadId(), other.id());
            }
        }
    }

    private ByteBuf answer(Map<Integer, Integer> ids) {
        ByteBuf out = session.channel().alloc().buffer(held.readableBytes() + 64);
        boolean copied =
                TextResult.copy(
                        held.duplicate(),
                        session.who().primary().capabilities(),
                        out,
                        id -> told(id, ids));
        if (copied) {
            held.release();
            return out;
        }
        out.release();
        return held;
    }

    private static String told(String id, Map<Integer, Integer> ids) {
        Integer own = ids.get(Integer.parseUnsignedInt(id));
        return own == null ? id : own.toString();
    }

    void release() {
        held.release();
    }
}
