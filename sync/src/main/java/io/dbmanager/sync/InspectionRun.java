package io.dbmanager.sync;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.inspect.ServerInspector;
import io.dbmanager.sync.jdbc.ConnectFailure;
import io.dbmanager.sync.run.Logins;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Looks at all servers, the replicas side by side and the primary last. */
final class InspectionRun {
    private final ServerInspector inspector;
    private final Logins logins;
    private final ExecutorService threads;

    InspectionRun(ServerInspector inspector, Logins logins, ExecutorService threads) {
        this.inspector = inspector;
        this.logins = logins;
        this.threads = threads;
    }

    Inspection run(Services services) throws SyncException, InterruptedException {
        List<Future<ServerFacts>> looks =
                services.replicas().stream()
                        .map(replica -> threads.submit(() -> inspect(replica)))
                        .toList();
        List<ServerFacts> replicas = new ArrayList<>();
        for (Future<ServerFacts> look : looks) {
            replicas.add(result(look));
        }
        return new Inspection(inspect(services.primary()), replicas);
    }

    private ServerFacts inspect(ServerSpec server) throws SyncException {
        try {
            return inspector.inspect(logins.resolve(server), true);
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
