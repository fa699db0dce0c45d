package io.dbmanager.proxy.backend;

import io.dbmanager.proxy.protocol.MySqlErrors;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop to one server: spare ones, those that are lent, and whoever
 * waits for one. A wish is served, in this order, by a spare connection, by a new one while the
 * server's limit allows it, by one whose holder does not need it now, and else has to wait.
 *
 * <p>Everything happens on the event loop, but for what other event loops ask of it.
 */
final class ServerPool {
    private static final Logger log = LoggerFactory.getLogger(ServerPool.class);
    private static final int TOO_MANY_CONNECTIONS = 1040;
    private static final long SWEEP_MILLIS = 100;
    private static final ConnectResult SILENT = new ConnectResult.Unreachable("it does not answer");

    private final EventLoop loop;
    private final Server server;
    private final BackendConnector connector;
    private final ServerLimit limit;
    private final PoolLimits limits;

    /** The one that was used last comes first. */
    private final Deque<Lease> spare = new ArrayDeque<>();

    private final LentList lent = new LentList();
    private final Deque<Wish> waiting = new ArrayDeque<>();
    private @Nullable Future<?> sweeping;
    private boolean sweptSoon;

    /** How many connections other event loops are waiting for that have fewer. */
    private int owed;

    /** The server is none of the topology's any more. */
    private boolean retired;

    /** The server has been found to answer nothing: it is not asked for connections. */
    private boolean silent;

    /** Whether whoever can spare a connection should say so. */
    private boolean pressed;

    private volatile int waiters;
    private final AtomicInteger taken = new AtomicInteger();

    ServerPool(
            EventLoop loop,
            Server server,
            BackendConnector connector,
            ServerLimit limit,
            PoolLimits limits) {
        this.loop = loop;
        this.server = server;
        this.connector = connector;
        this.limit = limit;
        this.limits = limits;
        limit.add(this);
    }

    /** Asked from any thread. */
    boolean isWaitedFor() {
        return waiters > 0;
    }

    // Wishes

    Wish acquire(Wish wish) {
        retired = false;
        if (waiting.isEmpty() && serve(wish)) {
            return wish;
        }
        waiting.add(wish);
        limitWait(wish);
        askOthers();
        settled();
        return wish;
    }

    private void giveUp(Wish wish) {
        if (waiting.remove(wish)) {
            settled();
            log.debug("backend not free in time server={}", server.name());
            wish.answer(
                    new ConnectResult.Refused(
                            MySqlErrors.noBackendFree(
                                    server.name(), limit.most(), wish.patience())));
        }
    }

    /** Serves those who wait, the first first, as far as possible. */
    private void serveWaiting() {
        boolean more = true;
        while (more) {
            Wish first = waiting.poll();
            if (first == null) {
                more = false;
            } else if (!first.isOver() && !serve(first)) {
                waiting.addFirst(first);
                more = false;
            }
        }
        settled();
    }

    private boolean serve(Wish wish) {
        if (silent) {
            wish.answer(SILENT);
            return true;
        }
        Lease idle = bestSpare(wish);
        if (idle != null) {
            spare.remove(idle);
            handOut(idle, wish);
            return true;
        }
        if (limit.tryTake()) {
            open(wish);
            return true;
        }
        Lease other = spare.pollLast();
        if (other == null) {
            other = yielded(wish);
        }
        if (other == null) {
            return false;
        }
        serveBy(other, wish);
        return true;
    }

    private @Nullable Lease bestSpare(Wish wish) {
        Lease best = null;
        for (Iterator<Lease> each = spare.iterator(); each.hasNext(); ) {
            Lease lease = each.next();
            if (!lease.connection().isUsable() || !limit.isCurrent(lease)) {
                each.remove();
                lease.connection().close();
            } else if (lease.suits(wish.login())) {
                if (lease.isProven(wish.login(), wish.since())) {
                    return lease;
                }
                best = best == null ? lease : best;
            }
        }
        return best;
    }

    /** One whose holder does not need it: one that suits, if there is any. */
    private @Nullable Lease yielded(Wish wish) {
        for (Lease lease = lent.first(); lease != null; lease = lease.after) {
            if (lease.suits(wish.login()) && yields(lease)) {
                return lease;
            }
        }
        return anyYielded();
    }

    private @Nullable Lease anyYielded() {
        for (Lease lease = lent.first(); lease != null; lease = lease.after) {
            if (yields(lease)) {
                return lease;
            }
        }
        return null;
    }

    private boolean yields(Lease lease) {
        BackendConnection connection = lease.connection();
        if (!connection.isUsable() || !connection.owner().yields(connection)) {
            return false;
        }
        connection.own(BackendOwner.NOBODY);
        lent.remove(lease);
        return true;
    }

    private void handOut(Lease lease, Wish wish) {
        BackendConnection connection = lease.connection();
        lent.add(lease);
        if (lease.isProven(wish.login(), wish.since())) {
            if (!lease.isClean()) {
                ResetExchange.send(connection);
            }
            lease.used();
            connection.startsReset(lease.schema());
            wish.answer(new ConnectResult.Connected(connection, connection.greeting()));
            connection.flush();
            return;
        }
        Relogin.begin(connection, wish.login(), outcome -> loggedIn(lease, wish, outcome));
        connection.flush();
    }

    private void loggedIn(Lease lease, Wish wish, Relogin.Outcome outcome) {
        BackendConnection connection = lease.connection();
        switch (outcome) {
            case Relogin.Outcome.LoggedIn(int status) -> {
                lease.loggedIn(wish.login(), System.nanoTime());
                lease.used();
                connection.startsLoggedIn(status, wish.login().schema());
                wish.answer(new ConnectResult.Connected(connection, connection.greeting()));
            }
            case Relogin.Outcome.Refused(var error) -> {
                connection.close();
                wish.answer(new ConnectResult.Refused(error));
            }
            case Relogin.Outcome.Lost _ -> {
                // It may have been dead for long without our knowing: that says nothing about
                // the server.
                connection.close();
                again(wish);
            }
        }
    }

    private void again(Wish wish) {
        if (!wish.isOver() && !serve(wish)) {
            queueFirst(wish);
        }
    }

    private void queueFirst(Wish wish) {
        waiting.addFirst(wish);
        limitWait(wish);
        askOthers();
        settled();
    }

    private void limitWait(Wish wish) {
        if (wish.deadline() == null) {
            wish.deadline(
                    loop.schedule(
                            () -> giveUp(wish), wish.patience().toNanos(), TimeUnit.NANOSECONDS));
        }
    }

    /**
     * A permit has been taken. Connects in a turn of its own: this may be called while a connection
     * is being closed, whose number the new socket would get before events for the old one are
     * over.
     */
    private void open(Wish wish) {
        taken.incrementAndGet();
        loop.execute(() -> connect(wish));
    }

    private void connect(Wish wish) {
        if (silent) {
            notOpened(wish, SILENT);
            return;
        }
        long begun = System.nanoTime();
        connector.connect(
                loop,
                server,
                wish.login(),
                result -> {
                    if (result instanceof ConnectResult.Connected(var connection, _)) {
                        opened(new Lease(this, connection, wish.login(), begun), wish);
                    } else {
                        notOpened(wish, result);
                    }
                });
    }

    private void opened(Lease lease, Wish wish) {
        BackendConnection connection = lease.connection();
        connection.lease(lease);
        connection.whenClosed(() -> closed(lease));
        lent.add(lease);
        lease.used();
        connection.startsLoggedIn(connection.firstStatus(), wish.login().schema());
        ask(lease);
        wish.answer(new ConnectResult.Connected(connection, connection.greeting()));
    }

    private void notOpened(Wish wish, ConnectResult result) {
        taken.decrementAndGet();
        boolean full =
                result instanceof ConnectResult.Refused(var error)
                        && error.code() == TOO_MANY_CONNECTIONS;
        if (full) {
            limit.serverIsFull();
        }
        limit.release();
        if (!full) {
            wish.answer(result);
            return;
        }
        log.info("server is full server={} limit={}", server.name(), limit.most());
        if (limit.isUnused()) {
            // Not at once: others keep it full, and nothing here will change that.
            queueFirst(wish);
        } else {
            again(wish);
        }
    }

    /**
     * What {@code init_connect} does to a connection is not done again by a reset: where there is
     * one, connections are not shared.
     */
    private void ask(Lease lease) {
        OwnQuery.send(
                lease.connection(),
                "SELECT @@global.init_connect, @@global.max_connections",
                answer -> {
                    if (answer instanceof Answer.Rows(var rows)
                            && rows.rows().getFirst().size() == 2) {
                        String first = rows.rows().getFirst().get(0);
                        String most = rows.rows().getFirst().get(1);
                        if (first != null && !first.isEmpty()) {
                            lease.spoil();
                        }
                        if (most != null) {
                            limit.learn(Integer.parseInt(most));
                        }
                    }
                });
        lease.connection().flush();
    }

    // What becomes of connections

    /** Its holder wants it no more. */
    void giveBack(Lease lease) {
        BackendConnection connection = lease.connection();
        connection.own(BackendOwner.NOBODY);
        lent.remove(lease);
        if (retired || lease.isSpoiled() || !limit.isCurrent(lease) || !connection.isUsable()) {
            connection.close();
            return;
        }
        ResetExchange.send(connection);
        connection.flush();
        lease.cleaned();
        lease.spareSince(System.nanoTime());
        spare.addFirst(lease);
        relieve();
    }

    /** Its holder has just finished with it for now. */
    void offer(Lease lease) {
        lent.touch(lease);
        if (!pressed) {
            return;
        }
        if (retired) {
            if (yields(lease)) {
                lease.connection().closeWhenAnswered();
            }
            return;
        }
        while (!waiting.isEmpty() && waiting.getFirst().isOver()) {
            waiting.removeFirst();
        }
        boolean others = owed > 0 && (waiting.isEmpty() || taken.get() > limit.share());
        Wish first = others ? null : waiting.peek();
        if ((others || first != null) && yields(lease)) {
            if (others) {
                owed--;
                lease.connection().closeWhenAnswered();
            } else if (first != null) {
                waiting.remove(first);
                serveBy(lease, first);
            }
            settled();
        }
    }

    private void serveBy(Lease lease, Wish wish) {
        if (lease.suits(wish.login()) && limit.isCurrent(lease)) {
            handOut(lease, wish);
        } else {
            lease.makeRoomFor(wish);
            lease.connection().closeWhenAnswered();
        }
    }

    private void closed(Lease lease) {
        lent.remove(lease);
        spare.remove(lease);
        taken.decrementAndGet();
        Wish heir = lease.heir();
        if (heir == null) {
            limit.release();
        } else {
            open(heir);
        }
    }

    private void relieve() {
        serveWaiting();
        payOthers();
    }

    /** See {@link ServerLimit#renew}. */
    void renew() {
        limit.renew();
    }

    // What other event loops want

    /** Those that have more than their share, or all where this one has none, are asked for one. */
    private void askOthers() {
        int share = limit.share();
        int mine = taken.get();
        if (mine >= share && mine > 0) {
            return;
        }
        limit.pools().stream()
                .filter(other -> other != this && (other.taken.get() > share || mine == 0))
                .filter(other -> other.taken.get() > 0)
                .max(Comparator.comparingInt(other -> other.taken.get()))
                .ifPresent(other -> other.loop.execute(other::owe));
    }

    private void owe() {
        owed = Math.min(owed + 1, Math.max(1, taken.get()));
        payOthers();
    }

    private void payOthers() {
        while (owed > 0) {
            Lease lease = spare.pollLast();
            if (lease == null) {
                lease = anyYielded();
            }
            if (lease == null) {
                break;
            }
            owed--;
            lease.connection().closeWhenAnswered();
        }
        settled();
    }

    /** A permit may be free. Called from any thread. */
    void wake() {
        loop.execute(() -> {
            serveWaiting();
            if (waiting.isEmpty()) {
                limit.wakeOne();
            } else {
                askOthers();
            }
        });
    }

    /** The server has left the topology: what is not in use is closed, the rest after its use. */
    void retire() {
        loop.execute(() -> {
            retired = true;
            for (Lease each = spare.poll(); each != null; each = spare.poll()) {
                each.connection().close();
            }
            for (Lease each = anyYielded(); each != null; each = anyYielded()) {
                each.connection().closeWhenAnswered();
            }
            settled();
        });
    }

    /** See {@link BackendPools#silent}. Called from any thread. */
    void silent(boolean now) {
        loop.execute(() -> {
            silent = now;
            if (now) {
                List.copyOf(spare).forEach(each -> each.connection().close());
                lent.all().forEach(each -> each.connection().giveUp());
                serveWaiting();
            }
        });
    }

    // Time

    private void settled() {
        waiters = waiting.size();
        pressed = !waiting.isEmpty() || owed > 0 || retired;
        boolean soon = !waiting.isEmpty() || owed > 0;
        if (!soon && spare.isEmpty()) {
            return;
        }
        if (sweeping != null && (sweptSoon || !soon)) {
            return;
        }
        if (sweeping != null) {
            sweeping.cancel(false);
        }
        sweptSoon = soon;
        long pause = soon ? SWEEP_MILLIS : Math.max(SWEEP_MILLIS, limits.idle().toMillis() / 4);
        sweeping = loop.schedule(this::sweep, pause, TimeUnit.MILLISECONDS);
    }

    /** What became free without anybody's saying so is found; what nobody has used is closed. */
    private void sweep() {
        sweeping = null;
        long now = System.nanoTime();
        while (!spare.isEmpty() && now - spare.getLast().spareSince() >= limits.idle().toNanos()) {
            spare.removeLast().connection().close();
        }
        serveWaiting();
        if (!waiting.isEmpty()) {
            askOthers();
        }
        payOthers();
    }
}
