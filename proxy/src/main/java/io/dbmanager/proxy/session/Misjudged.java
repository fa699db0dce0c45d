package io.dbmanager.proxy.session;

import io.dbmanager.proxy.sql.SqlContext;
import io.dbmanager.proxy.sql.StatementDigest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Set;

/**
 * Statements that looked like reads and that a replica refused as writes, by all sessions: they go
 * to the primary at once from then on. Kept by their digests, so that a literal makes no
 * difference; that two statements may share one costs nothing but a read on the primary.
 */
public final class Misjudged {
    /** Beyond this no more is learned: whoever makes so many is refused each time, once. */
    private static final int MOST = 4096;

    private static final FastThreadLocal<StatementDigest> DIGEST =
            new FastThreadLocal<>() {
                @Override
                protected StatementDigest initialValue() {
                    return new StatementDigest();
                }
            };

    private final Object writing = new Object();
    private volatile Set<Long> digests = Set.of();

    void learn(Job job, SqlContext context) {
        long digest = digest(job, context);
        synchronized (writing) {
            if (digests.size() < MOST && !digests.contains(digest)) {
                Set<Long> more = new java.util.HashSet<>(digests);
                more.add(digest);
                digests = Set.copyOf(more);
            }
        }
    }

    /** Costs nothing as long as nothing has been learned. */
    boolean knows(Job job, SqlContext context) {
        Set<Long> known = digests;
        return !known.isEmpty() && known.contains(digest(job, context));
    }

    private static long digest(Job job, SqlContext context) {
        PreparedStatement prepared = job.prepared();
        if (prepared != null) {
            ByteBuf sql = Unpooled.wrappedBuffer(prepared.sql());
            return DIGEST.get().of(sql, 0, prepared.sql().length, context);
        }
        ByteBuf frame = job.frame();
        int start = frame.readerIndex() + job.textFrom();
        return DIGEST.get().of(frame, start, frame.writerIndex() - start, context);
    }
}
