package io.dbmanager.proxy.auth;

import io.dbmanager.common.ServerVersion;
import io.dbmanager.proxy.backend.Answer;
import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.backend.ConnectResult;
import io.dbmanager.proxy.backend.ManagingConnector;
import io.dbmanager.proxy.backend.OwnQuery;
import io.dbmanager.proxy.backend.Server;
import io.dbmanager.proxy.protocol.Handshake;
import io.dbmanager.proxy.protocol.TextResult;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is known of the primary: asked when first needed, when the primary changes, and again
 * when a login does not fit what is known. Questions of many logins at a time become one.
 */
public final class Catalogs {
    private static final Logger log = LoggerFactory.getLogger(Catalogs.class);

    /** However many logins fail, the primary is asked for its accounts no more often than this. */
    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

    /** What was found. */
    public sealed interface Found {
        record Known(Catalog catalog) implements Found {}

        /**
         * @param why a sentence for a client
         */
        record Unknown(String why) implements Found {}
    }

    private final ManagingConnector connector;
    private final EventLoop home;
    private final List<Waiting> waiting = new ArrayList<>();
    private boolean asking;
    private long askedAt = System.nanoTime() - PAUSE_NANOS;
    private volatile @Nullable Catalog current;

    /**
     * @param since what was asked before this moment of {@link System#nanoTime} is too old
     */
    private record Waiting(Server primary, long since, EventLoop loop, Consumer<Found> then) {
        boolean isServedBy(Server asked, long at) {
            return primary.equals(asked) && at - since >= 0;
        }
    }

    /**
     * @param home on which questions are asked
     */
    public Catalogs(ManagingConnector connector, EventLoop home) {
        this.connector = connector;
        this.home = home;
    }

    /**
     * What is known of this primary, asked for if it is not known or older than {@code maxAge}.
     * {@code then} is called on {@code loop}, at once where nothing has to be asked.
     */
    public void find(Server primary, Duration maxAge, EventLoop loop, Consumer<Found> then) {
        findSince(primary, System.nanoTime() - maxAge.toNanos(), loop, then);
    }

    /**
     * The same, of what was asked for at this moment of {@link System#nanoTime} or later. May take
     * a little longer than asking does, so that wrong passwords are no way to keep the primary
     * busy.
     */
    public void findSince(Server primary, long since, EventLoop loop, Consumer<Found> then) {
        Waiting who = new Waiting(primary, since, loop, then);
        Catalog known = current;
        if (known != null && who.isServedBy(known.primary(), known.askedAt())) {
            then.accept(new Found.Known(known));
            return;
        }
        home.execute(() -> ask(who));
    }

    private void ask(Waiting who) {
        waiting.add(who);
        if (!asking) {
            asking = true;
            loadNext();
        }
    }

    /** Asks for whoever has waited longest, when the pause is over. */
    private void loadNext() {
        long left = PAUSE_NANOS - (System.nanoTime() - askedAt);
        if (left <= 0) {
            load(waiting.getFirst().primary());
        } else {
            later(left);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Ends with the event loop.
    private void later(long nanos) {
        home.schedule(() -> load(waiting.getFirst().primary()), nanos, TimeUnit.NANOSECONDS);
    }

    private void load(Server primary) {
        askedAt = System.nanoTime();
        connector.connect(home, primary, result -> connected(primary, result));
    }

    private void connected(Server primary, ConnectResult result) {
        switch (result) {
            case ConnectResult.Unreachable(String why) -> settle(primary, unknown(primary, why));
            case ConnectResult.Refused(var error) ->
                    settle(primary, unknown(primary, error.message()));
            case ConnectResult.Connected(BackendConnection backend, Handshake greeting) ->
                    read(primary, backend, greeting);
        }
    }

    private static Found unknown(Server primary, String why) {
        return new Found.Unknown("The primary " + primary + " cannot be used: " + why);
    }

    private void read(Server primary, BackendConnection backend, Handshake greeting) {
        ServerVersion version;
        try {
            version = ServerVersion.parse(greeting.version());
        } catch (IllegalArgumentException e) {
            backend.close();
            settle(primary, unknown(primary, String.valueOf(e.getMessage())));
            return;
        }
        Loading loading = new Loading(primary, greeting, version, askedAt);
        OwnQuery.send(backend, "SELECT SUBSTRING_INDEX(USER(), '@', -1)", loading::host);
        OwnQuery.send(
                backend,
                AccountReader.query(version),
                answer -> {
                    backend.close();
                    settle(primary, loading.accounts(answer));
                });
        backend.flush();
    }

    private static final class Loading {
        private final Server primary;
        private final Handshake greeting;
        private final ServerVersion version;
        private final long askedAt;
        private String seenAs = "";

        Loading(Server primary, Handshake greeting, ServerVersion version, long askedAt) {
            this.primary = primary;
            this.greeting = greeting;
            this.version = version;
            this.askedAt = askedAt;
        }

        void host(Answer answer) {
            if (answer instanceof Answer.Rows(TextResult rows)) {
                String host = rows.single();
                seenAs = host == null ? "" : host;
            }
        }

        Found accounts(Answer answer) {
            return switch (answer) {
                case Answer.Rows(TextResult rows) ->
                        new Found.Known(
                                new Catalog(
                                        primary,
                                        greeting,
                                        version,
                                        seenAs,
                                        AccountReader.read(rows),
                                        askedAt));
                case Answer.Done() -> unknown(primary, "it does not show its accounts");
                case Answer.Failed(var error) -> unknown(primary, error.message());
                case Answer.Lost(String why) -> unknown(primary, why);
            };
        }
    }

    private void settle(Server primary, Found found) {
        switch (found) {
            case Found.Known(Catalog catalog) -> {
                current = catalog;
                log.debug(
                        "accounts read server={} accounts={}",
                        primary.name(),
                        catalog.accounts().size());
            }
            case Found.Unknown(String why) ->
                    log.warn("accounts not read server={} reason=\"{}\"", primary.name(), why);
        }
        List<Waiting> served = new ArrayList<>();
        for (Waiting each : List.copyOf(waiting)) {
            if (each.isServedBy(primary, askedAt)
                    || (found instanceof Found.Unknown && each.primary().equals(primary))) {
                waiting.remove(each);
                served.add(each);
            }
        }
        served.forEach(each -> each.loop().execute(() -> each.then().accept(found)));
        if (waiting.isEmpty()) {
            asking = false;
        } else {
            loadNext();
        }
    }
}
