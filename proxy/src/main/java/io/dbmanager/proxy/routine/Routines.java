package io.dbmanager.proxy.routine;

import io.dbmanager.common.ServerVersion;
import io.dbmanager.proxy.backend.Answer;
import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.backend.ConnectResult;
import io.dbmanager.proxy.backend.ManagingConnector;
import io.dbmanager.proxy.backend.OwnQuery;
import io.dbmanager.proxy.backend.Server;
import io.dbmanager.proxy.protocol.TextResult;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which stored functions only read, and what stored code could leave behind. The primary is asked
 * when that first matters, again after a while, and after every change of stored code that went
 * through this proxy. Nobody waits for the answer: until it is there a function is one that may
 * write.
 */
public final class Routines implements StoredPrograms {
    private static final Logger log = LoggerFactory.getLogger(Routines.class);

    /** Routines change by other ways than this proxy, too. */
    private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

    /** The same for what stored code could leave behind, which is asked for at every statement. */
    private static final long CODE_FRESH_NANOS = Duration.ofSeconds(10).toNanos();

    /** After this without a new answer nothing is known any more. */
    private static final long STALE_NANOS = Duration.ofSeconds(30).toNanos();

    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

    private final ManagingConnector connector;
    private final EventLoop home;
    private final Supplier<Server> primary;
    private final AtomicLong changes = new AtomicLong();
    private volatile @Nullable Known known;
    private volatile boolean asking;
    private volatile long askedAt = System.nanoTime() - PAUSE_NANOS;

    /**
     * @param changes how many changes of routines had been seen when it was asked
     */
    private record Known(
            Server primary,
            long at,
            long changes,
            Set<String> reading,
            Set<String> loadable,
            StoredCode code) {}

    /**
     * @param home on which questions are asked
     * @param primary the server that takes writes now
     */
    public Routines(ManagingConnector connector, EventLoop home, Supplier<Server> primary) {
        this.connector = connector;
        this.home = home;
        this.primary = primary;
    }

    @Override
    public boolean onlyReads(String schema, String name) {
        Known now = fresh(FRESH_NANOS);
        if (now == null) {
            return false;
        }
        boolean qualified = name.indexOf('.') >= 0;
        return qualified
                ? now.reading().contains(name)
                : !now.loadable().contains(name)
                        && now.reading().contains(RoutineReader.key(schema) + "." + name);
    }

    @Override
    public StoredCode code(long since) {
        Known now = fresh(CODE_FRESH_NANOS);
        return now == null || now.changes() != since ? StoredCode.UNKNOWN : now.code();
    }

    @Override
    public long changes() {
        return changes.get();
    }

    /** What is known, unless it is too old; sees to it that it is asked again in time. */
    private @Nullable Known fresh(long age) {
        Known now = known;
        long at = System.nanoTime();
        boolean holds =
                now != null
                        && now.changes() == changes.get()
                        && now.primary().equals(primary.get());
        if (now == null || !holds || at - now.at() > age) {
            refresh(at);
        }
        return holds && now != null && at - now.at() <= STALE_NANOS ? now : null;
    }

    /** A statement may have made, changed or dropped a routine or a trigger. */
    public void changed() {
        changes.incrementAndGet();
    }

    private void refresh(long now) {
        if (!asking && now - askedAt > PAUSE_NANOS) {
            home.execute(this::ask);
        }
    }

    private void ask() {
        if (asking || System.nanoTime() - askedAt <= PAUSE_NANOS) {
            return;
        }
        asking = true;
        askedAt = System.nanoTime();
        long seen = changes.get();
        Server server = primary.get();
        connector.connect(
                home,
                server,
                result -> {
                    switch (result) {
                        case ConnectResult.Unreachable(String why) -> unknown(server, why);
                        case ConnectResult.Refused(var error) -> unknown(server, error.message());
                        case ConnectResult.Connected(var backend, var greeting) ->
                                read(server, backend, greeting.version(), seen);
                    }
                });
    }

    private void unknown(Server server, String why) {
        asking = false;
        log.warn("routines not read server={} reason=\"{}\"", server.name(), why);
    }

    private void read(Server server, BackendConnection backend, String versionText, long seen) {
        ServerVersion version;
        try {
            version = ServerVersion.parse(versionText);
        } catch (IllegalArgumentException e) {
            backend.close();
            unknown(server, String.valueOf(e.getMessage()));
            return;
        }
        Set<String> loadable = new HashSet<>();
        OwnQuery.send(
                backend,
                RoutineReader.LOADABLE,
                answer -> {
                    if (answer instanceof Answer.Rows(TextResult rows)) {
                        rows.rows().forEach(row -> loadable.add(RoutineReader.key(row.getFirst())));
                    }
                });
        StoredCode[] ofTriggers = {StoredCode.UNKNOWN};
        OwnQuery.send(
                backend,
                RoutineReader.TRIGGERS,
                answer -> {
                    if (answer instanceof Answer.Rows(TextResult rows)) {
                        ofTriggers[0] = RoutineReader.codeOfTriggers(rows);
                    }
                });
        OwnQuery.send(
                backend,
                RoutineReader.QUERY,
                answer -> {
                    backend.close();
                    switch (answer) {
                        case Answer.Rows(TextResult rows) ->
                                settle(
                                        server,
                                        seen,
                                        RoutineReader.read(rows, version),
                                        Set.copyOf(loadable),
                                        ofTriggers[0].and(RoutineReader.code(rows)));
                        case Answer.Done() -> unknown(server, "it shows no routines");
                        case Answer.Failed(var error) -> unknown(server, error.message());
                        case Answer.Lost(String why) -> unknown(server, why);
                    }
                });
        backend.flush();
    }

    private void settle(
            Server server,
            long seen,
            List<Routine> routines,
            Set<String> loadable,
            StoredCode code) {
        Set<String> reading = Routine.reading(routines);
        known = new Known(server, askedAt, seen, reading, loadable, code);
        asking = false;
        log.debug(
                "routines read server={} functions={} reading={}",
                server.name(),
                routines.size(),
                reading.size());
    }
}
