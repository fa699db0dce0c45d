package io.dbmanager.proxy.session;

import io.dbmanager.proxy.backend.Exchange;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to have a job done by one backend. Its answer goes to the client as it comes, unless
 * the attempt is abandoned, or fails in a way that another backend can make good.
 */
final class Attempt extends Exchange {
    private final ClientSession session;
    private final Job job;
    private final SessionBackend backend;
    private boolean begun;
    private boolean abandoned;
    private boolean counted = true;
    private final @Nullable QueryLimit limit;
    private @Nullable ProcessList list;

    Attempt(ClientSession session, Job job, SessionBackend backend) {
        super(job.answer());
        this.session = session;
        this.job = job;
        this.backend = backend;
        this.limit = session.limit(job, backend);
        this.list = session.processList(job, backend);
        backend.connection().counters().began();
    }

    private void settle() {
        if (counted) {
            counted = false;
            if (limit != null) {
                limit.ended();
            }
            backend.connection().counters().ended();
        }
    }

    Job job() {
        return job;
    }

    SessionBackend backend() {
        return backend;
    }

    /** Whether the client has got something of the answer. */
    @Override
    protected boolean begun() {
        return begun;
    }

    /** Its answer is not wanted any more. Whoever calls this runs the job elsewhere. */
    void abandon() {
        abandoned = true;
        dropList();
        settle();
    }

    boolean abandoned() {
        return abandoned;
    }

    @Override
    protected @Nullable ByteBuf seen(
            ByteBuf in, int index, int length, int sequence, ResponseTracker tracker) {
        if (abandoned) {
            return null;
        }
        ByteBuf tooLong = limit == null ? null : limit.instead(in, index, sequence, tracker);
        return tooLong == null
                ? session.effects().seen(this, in, index, length, sequence, tracker)
                : tooLong;
    }

    @Override
    protected void part(ByteBuf bytes) {
        if (abandoned) {
            bytes.release();
            return;
        }
        ByteBuf known = list == null ? bytes : list.part(bytes);
        if (known != null) {
            dropList();
            begun = true;
            session.answer(known);
        }
    }

    private void dropList() {
        if (list != null) {
            list.release();
            list = null;
        }
    }

    @Override
    protected void wantsFile() {
        session.wantsFile(this);
    }

    @Override
    protected void finished(@Nullable ByteBuf rest, ResponseTracker tracker) {
        if (abandoned) {
            if (rest != null) {
                rest.release();
            }
            return;
        }
        settle();
        if (limit == null || !limit.holds(() -> done(rest, tracker))) {
            done(rest, tracker);
        }
    }

    private void done(@Nullable ByteBuf rest, ResponseTracker tracker) {
        if (abandoned) {
            if (rest != null) {
                rest.release();
            }
            return;
        }
        // Not even the definitions of its columns have been passed on.
        if (!begun
                && tracker.errorCode() != 0
                && session.triesElsewhere(this, tracker.errorCode())) {
            if (rest != null) {
                rest.release();
            }
            return;
        }
        if (rest != null) {
            part(rest);
        }
        if (list == null) {
            session.completed(this, tracker);
            return;
        }
        ProcessList whole = list;
        list = null;
        whole.finish(answer -> {
            if (abandoned) {
                answer.release();
                return;
            }
            session.answer(answer);
            session.completed(this, tracker);
        });
    }

    @Override
    protected void lost(String why) {
        settle();
        dropList();
        if (!abandoned) {
            session.lost(this, why);
        }
    }
}
