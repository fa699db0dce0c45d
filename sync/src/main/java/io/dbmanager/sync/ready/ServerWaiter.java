package io.dbmanager.sync.ready;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncListener;
import io.dbmanager.sync.jdbc.ConnectFailure;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.run.Logins;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries all servers side by side until each accepts a login and a query. What waiting can change is
 * waited for; what it cannot, such as a wrong password, is an error at once.
 */
public final class ServerWaiter {
    private static final Logger log = LoggerFactory.getLogger(ServerWaiter.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** A server that accepts a connection and then says nothing is not waited for longer. */
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(5);

    /** How often a server's unchanged state is told again. */
    private static final Duration REMINDER = Duration.ofSeconds(10);

    private final Logins logins;
    private final SyncListener listener;

    public ServerWaiter(Logins logins, SyncListener listener) {
        this.logins = logins.withPatience(ANSWER_PATIENCE);
        this.listener = listener;
    }

    /**
     * @return the services with credentials that work
     */
    public Services await(Services services, Duration timeout)
            throws SyncException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        Credentials primaryCredentials = services.primary().credentials();
        List<ServerSpec> all = new ArrayList<>(services.replicas());
        all.add(services.primary());
        Map<String, String> states = new ConcurrentSkipListMap<>();
        Map<String, ServerSpec> ready = new ConcurrentSkipListMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<ServerSpec> waits = new ExecutorCompletionService<>(threads);
            for (ServerSpec server : all) {
                states.put(server.name(), "not tried yet");
                waits.submit(() -> awaitOne(server, primaryCredentials, deadline, timeout, states));
            }
            try {
                for (int i = 0; i < all.size(); i++) {
                    ServerSpec server = waits.take().get();
                    ready.put(server.name(), server);
                }
            } catch (ExecutionException e) {
                // Before the others are interrupted, which would be told as their reason.
                SyncException told = asSyncException(e, states);
                threads.shutdownNow();
                throw told;
            } catch (InterruptedException e) {
                threads.shutdownNow();
                throw e;
            }
        }
        return new Services(
                required(ready, services.primary()),
                services.replicas().stream().map(spec -> required(ready, spec)).toList());
    }

    private static ServerSpec required(Map<String, ServerSpec> ready, ServerSpec spec) {
        return Optional.ofNullable(ready.get(spec.name())).orElseThrow();
    }

    private static SyncException asSyncException(ExecutionException e, Map<String, String> states) {
        if (e.getCause() instanceof SyncException.NotReady) {
            // One ran into the end of the time: tell of all that are not there.
            List<String> missing =
                    states.entrySet().stream()
                            .filter(entry -> !entry.getValue().isEmpty())
                            .map(entry -> entry.getKey() + ": " + entry.getValue())
                            .toList();
            return new SyncException.NotReady(
                    "not all servers became ready in the time allowed: "
                            + String.join("; ", missing));
        }
        if (e.getCause() instanceof SyncException sync) {
            return sync;
        }
        throw new IllegalStateException("waiting for servers failed", e.getCause());
    }

    private ServerSpec awaitOne(
            ServerSpec server,
            Credentials primary,
            long deadline,
            Duration timeout,
            Map<String, String> states)
            throws SyncException, InterruptedException {
        long toldAt = System.nanoTime() - REMINDER.toNanos();
        while (true) {
            ConnectFailure failure;
            try {
                ServerSpec working = tryOnce(server);
                states.put(server.name(), "");
                listener.onWaiting(server.name(), true, "ready");
                return working;
            } catch (SQLException e) {
                failure = ConnectFailure.of(e);
            }
            String why = server.address() + ": " + failure.sentence();
            if (!failure.kind().mayPass()) {
                throw new SyncException(
                        server.name() + " at " + why + ". " + advice(server, primary));
            }
            boolean news = !why.equals(states.put(server.name(), why));
            long now = System.nanoTime();
            if (news || now - toldAt > REMINDER.toNanos()) {
                listener.onWaiting(server.name(), false, why);
                toldAt = now;
            }
            if (now > deadline) {
                throw new SyncException.NotReady(
                        server.name()
                                + " was not ready after "
                                + timeout.toSeconds()
                                + "s: "
                                + why);
            }
            Thread.sleep(PAUSE);
        }
    }

    private static String advice(ServerSpec server, Credentials primary) {
        return server.credentials().equals(primary)
                ? "Correct its login and password in environment.json"
                : "Neither the primary's login nor its own works there: correct them in"
                        + " environment.json";
    }

    private ServerSpec tryOnce(ServerSpec server) throws SQLException {
        Logins.LoggedIn loggedIn = logins.logIn(server);
        try (Connection connection = loggedIn.connection()) {
            Queries.text(connection, "SELECT 1");
        }
        boolean own = loggedIn.server().credentials().equals(server.credentials());
        log.info(
                "server ready server={} address={} login={}",
                server.name(),
                server.address(),
                own ? "its own" : "the primary's");
        return loggedIn.server();
    }
}
