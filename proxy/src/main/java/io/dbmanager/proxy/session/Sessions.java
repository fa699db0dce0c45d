package io.dbmanager.proxy.session;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Who is connected, by the proxy's own connection ids. */
public final class Sessions {
    /**
     * Far above the ids that servers give out, so that KILL of an id seen in a server's process
     * list does not hit a session of ours.
     */
    private static final int FIRST_ID = 1 << 30;

    private final int most;
    private final AtomicInteger nextId = new AtomicInteger(FIRST_ID);
    private final AtomicInteger admitted = new AtomicInteger();
    private final Map<Integer, ClientSession> byId = new ConcurrentHashMap<>();

    /**
     * @param most clients at a time, those that are still logging in included
     */
    public Sessions(int most) {
        this.most = most;
    }

    int newId() {
        return nextId.updateAndGet(id -> id == Integer.MAX_VALUE ? FIRST_ID + 1 : id + 1);
    }

    /** Lets one more in, if there is room. */
    boolean admit() {
        if (admitted.incrementAndGet() <= most) {
            return true;
        }
        admitted.decrementAndGet();
        return false;
    }

    void left() {
        admitted.decrementAndGet();
    }

    void add(int id, ClientSession session) {
        byId.put(id, session);
    }

    void remove(int id) {
        if (byId.remove(id) != null) {
            left();
        }
    }

    Optional<ClientSession> find(long id) {
        return id < FIRST_ID || id > Integer.MAX_VALUE
                ? Optional.empty()
                : Optional.ofNullable(byId.get((int) id));
    }

    public int count() {
        return Math.max(0, admitted.get());
    }

    public Collection<ClientSession> all() {
        return List.copyOf(byId.values());
    }
}
