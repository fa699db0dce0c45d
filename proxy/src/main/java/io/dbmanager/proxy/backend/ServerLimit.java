package io.dbmanager.proxy.backend;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections all event loops together may have to one server. Each connection holds one
 * permit from before it is opened until it is closed.
 */
final class ServerLimit {
    /** Until the server has said how many it takes. */
    private static final int ASSUMED = 100;

    /** How long a server that has said "too many" is believed. */
    private static final long FULL_NANOS = TimeUnit.SECONDS.toNanos(5);

    private record Full(int at, long until) {}

    private static final Full NEVER_FULL = new Full(Integer.MAX_VALUE, 0);

    private final int configured;
    private final AtomicInteger taken = new AtomicInteger();
    private final List<ServerPool> pools = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private volatile int learnt;
    private volatile Full full = NEVER_FULL;
    private volatile long renewedAt = System.nanoTime();

    /**
     * @param configured 0 for as many as the server takes
     */
    ServerLimit(int configured) {
        this.configured = configured;
    }

    void add(ServerPool pool) {
        pools.add(pool);
    }

    List<ServerPool> pools() {
        return pools;
    }

    /** How many there may be now. */
    int most() {
        int known = learnt > 0 ? learnt : ASSUMED;
        int most = configured > 0 ? configured : known;
        Full said = full;
        return said.at() < most && System.nanoTime() - said.until() < 0 ? said.at() : most;
    }

    /** How many each event loop may have where all want some. */
    int share() {
        return Math.max(1, most() / Math.max(1, pools.size()));
    }

    /** Whether nobody here has a connection. */
    boolean isUnused() {
        return taken.get() <= 0;
    }

    /**
     * Leaves some to replication, to this program's other parts and to people.
     *
     * @param maxConnections as the server says
     */
    void learn(int maxConnections) {
        learnt = Math.max(1, maxConnections - Math.max(5, maxConnections / 10));
    }

    /** The server itself has refused one more, whose permit is still held. */
    void serverIsFull() {
        full = new Full(Math.max(1, taken.get() - 1), System.nanoTime() + FULL_NANOS);
    }

    /**
     * A server gives each connection limits for its packets when it is opened, and no reset renews
     * them: those that are open now are for the sessions that have them.
     */
    void renew() {
        renewedAt = System.nanoTime();
    }

    /** Whether another session may have this one. */
    boolean isCurrent(Lease lease) {
        return lease.openedAt() - renewedAt >= 0;
    }

    boolean tryTake() {
        int now = taken.get();
        while (now < most()) {
            if (taken.compareAndSet(now, now + 1)) {
                return true;
            }
            now = taken.get();
        }
        return false;
    }

    void release() {
        taken.decrementAndGet();
        wakeOne();
    }

    /** Whoever waits on some event loop tries again. */
    void wakeOne() {
        int count = pools.size();
        int from = turn.getAndIncrement() & Integer.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            ServerPool pool = pools.get((from + i) % count);
            if (pool.isWaitedFor()) {
                pool.wake();
                return;
            }
        }
    }
}
