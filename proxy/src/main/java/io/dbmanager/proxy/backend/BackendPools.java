package io.dbmanager.proxy.backend;

import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * All connections that sessions share. Each event loop has its own, so that a client and the
 * connections that serve it are on one event loop; the limit of each server holds over all of them,
 * and an event loop that has less than its share gets from those that have more.
 *
 * <p>Whoever gets a connection gives it back by {@link BackendConnection#giveBack}, or closes it.
 */
public final class BackendPools {
    private record Place(EventLoop loop, Server server) {}

    private final BackendConnector connector;
    private final PoolLimits limits;
    private final Map<Server, ServerLimit> servers = new ConcurrentHashMap<>();
    private final Map<Place, ServerPool> pools = new ConcurrentHashMap<>();
    private volatile Set<Server> silent = Set.of();

    public BackendPools(BackendConnector connector, PoolLimits limits) {
        this.connector = connector;
        this.limits = limits;
    }

    public BackendConnector connector() {
        return connector;
    }

    /**
     * Asks for a connection that is logged in as {@code login} says, with nothing left on it of
     * whoever had it before. Called on {@code loop}.
     *
     * @param since a moment of {@link System#nanoTime}: the server must have let this account in
     *     then or later
     * @param then called exactly once, on the event loop, perhaps at once; the connection is lent
     *     until it is given back or closed
     */
    public Wish acquire(
            EventLoop loop,
            Server server,
            BackendLogin login,
            long since,
            Consumer<ConnectResult> then) {
        return pool(loop, server).acquire(new Wish(login, since, limits.patience(), then));
    }

    /**
     * The same for somebody whom the server has to let in now. Does not take as long as a login may
     * take, so that whoever waits in vain is told why.
     */
    public void logIn(
            EventLoop loop, Server server, BackendLogin login, Consumer<ConnectResult> then) {
        pool(loop, server)
                .acquire(new Wish(login, System.nanoTime(), limits.loginPatience(), then));
    }

    private ServerPool pool(EventLoop loop, Server server) {
        return pools.computeIfAbsent(new Place(loop, server), this::newPool);
    }

    private ServerPool newPool(Place place) {
        ServerLimit limit =
                servers.computeIfAbsent(place.server(), _ -> new ServerLimit(limits.most()));
        return new ServerPool(place.loop(), place.server(), connector, limit, limits);
    }

    /** Servers other than these are not used any more. */
    public void retain(Set<Server> known) {
        pools.forEach((place, pool) -> {
            if (!known.contains(place.server())) {
                pool.retire();
            }
        });
    }

    /**
     * Nobody waits any longer for servers that have fallen silent: not for a connection, nor for
     * the answer to what was asked there, unless that has begun.
     *
     * @param servers all that are silent now; the others may be asked again
     */
    public void silent(Set<Server> servers) {
        if (!servers.equals(silent)) {
            silent = servers;
            pools.forEach((place, pool) -> pool.silent(servers.contains(place.server())));
        }
    }
}
