package io.dbmanager.proxy.session;

import io.dbmanager.proxy.ProxySettings.Limits;
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

    private final Limits limits;
    private final AtomicInteger nextId = new AtomicInteger(FIRST_ID);
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicInteger statements = new AtomicInteger();
    private final Map<Integer, ClientSession> byId = new ConcurrentHashMap<>();
    private final Map<String, Integer> byUser = new ConcurrentHashMap<>();

    /**
     * @param limits the number of clients is meant with those that are still logging in
     */
    public Sessions(Limits limits) {
        this.limits = limits;
    }

    int newId() {
        return nextId.updateAndGet(id -> id == Integer.MAX_VALUE ? FIRST_ID + 1 : id + 1);
    }

    /** Lets one more in, if there is room. */
    boolean admit() {
        if (admitted.incrementAndGet() <= limits.clients()) {
            return true;
        }
        admitted.decrementAndGet();
        return false;
    }

    void left() {
        admitted.decrementAndGet();
    }

    /** Counts one more of this user, if there may be one. */
    boolean admitAs(String user) {
        if (limits.perAccount() == 0) {
            return true;
        }
        int now = byUser.merge(user, 1, Integer::sum);
        if (now > limits.perAccount()) {
            leftAs(user);
            return false;
        }
        return true;
    }

    void leftAs(String user) {
        byUser.computeIfPresent(user, (_, count) -> count == 1 ? null : count - 1);
    }

    /**
     * Whether a client may prepare another statement.
     *
     * @param own how many it has
     */
    boolean mayPrepare(int own) {
        return own < limits.statementsPerClient() && statements.get() < limits.statements();
    }

    /** How many statements all clients have prepared. */
    int statements() {
        return statements.get();
    }

    /**
     * @param more than before; negative for fewer
     */
    void prepared(int more) {
        statements.addAndGet(more);
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
