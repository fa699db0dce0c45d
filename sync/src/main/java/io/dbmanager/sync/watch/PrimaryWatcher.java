package io.dbmanager.sync.watch;

import io.dbmanager.common.FindingKind;
import io.dbmanager.common.GtidSet;
import io.dbmanager.common.Position;
import io.dbmanager.common.PrimaryStatus;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.dialect.Coordinates;
import io.dbmanager.sync.dialect.Dialects;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.inspect.ServerIdentity;
import io.dbmanager.sync.inspect.ServerInspector;
import io.dbmanager.sync.jdbc.ConnectFailure;
import io.dbmanager.sync.jdbc.Failures;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.run.Epochs;
import io.dbmanager.sync.run.Heartbeat;
import io.dbmanager.sync.run.Logins;
import io.dbmanager.sync.run.PrimaryClaims;
import io.dbmanager.sync.run.PrimaryMemory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the primary once an interval: who it is, how far it is, and whether it takes a beat. */
final class PrimaryWatcher {
    private static final Logger log = LoggerFactory.getLogger(PrimaryWatcher.class);
    private static final Set<Integer> READ_ONLY_ERRORS = Set.of(1290, 1792, 1836);
    private static final Set<Integer> LOCK_ERRORS = Set.of(1205, 1213, 1223);
    private static final Set<Integer> NO_TABLE_ERRORS = Set.of(1049, 1146);

    private final Logins logins;
    private final Duration patience;
    private final PrimaryMemory memory;
    private final ClusterState state;
    private final Beats beats;
    private final Clock clock;
    private final Supplier<Map<String, GtidSet>> replicaGtids;
    private final SuccessorListener onSuccessor;

    private volatile ServerSpec wanted;
    private volatile ServerAddress address;
    private volatile PrimaryView view = PrimaryView.UNSEEN;
    private ServerSpec server;
    private Probing probing;
    private volatile String expected = "";
    private volatile long newestEpoch;
    private Epochs.@Nullable Epoch epoch;
    private Optional<ServerSpec> left = Optional.empty();
    private Optional<String> doubt = Optional.empty();
    private long sighting;
    private final DefaultsReader defaults = new DefaultsReader();
    private PrimaryExamination.@Nullable Seen known;

    /** Once it has gone back in time, writing to it long enough would hide that. */
    private PrimaryExamination.Verdict.@Nullable WentBack wentBack;

    private @Nullable ServerVersion version;

    /** Told when another server has taken the primary's place. */
    @FunctionalInterface
    interface SuccessorListener {
        void onSuccessor(String why, boolean gtids);
    }

    /**
     * @param replicaGtids what the replicas that answer have now
     */
    PrimaryWatcher(
            ServerSpec server,
            Logins logins,
            Duration patience,
            PrimaryMemory memory,
            ClusterState state,
            Beats beats,
            Clock clock,
            Supplier<Map<String, GtidSet>> replicaGtids,
            SuccessorListener onSuccessor) {
        this.logins = logins;
        this.patience = patience;
        this.memory = memory;
        this.server = server;
        this.wanted = server;
        this.address = server.address();
        this.probing = new Probing(logins, server, patience);
        this.state = state;
        this.beats = beats;
        this.clock = clock;
        this.replicaGtids = replicaGtids;
        this.onSuccessor = onSuccessor;
    }

    PrimaryView view() {
        return view;
    }

    /** Where the server is that was believed last; the environment may name another one since. */
    ServerAddress address() {
        return address;
    }

    /**
     * Who was found at the start, and the newest epoch that anybody knew of then: what the first
     * look finds is measured by it.
     */
    void expect(String identity, long newest) {
        expected = identity;
        newestEpoch = newest;
    }

    /** From the next look on, the primary is to be this one. */
    void follow(ServerSpec next) {
        wanted = next;
    }

    /** One look. */
    void look() {
        ServerSpec next = wanted;
        if (!next.equals(server)) {
            turnTo(next);
        }
        try {
            look(probing.connection());
        } catch (SQLException e) {
            probing.close();
            unreachable(ConnectFailure.of(e).sentence());
        } catch (IllegalArgumentException e) {
            // A server of a kind that is not supported has appeared there.
            probing.close();
            unreachable(String.valueOf(e.getMessage()));
        }
    }

    void close() {
        probing.close();
    }

    /** What the environment names is examined like any server that has appeared. */
    private void turnTo(ServerSpec next) {
        probing.close();
        probing = new Probing(logins, next, patience);
        boolean elsewhere = !next.address().equals(server.address());
        ServerSpec before = server;
        server = next;
        if (elsewhere && known != null) {
            left = Optional.of(before);
            state.event(
                    next.name(),
                    "primary_moved",
                    "the environment names "
                            + next.address()
                            + " instead of "
                            + before.address()
                            + "; it is examined before it is used");
            doubted("the server at " + next.address() + ", where it is now, is not examined yet");
        }
    }

    private void look(Connection connection) throws SQLException {
        ServerVersion seenVersion = ServerInspector.version(connection);
        version = seenVersion;
        ReplicationDialect dialect = Dialects.forVersion(seenVersion);
        boolean gtids = gtidsOn(connection, seenVersion);
        long readAfter = System.nanoTime();
        Position position = Coordinates.ofSource(connection, dialect, gtids);
        Optional<GtidSet> executed =
                position instanceof Position.Gtids(GtidSet set)
                        ? Optional.of(set)
                        : Optional.empty();
        Optional<Heartbeat.Beat> heartbeat = heartbeat(connection);
        PrimaryExamination.Seen now =
                new PrimaryExamination.Seen(
                        ServerIdentity.read(connection, seenVersion.isMariaDb()),
                        heartbeat.map(Heartbeat.Beat::history),
                        executed,
                        heartbeat.map(Heartbeat.Beat::beat).orElse(0L));
        if (!isBelieved(now, connection, gtids)) {
            return;
        }
        believed();
        remember(now, connection);
        Optional<String> trouble = beat(connection);
        view =
                new PrimaryView(
                        trouble.isEmpty(),
                        gtids,
                        executed,
                        readAfter,
                        ServerInspector.binlogState(connection, seenVersion),
                        Long.parseLong(
                                Queries.text(connection, "SELECT @@GLOBAL.server_id").orElse("0")),
                        Optional.of(defaults.read(connection, seenVersion)));
        publish(trouble, now.identity(), position);
    }

    private static boolean gtidsOn(Connection connection, ServerVersion version)
            throws SQLException {
        return version.isMariaDb()
                || Queries.text(connection, "SELECT @@GLOBAL.gtid_mode")
                        .filter("ON"::equals)
                        .isPresent();
    }

    private static Optional<Heartbeat.Beat> heartbeat(Connection connection) throws SQLException {
        try {
            return Heartbeat.read(connection);
        } catch (SQLException e) {
            if (NO_TABLE_ERRORS.contains(e.getErrorCode())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private boolean isBelieved(PrimaryExamination.Seen now, Connection connection, boolean gtids)
            throws SQLException {
        Optional<String> objection = objection(now, connection);
        if (objection.isPresent()) {
            probing.close();
            doubted("the server at the primary's address " + objection.get());
            return false;
        }
        if (known == null) {
            Optional<String> closed = claim(connection, now.identity());
            if (closed.isPresent()) {
                unreachable(closed.get());
                return false;
            }
            known = now;
        }
        PrimaryExamination.Seen before = known;
        PrimaryExamination.Verdict.WentBack past = wentBack;
        if (past != null && before.identity().equals(now.identity())) {
            doubted(past.why());
            return false;
        }
        switch (PrimaryExamination.examine(before, now, replicasIfNeeded(before, now))) {
            case PrimaryExamination.Verdict.Same _ -> known = now;
            case PrimaryExamination.Verdict.HeartbeatLost _ -> {
                Heartbeat.create(connection);
                var _ = claim(connection, now.identity());
                known =
                        new PrimaryExamination.Seen(
                                now.identity(),
                                heartbeat(connection).map(Heartbeat.Beat::history),
                                now.executed(),
                                0);
                state.event(server.name(), "heartbeat_restored", "its heartbeat table was gone");
            }
            case PrimaryExamination.Verdict.Successor successor -> {
                Optional<String> closed = claim(connection, now.identity());
                if (closed.isPresent()) {
                    doubted(successor.why() + ", but " + closed.get());
                    return false;
                }
                known = now;
                sighting++;
                state.event(
                        server.name(), "primary_changed", describe(successor) + lost(before, now));
                left = Optional.empty();
                onSuccessor.onSuccessor(successor.why(), gtids);
            }
            case PrimaryExamination.Verdict.WentBack back -> {
                wentBack = back;
                state.found(server.name(), FindingKind.PRIMARY_WENT_BACK.because(back.why()));
                doubted(back.why());
                return false;
            }
            case PrimaryExamination.Verdict.Stranger(String why) -> {
                probing.close();
                doubted(why);
                return false;
            }
        }
        return true;
    }

    /** Why the server cannot be the primary, by what was known before it appeared. */
    private Optional<String> objection(PrimaryExamination.Seen now, Connection connection)
            throws SQLException {
        String identity = now.identity();
        if (known == null && !expected.isEmpty() && !expected.equals(identity)) {
            return Optional.of(
                    "is another one (%s) than the one that was looked at (%s): start again"
                            .formatted(identity, expected));
        }
        Epochs.Epoch ours = epoch;
        if (ours == null || now.history().isEmpty()) {
            // Without a history it has no epochs either, and is examined for that.
            return Optional.empty();
        }
        Optional<Epochs.Epoch> own = Epochs.newest(connection);
        boolean deposed =
                ours.server().equals(identity)
                        && own.filter(newest ->
                                        newest.number() > ours.number()
                                                && !newest.server().equals(identity))
                                .isPresent();
        return deposed
                ? Optional.of(
                        "says itself that server %s has been the primary since epoch %d: put that one's address into environment.json"
                                .formatted(own.get().server(), own.get().number()))
                : PrimaryClaims.objection(
                        identity,
                        own,
                        List.of(new PrimaryClaims.Claim(ours, "what has been seen here")));
    }

    /**
     * Makes sure that the server's own newest epoch is its own.
     *
     * @return why that could not be written down; empty if it stands there
     */
    private Optional<String> claim(Connection connection, String identity) throws SQLException {
        Optional<Epochs.Epoch> own = Epochs.newest(connection);
        if (own.isPresent() && own.get().server().equals(identity)) {
            begin(own.get());
            return Optional.empty();
        }
        Epochs.Epoch ours = epoch;
        long before =
                Math.max(
                        Math.max(newestEpoch, own.map(Epochs.Epoch::number).orElse(0L)),
                        ours == null ? 0 : ours.number());
        // Its own note of it may have been dropped with the schema it stood in.
        Epochs.Epoch next =
                own.isEmpty() && ours != null && ours.server().equals(identity)
                        ? ours
                        : new Epochs.Epoch(before + 1, identity);
        try {
            Epochs.begin(connection, next, clock.millis());
        } catch (SQLException e) {
            if (READ_ONLY_ERRORS.contains(e.getErrorCode())) {
                return Optional.of("it is read-only: " + Failures.brief(e));
            }
            throw e;
        }
        begin(next);
        return Optional.empty();
    }

    private void begin(Epochs.Epoch next) {
        epoch = next;
        state.epoch(next.number());
    }

    /** Names what the server before had, as far as that can be learnt, and this one lacks. */
    private String lost(PrimaryExamination.Seen before, PrimaryExamination.Seen now) {
        Optional<GtidSet> had = left.flatMap(spec -> stillHad(spec, before)).or(before::executed);
        if (had.isEmpty() || now.executed().isEmpty()) {
            return "";
        }
        GtidSet lost = had.get().subtract(now.executed().get());
        return lost.isEmpty()
                ? ""
                : "; the one before had transactions that it lacks: "
                        + lost
                        + " (heartbeats are among them)";
    }

    /** Asks the server that the environment has turned away from, if it answers. */
    private Optional<GtidSet> stillHad(ServerSpec spec, PrimaryExamination.Seen before) {
        Probing old = new Probing(logins, spec, patience);
        try {
            Connection connection = old.connection();
            ServerVersion oldVersion = ServerInspector.version(connection);
            boolean same =
                    ServerIdentity.read(connection, oldVersion.isMariaDb())
                            .equals(before.identity());
            Position position =
                    Coordinates.ofSource(
                            connection,
                            Dialects.forVersion(oldVersion),
                            gtidsOn(connection, oldVersion));
            return same && position instanceof Position.Gtids(GtidSet set)
                    ? Optional.of(set)
                    : Optional.empty();
        } catch (SQLException | IllegalArgumentException e) {
            // It is gone, as one expects of a primary that was replaced.
            log.debug("the primary before does not answer address={}", spec.address(), e);
            return Optional.empty();
        } finally {
            old.close();
        }
    }

    private void remember(PrimaryExamination.Seen now, Connection connection) throws SQLException {
        Epochs.Epoch ours = epoch;
        if (ours == null) {
            return;
        }
        Optional<Heartbeat.Beat> beat = Heartbeat.read(connection);
        if (beat.isPresent()) {
            memory.keep(
                    beat.get().history(),
                    new PrimaryClaims.Remembered(ours, beat.get().beat(), now.executed()));
        }
    }

    /** Replicas are asked for what they have only when another server has appeared. */
    private Map<String, GtidSet> replicasIfNeeded(
            PrimaryExamination.Seen before, PrimaryExamination.Seen now) {
        return before.identity().equals(now.identity()) || now.executed().isEmpty()
                ? Map.of()
                : replicaGtids.get();
    }

    private static String describe(PrimaryExamination.Verdict.Successor successor) {
        return successor.left().isEmpty()
                ? successor.why() + "; all replicas follow"
                : successor.why()
                        + "; these have what it lacks and need a resync: "
                        + String.join(", ", successor.left());
    }

    /** Writes the next beat; what keeps the primary from taking it, if anything does. */
    private Optional<String> beat(Connection connection) throws SQLException {
        Optional<Heartbeat.Beat> last = Heartbeat.read(connection);
        long number = Math.max(last.map(Heartbeat.Beat::beat).orElse(0L), beats.newest()) + 1;
        Instant before = clock.instant();
        try {
            if (Heartbeat.write(connection, number, before.toEpochMilli())) {
                beats.add(new Beats.Beat(number, before, System.nanoTime()));
            }
            return Optional.empty();
        } catch (SQLException e) {
            if (READ_ONLY_ERRORS.contains(e.getErrorCode())) {
                return Optional.of("it is read-only: " + Failures.brief(e));
            }
            if (LOCK_ERRORS.contains(e.getErrorCode())) {
                // Someone holds a lock, as backups do: it is there, this beat is left out.
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Nobody is to use the server that answers; what was connected to may be another one. */
    private void doubted(String why) {
        if (doubt.isEmpty()) {
            sighting++;
        }
        doubt = Optional.of(why);
        away(why);
    }

    private void believed() {
        address = server.address();
        if (doubt.isPresent()) {
            sighting++;
            doubt = Optional.empty();
        }
    }

    private void unreachable(String why) {
        away(doubt.map(doubted -> doubted + ": " + why).orElse(why));
    }

    private void away(String why) {
        view = view.away();
        publish(
                Optional.of(why),
                state.primary().serverUuid().orElse(""),
                state.primary().position());
    }

    private void publish(Optional<String> trouble, String identity, Position position) {
        PrimaryStatus before = state.primary();
        PrimaryStatus next =
                new PrimaryStatus(
                        server.name(),
                        server.address(),
                        trouble.isEmpty(),
                        Optional.ofNullable(version),
                        identity.isEmpty() ? Optional.empty() : Optional.of(identity),
                        position,
                        trouble,
                        doubt,
                        sighting);
        state.primary(next);
        if (before.reachable() != next.reachable()) {
            state.event(
                    server.name(),
                    next.reachable() ? "primary_reachable" : "primary_unreachable",
                    trouble.orElse("it answers and takes writes"));
        }
    }
}
