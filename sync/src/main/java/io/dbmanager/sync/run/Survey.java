package io.dbmanager.sync.run;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.inspect.ServerInspector;
import io.dbmanager.sync.jdbc.ConnectFailure;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all servers: the replicas side by side and then the primary, so that whatever a replica
 * has of the primary's history is in what the primary was seen to have.
 */
public final class Survey {
    private static final Logger log = LoggerFactory.getLogger(Survey.class);

    private final Supplier<Services> services;
    private final ServerInspector inspector;
    private final Logins logins;
    private final ExecutorService threads;

    public Survey(
            Supplier<Services> services,
            ServerInspector inspector,
            Logins logins,
            ExecutorService threads) {
        this.services = services;
        this.inspector = inspector;
        this.logins = logins;
        this.threads = threads;
    }

    /** Looks at all of them, and counts rows. */
    public Inspection all() throws SyncException, InterruptedException {
        return everyone(true);
    }

    /** Looks at all of them, and counts nothing. */
    public Inspection quickly() throws SyncException, InterruptedException {
        return everyone(false);
    }

    private Inspection everyone(boolean countRows) throws SyncException, InterruptedException {
        List<ServerFacts> replicas = new ArrayList<>();
        for (Future<ServerFacts> look : look(countRows).values()) {
            replicas.add(result(look));
        }
        return new Inspection(inspect(services.get().primary(), countRows), replicas);
    }

    /** Looks at one replica and its primary; at the others as far as they answer. */
    public Inspection around(String replica) throws SyncException, InterruptedException {
        List<ServerFacts> replicas = new ArrayList<>();
        for (Map.Entry<String, Future<ServerFacts>> look : look(false).entrySet()) {
            try {
                replicas.add(result(look.getValue()));
            } catch (SyncException e) {
                if (look.getKey().equals(replica)) {
                    throw e;
                }
                log.debug("left out server={} reason=\"{}\"", look.getKey(), e.getMessage());
            }
        }
        return new Inspection(inspect(services.get().primary(), false), replicas);
    }

    /**
     * What could be seen where some servers may not answer.
     *
     * @param inspection those that do; empty where the primary does not
     * @param silent why the others do not, by name
     */
    public record Answers(Optional<Inspection> inspection, Map<String, SyncException> silent) {}

    /** Looks at all that answer, and counts rows. */
    public Answers asFarAsTheyAnswer() throws InterruptedException {
        Map<String, SyncException> silent = new LinkedHashMap<>();
        List<ServerFacts> replicas = new ArrayList<>();
        for (Map.Entry<String, Future<ServerFacts>> look : look(true).entrySet()) {
            try {
                replicas.add(result(look.getValue()));
            } catch (SyncException e) {
                silent.put(look.getKey(), e);
            }
        }
        try {
            ServerFacts primary = inspect(services.get().primary(), true);
            return new Answers(Optional.of(new Inspection(primary, replicas)), silent);
        } catch (SyncException e) {
            silent.put(services.get().primary().name(), e);
            return new Answers(Optional.empty(), silent);
        }
    }

    /** Looks at the primary alone. */
    public Inspection primary() throws SyncException {
        return new Inspection(inspect(services.get().primary(), false), List.of());
    }

    private Map<String, Future<ServerFacts>> look(boolean countRows) {
        Map<String, Future<ServerFacts>> looks = new LinkedHashMap<>();
        services.get()
                .replicas()
                .forEach(replica ->
                        looks.put(
                                replica.name(), threads.submit(() -> inspect(replica, countRows))));
        return looks;
    }

    private ServerFacts inspect(ServerSpec server, boolean countRows) throws SyncException {
        try {
            return inspector.inspect(logins.resolve(server), countRows);
        } catch (SQLException e) {
            throw new SyncException(
                    server.name()
                            + " at "
                            + server.address()
                            + " cannot be looked at: "
                            + ConnectFailure.of(e).sentence(),
                    e);
        } catch (IllegalArgumentException e) {
            throw new SyncException(server.name() + ": " + e.getMessage(), e);
        }
    }

    private static ServerFacts result(Future<ServerFacts> look)
            throws SyncException, InterruptedException {
        try {
            return look.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SyncException sync) {
                throw sync;
            }
            throw new IllegalStateException("looking at a server failed", e.getCause());
        }
    }
}
