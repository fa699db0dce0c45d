package io.dbmanager.proxy.backend;

import java.util.concurrent.atomic.LongAdder;

/** What one server's connections carry. Counted by all event loops, read by anybody. */
public final class ServerCounters {
    private final LongAdder open = new LongAdder();
    private final LongAdder busy = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();

    void opened() {
        open.increment();
    }

    void closed() {
        open.decrement();
    }

    public void began() {
        busy.increment();
    }

    public void ended() {
        busy.decrement();
    }

    public void countRead() {
        reads.increment();
    }

    public void countWrite() {
        writes.increment();
    }

    /** Connections on which a statement runs. */
    public int used() {
        return (int) Math.max(0, busy.sum());
    }

    /** Connections that wait for one. */
    public int idle() {
        return (int) Math.max(0, open.sum() - used());
    }

    public long reads() {
        return reads.sum();
    }

    public long writes() {
        return writes.sum();
    }
}
