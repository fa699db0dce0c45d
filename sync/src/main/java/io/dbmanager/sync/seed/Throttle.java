package io.dbmanager.sync.seed;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.jdbc.Failures;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.Row;
import io.dbmanager.sync.jdbc.ServerConnector;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slows a copy while the servers have too much to do: looks each second at the one that is copied
 * and at how far replicas are behind, and sets the {@link Pace}. Gives a replica up that is copied
 * and cannot keep up even so.
 */
final class Throttle implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Throttle.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int HOPELESS_LOOKS = 10;

    /** No worker is away for longer, so that it hears soon that it may go on or has to end. */
    private static final long PAUSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    private final ServerConnector connector;
    private final SeedSource source;
    private final int readers;
    private final Neighbours neighbours;
    private final Map<String, Duration> lagsAtFirst = new HashMap<>();
    private final Thread thread;
    private volatile Pace pace = Pace.FULL;
    private volatile Optional<String> gaveUp = Optional.empty();
    private @Nullable Connection connection;
    private int hopeless;

    /**
     * Begins to look, until closed.
     *
     * @param readers how many connections the copy itself reads with
     */
    Throttle(ServerConnector connector, SeedSource source, int readers, Neighbours neighbours) {
        this.connector = connector;
        this.source = source;
        this.readers = readers;
        this.neighbours = neighbours;
        this.thread = Thread.ofVirtual().name("copy-throttle").start(this::watch);
    }

    /**
     * Waits as long as is fitting after some work.
     *
     * @throws SyncException if the source is to be read no further
     */
    void pause(long workedNanos) throws InterruptedException, SyncException {
        Optional<String> why = gaveUp;
        if (why.isPresent()) {
            throw new SyncException(why.get());
        }
        long nanos = Math.min(PAUSE_NANOS_MAX, pace.pauseAfter(workedNanos));
        if (nanos > 0) {
            TimeUnit.NANOSECONDS.sleep(nanos);
        }
    }

    /** What has slowed the copy, for people; empty at full speed. */
    Optional<String> slowed() {
        return pace.slowed();
    }

    private void watch() {
        try {
            while (true) {
                look();
                Thread.sleep(BETWEEN_LOOKS);
            }
        } catch (InterruptedException _) {
            // Closed.
        } finally {
            disconnect();
        }
    }

    private void look() {
        Pace before = pace;
        Map<String, Duration> behind = fallenBehind();
        try {
            pace = before.next(load(behind), neighbours.fallenBehindMax());
        } catch (SQLException e) {
            disconnect();
            pace =
                    before.slower(
                            source.server().name()
                                    + " does not tell what it has to do: "
                                    + Failures.brief(e));
        }
        judgeDonor(behind);
        if (before.share() != pace.share()) {
            log.atInfo()
                    .addKeyValue("server", source.server().name())
                    .addKeyValue("share", pace.share())
                    .addKeyValue("reason", pace.why().orElse("they have less to do again"))
                    .log("the copy goes at another speed");
        }
    }

    /** How far replicas have fallen behind since they were seen first. */
    private Map<String, Duration> fallenBehind() {
        Map<String, Duration> behind = new HashMap<>();
        neighbours
                .lags()
                .get()
                .forEach((name, lag) -> {
                    Duration first = lagsAtFirst.computeIfAbsent(name, _ -> lag);
                    Duration more = lag.minus(first);
                    behind.put(name, more.isNegative() ? Duration.ZERO : more);
                });
        return behind;
    }

    private Pace.Load load(Map<String, Duration> behind) throws SQLException {
        Map.Entry<String, Duration> slowest =
                behind.entrySet().stream()
                        .max(Map.Entry.comparingByValue())
                        .orElse(Map.entry("", Duration.ZERO));
        // The copy's own readers are not counted, nor is who asks.
        int running = (int) Math.max(0, running() - readers - 1);
        return new Pace.Load(source.server().name(), running, slowest.getKey(), slowest.getValue());
    }

    private long running() throws SQLException {
        Connection asked = connection;
        if (asked == null) {
            asked = connector.open(source.server(), PATIENCE);
            connection = asked;
        }
        Row row = Queries.rows(asked, "SHOW GLOBAL STATUS LIKE 'Threads\\_running'").getFirst();
        return row.number("Value");
    }

    private void judgeDonor(Map<String, Duration> behind) {
        Duration donor = behind.getOrDefault(source.server().name(), Duration.ZERO);
        boolean tooFar = donor.compareTo(neighbours.fallenBehindMax()) > 0;
        hopeless = source.isReplica() && tooFar && pace.isLeast() ? hopeless + 1 : 0;
        if (hopeless >= HOPELESS_LOOKS) {
            gaveUp =
                    Optional.of(
                            "%s falls behind %s while it is copied"
                                    .formatted(source.server().name(), source.primary().name()));
        }
    }

    private void disconnect() {
        Connection old = connection;
        connection = null;
        if (old != null) {
            ServerConnector.closeQuietly(old);
        }
    }

    /** It disconnects by itself, even from a server that does not answer. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
