package io.dbmanager.proxy.session;

import io.dbmanager.common.Flavour;
import io.dbmanager.common.GtidSet;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.backend.Answer;
import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.backend.OwnQuery;
import io.dbmanager.proxy.backend.Server;
import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.MySqlErrors;
import io.dbmanager.proxy.protocol.ServerStatus;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.protocol.Wire;
import io.dbmanager.proxy.route.Route;
import io.dbmanager.proxy.route.RoutingPolicy;
import io.dbmanager.proxy.session.SessionBackends.Checkout;
import io.dbmanager.proxy.session.SessionState.Opening;
import io.dbmanager.proxy.session.SessionState.Running;
import io.dbmanager.proxy.session.SessionState.Upload;
import io.dbmanager.proxy.session.SessionState.Uploading;
import io.dbmanager.proxy.sql.StatementKind;
import io.dbmanager.proxy.sql.Traits;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has jobs done: takes a backend by the route, brings it up to date with the session in the same
 * write as the command, and where that fails before the answer has begun, goes elsewhere.
 */
final class Runner {
    private static final Logger log = LoggerFactory.getLogger(Runner.class);

    /** What a server says that may not be written to: the guard has caught something. */
    private static final Set<Integer> READ_ONLY = Set.of(1792, 1290, 1836);

    /** What a server says that is going away, before it has run anything. */
    private static final Set<Integer> GOING = Set.of(1053, 1077, 1079, 3168);

    private static final int TOO_MANY_CONNECTIONS = 1040;

    /** What is told of it was the server's own doing, not the session's. */
    private static final int READ_ONLY_VARIABLE = 1238;

    /** A replica that could not be used is left alone this long. */
    private static final long SHUNNED_NANOS = 1_000_000_000L;

    private static final String LEARNED = "looks like a read, but a replica refused it before";
    private static final String REPLICA_GONE = "the replica of a transaction is gone";
    private static final String ONLY_PRIMARY = "only the primary can run it";
    private static final String MISJUDGED = "a replica refused it as a write";
    private static final String NOT_IN_TIME =
            "no replica had the session's own writes within the time allowed";
    private static final String BEGIN_READ_ONLY = "START TRANSACTION READ ONLY";
    private static final int READ_ONLY_TRANSACTION = 1792;
    private static final String CANNOT_FOLLOW =
            "a replica did not take over what the session has set";

    private final SessionContext proxy;
    private final ClientSession session;
    private final SessionFacts facts;
    private final SessionBackends backends;
    private final Map<String, Long> shunned = new HashMap<>();
    private @Nullable SessionBackend last;
    private @Nullable SessionBackend lastWithRows;
    private long topologyVersion = -1;
    private long routedVersion;
    private int turn;

    Runner(
            SessionContext proxy,
            ClientSession session,
            SessionFacts facts,
            SessionBackends backends) {
        this.proxy = proxy;
        this.session = session;
        this.facts = facts;
        this.backends = backends;
        // Sessions begin at different replicas.
        this.turn = session.id();
    }

    /** The backend that ran the last statement, while it is open. */
    @Nullable SessionBackend last() {
        return open(last);
    }

    /** The backend that ran the last statement that had rows, while it is open. */
    @Nullable SessionBackend lastWithRows() {
        return open(lastWithRows);
    }

    private static @Nullable SessionBackend open(@Nullable SessionBackend backend) {
        return backend != null && backend.isOpen() ? backend : null;
    }

    /**
     * @param rows whether the statement had some
     */
    void ranOn(SessionBackend backend, boolean rows) {
        last = backend;
        if (rows) {
            lastWithRows = backend;
        }
    }

    /** The world as it is now; backends of servers that have left it are closed. */
    TopologySnapshot look() {
        TopologySnapshot now = proxy.topology().current();
        if (now.version() != topologyVersion) {
            topologyVersion = now.version();
            backends.dropStrangers(now);
        }
        return now;
    }

    /** Where a statement would run, without its running. */
    Route wouldRoute(Job job) {
        return decide(job, turn);
    }

    /** What the policy says, but for what replicas have said before. */
    private Route decide(Job job, int turnNow) {
        Route route = RoutingPolicy.route(job.statement(), facts, usable(job), turnNow);
        boolean learned =
                route instanceof Route.ToReplica
                        && facts.readOnlyTransactionOn() == null
                        && proxy.misjudged().knows(job, facts.sqlContext());
        return learned ? new Route.ToPrimary(LEARNED) : route;
    }

    /** Runs a statement where the policy wants it. */
    void route(Job job) {
        if (facts.onReplica().isOpen() && beginsAnother(job)) {
            // As a server commits the one before.
            endOnReplica();
        }
        // Taken first: what is required may grow meanwhile, by other sessions' writes.
        routedVersion = facts.freshness().version();
        Route route = decide(job, turn++);
        proxy.routes().routed(route.why());
        switch (route) {
            case Route.ToPrimary _ -> onPrimary(job);
            case Route.ToReplica(String name, _, GtidSet waitFor) -> {
                if (name.equals(facts.onReplica().on())) {
                    inReplicaTransaction(job, name, waitFor);
                } else {
                    onReplica(job, name, waitFor);
                }
            }
            case Route.LeaveReplica(String why) -> leaveReplica(job, why);
            case Route.Stay _ -> stay(job);
            case Route.Reject(int code, String sqlState, String message) -> {
                job.release();
                session.fail(MySqlErrors.refused(code, sqlState, message));
            }
        }
    }

    private static boolean beginsAnother(Job job) {
        StatementKind kind = job.statement().kind();
        return kind == StatementKind.BEGIN || kind == StatementKind.BEGIN_READ_ONLY;
    }

    // A transaction that only reads, on a replica

    private void inReplicaTransaction(Job job, String name, @Nullable GtidSet waitFor) {
        SessionBackend there = backends.replica(name);
        if (there == null) {
            transactionLost(job, name, "it closed the connection");
        } else {
            start(job, there, waitFor);
        }
    }

    /** Nothing is undone by that: it has only read. */
    private void endOnReplica() {
        String name = facts.onReplica().on();
        SessionBackend there = name == null ? null : backends.replica(name);
        facts.onReplica().over();
        if (there != null) {
            BackendConnection connection = there.connection();
            OwnQuery.send(
                    connection,
                    "ROLLBACK",
                    answer -> {
                        if (!(answer instanceof Answer.Done)) {
                            connection.close();
                        }
                    });
            connection.flush();
        }
    }

    /** Its replica is gone. What has seen nothing yet can begin again. */
    private void transactionLost(Job job, String replica, String why) {
        StatementKind kind = job.statement().kind();
        boolean ends =
                (kind == StatementKind.COMMIT || kind == StatementKind.ROLLBACK)
                        && !job.statement().has(Traits.CHAINS | Traits.ENDS_CONNECTION);
        if (ends) {
            facts.onReplica().over();
            job.release();
            session.succeed();
        } else if (facts.onReplica().hasRead()) {
            job.release();
            session.end(
                    SessionEnd.REPLICA_LOST,
                    MySqlErrors.lost(
                            "Lost connection to the replica "
                                    + replica
                                    + ": "
                                    + why
                                    + "; the session lost its transaction"),
                    1);
        } else {
            leaveReplica(job, REPLICA_GONE);
        }
    }

    /** The transaction goes to the primary with this statement, or the statement is refused. */
    private void leaveReplica(Job job, String why) {
        String replica = facts.onReplica().on();
        if (replica != null && facts.onReplica().hasRead()) {
            boolean more = isHuge(job);
            job.release();
            ErrPacket error = MySqlErrors.notOnReplica(replica, why);
            if (more) {
                // What the client still sends of it is not to be taken for commands.
                session.end(SessionEnd.CLIENT_MALFORMED, error, 1);
            } else {
                session.fail(error);
            }
            return;
        }
        endOnReplica();
        withPrimary(job, this::beginOnPrimary);
    }

    private void beginOnPrimary(Job job, SessionBackend primary) {
        OwnQuery.send(
                primary.connection(),
                BEGIN_READ_ONLY,
                answer -> {
                    if (session.state() instanceof SessionState.Closed) {
                        job.release();
                    } else if (answer instanceof Answer.Done) {
                        facts.status(
                                facts.status()
                                        | ServerStatus.IN_TRANSACTION
                                        | ServerStatus.IN_READ_ONLY_TRANSACTION);
                        start(job, primary, null);
                    } else {
                        job.release();
                        session.fail(
                                answer instanceof Answer.Failed(var error)
                                        ? error
                                        : MySqlErrors.lost(
                                                "Lost connection to the primary before the"
                                                        + " statement was run"));
                    }
                });
        primary.connection().flush();
    }

    /** What can run on the primary only, wherever the session's transaction is. */
    void onPrimaryAlone(Job job) {
        if (facts.onReplica().isOpen()) {
            leaveReplica(job, ONLY_PRIMARY);
        } else {
            onPrimary(job);
        }
    }

    /**
     * What the client is told in place of a server's error: that a server is read only says that a
     * replica was asked, which a client is not to know.
     */
    @Nullable ErrPacket insteadOf(Attempt attempt, int code) {
        boolean writes = code != READ_ONLY_TRANSACTION && READ_ONLY.contains(code);
        return writes && facts.onReplica().isOpenOn(attempt.backend())
                ? MySqlErrors.readOnlyTransaction()
                : null;
    }

    /** The topology with the replicas that have just failed this job or session out of reach. */
    private TopologySnapshot usable(Job job) {
        TopologySnapshot all = job.topology();
        if (job.tried().isEmpty() && shunned.isEmpty()) {
            return all;
        }
        long now = System.nanoTime();
        shunned.values().removeIf(until -> until - now <= 0);
        List<ReplicaStatus> left =
                all.replicas().stream()
                        .map(r ->
                                job.tried().contains(r.name()) || shunned.containsKey(r.name())
                                        ? outOfReach(r)
                                        : r)
                        .toList();
        return new TopologySnapshot(
                all.observedAt(),
                all.version(),
                all.epoch(),
                all.started(),
                all.primary(),
                left,
                all.lastEvents());
    }

    private static ReplicaStatus outOfReach(ReplicaStatus replica) {
        return new ReplicaStatus(
                replica.name(),
                replica.address(),
                ReplicaState.UNREACHABLE,
                replica.reason(),
                replica.lag(),
                replica.position(),
                replica.errant(),
                replica.ioRunning(),
                replica.sqlRunning(),
                replica.lastError(),
                false,
                replica.heartbeatSeen(),
                replica.seed());
    }

    private void stay(Job job) {
        boolean ofRows = job.statement().has(Traits.SPEAKS_OF_LAST_QUERY);
        SessionBackend was = ofRows ? lastWithRows : last;
        SessionBackend there = open(was);
        Diagnostics diagnostics = backends.diagnostics();
        if (there == null && was != null && !diagnostics.areKept(ofRows)) {
            diagnostics.gone(was, ofRows);
        }
        if (diagnostics.areKept(ofRows)) {
            session.state(new Opening(job));
            diagnostics.whenKept(() -> answerKept(job, there));
        } else {
            ask(job, there);
        }
    }

    private void ask(Job job, @Nullable SessionBackend there) {
        if (there == null || there.isPrimary()) {
            onPrimary(job);
        } else {
            start(job, there, null);
        }
    }

    /**
     * Of the statement before, about which the proxy has asked since.
     *
     * @param there where that ran; null if that connection serves another session now
     */
    private void answerKept(Job job, @Nullable SessionBackend there) {
        if (session.state() instanceof SessionState.Closed) {
            job.release();
            return;
        }
        PreparedStatement prepared = job.prepared();
        String sql =
                prepared == null
                        ? Statements.text(job.frame(), job.textFrom())
                        : new String(prepared.sql(), StandardCharsets.UTF_8);
        Optional<TextResult> result = backends.diagnostics().answer(sql);
        if (result.isPresent()) {
            job.release();
            session.answer(result.get(), prepared != null);
        } else if (open(there) != null) {
            ask(job, there);
        } else {
            job.release();
            session.fail(MySqlErrors.diagnosticsGone());
        }
    }

    void onPrimary(Job job) {
        Server now = SessionContext.primary(job.topology());
        SessionBackend open = backends.primary();
        String atStake = facts.lostWithPrimary();
        boolean moved = open != null && !open.connection().server().equals(now);
        if ((open == null || moved) && atStake != null) {
            job.release();
            session.end(
                    SessionEnd.PRIMARY_LOST,
                    MySqlErrors.lost(
                            "The primary is another connection now, and with the old one the"
                                    + " session lost "
                                    + atStake),
                    1);
            return;
        }
        withPrimary(job, (ready, backend) -> start(ready, backend, null));
    }

    private void withPrimary(Job job, BiConsumer<Job, SessionBackend> then) {
        Optional<ErrPacket> doubt = SessionContext.doubt(job.topology());
        if (doubt.isPresent()) {
            refuse(job, doubt.get());
            return;
        }
        session.state(new Opening(job));
        backends.acquirePrimary(
                job.topology(),
                checkout -> {
                    switch (checkout) {
                        case Checkout.Ready(SessionBackend backend) -> then.accept(job, backend);
                        case Checkout.Unavailable(String why, ErrPacket error) ->
                                refuse(
                                        job,
                                        error != null && error.code() == TOO_MANY_CONNECTIONS
                                                ? error
                                                : MySqlErrors.unreachable(
                                                        "The primary "
                                                                + SessionContext.primary(
                                                                        job.topology())
                                                                + " cannot be reached: "
                                                                + why));
                    }
                });
    }

    /** Nothing of the job was done. What the client expects no answer to has no place for one. */
    private void refuse(Job job, ErrPacket error) {
        boolean unanswered = job.command() == Command.STMT_SEND_LONG_DATA;
        job.release();
        if (unanswered) {
            session.end(SessionEnd.PRIMARY_LOST, error, 1);
        } else {
            session.fail(error);
        }
    }

    private void onReplica(Job job, String name, @Nullable GtidSet waitFor) {
        ReplicaStatus replica =
                job.topology()
                        .replica(name)
                        .orElseThrow(() -> new IllegalStateException("no replica " + name));
        session.state(new Opening(job));
        backends.acquireReplica(
                SessionContext.server(replica),
                checkout -> {
                    switch (checkout) {
                        case Checkout.Ready(SessionBackend backend) -> start(job, backend, waitFor);
                        case Checkout.Unavailable _ -> elsewhere(job, name);
                    }
                });
    }

    /** Runs a job on another server than this replica, of which nothing good is known now. */
    private void elsewhere(Job job, String replica) {
        if (session.state() instanceof SessionState.Closed) {
            job.release();
            return;
        }
        job.failedOn(replica);
        shunned.put(replica, System.nanoTime() + SHUNNED_NANOS);
        route(job);
    }

    /** Runs a job on this very backend. */
    void start(Job job, SessionBackend backend, @Nullable GtidSet waitFor) {
        if (session.state() instanceof SessionState.Closed) {
            job.release();
            return;
        }
        PreparedStatement prepared = job.prepared();
        if (prepared != null
                && !backend.prepared().containsKey(prepared)
                && !canPrepare(prepared, backend)) {
            cannotPrepareThere(job, backend, prepared);
            return;
        }
        Attempt attempt = new Attempt(session, job, backend);
        session.state(new Running(attempt));
        if (backend.isPrimary()) {
            facts.observe(job.topology());
        }
        if (waitFor != null) {
            // First: what the session has made current may be among the writes waited for.
            await(attempt, waitFor);
        }
        bringUpToDate(attempt);
        if (backend.isPrimary() && !job.statement().reads()) {
            // A read in a state that is not the session's can be unread, a write not undone.
            backend.connection().flush();
            backend.whenRestored(() -> send(attempt));
        } else {
            send(attempt);
        }
    }

    private void send(Attempt attempt) {
        if (attempt.abandoned()) {
            return;
        }
        SessionBackend backend = attempt.backend();
        if (!backend.isOpen()) {
            notSent(attempt);
            return;
        }
        PreparedStatement prepared = attempt.job().prepared();
        if (prepared != null && !backend.prepared().containsKey(prepared)) {
            prepareThere(attempt, prepared);
        } else {
            write(attempt);
        }
        backend.connection().flush();
    }

    /** The connection has gone before the job was sent: another one may serve it, once. */
    private void notSent(Attempt attempt) {
        Job job = attempt.job();
        Server server = attempt.backend().connection().server();
        attempt.abandon();
        backends.forget(attempt.backend().connection());
        if (!job.tried().contains(server.name())) {
            job.failedOn(server.name());
            onPrimary(job);
        } else {
            boolean ends = facts.lostWithPrimary() != null || isHuge(job);
            String sentence =
                    lostSentence(server, "the session's state could not be brought there", facts)
                            + "; the statement was not run";
            facts.primaryGone();
            if (ends) {
                job.release();
                session.end(SessionEnd.PRIMARY_LOST, MySqlErrors.lost(sentence), 1);
            } else {
                refuse(job, MySqlErrors.lost(sentence));
            }
        }
    }

    /** Prepared now, its text would mean other tables or other strings than it did. */
    private void cannotPrepareThere(Job job, SessionBackend backend, PreparedStatement prepared) {
        if (backend.isPrimary()) {
            refuse(job, MySqlErrors.unknownStatement(prepared.id(), "EXECUTE"));
        } else {
            proxy.routes().routed(CANNOT_FOLLOW);
            onPrimaryAlone(job);
        }
    }

    /** On the primary its schema and its settings can be made the session's for a moment. */
    private boolean canPrepare(PreparedStatement prepared, SessionBackend backend) {
        return backend.isPrimary()
                ? prepared.canBePreparedFrom(facts.schema())
                : prepared.meansTheSame(facts.schema(), facts.parsing());
    }

    private void bringUpToDate(Attempt attempt) {
        SessionBackend backend = attempt.backend();
        if (!backend.schema().equals(facts.schema()) && !facts.schema().isEmpty()) {
            backend.schema(facts.schema());
            use(attempt, facts.schema());
        }
        SessionMemory memory = facts.memory();
        if (backend.told() < memory.version()) {
            memory.missedSince(backend.told(), sql -> tell(attempt, sql));
            backend.told(memory.version());
        }
    }

    private void tell(Attempt attempt, String sql) {
        OwnQuery.sendBytes(
                attempt.backend().connection(),
                sql,
                attempt.backend().restoring(answer -> told(attempt, answer)));
    }

    private void use(Attempt attempt, String schema) {
        OwnQuery.send(
                attempt.backend().connection(),
                "USE `" + schema.replace("`", "``") + "`",
                attempt.backend().restoring(answer -> told(attempt, answer)));
    }

    /** A backend could not take over what the session has set: it must not run the statement. */
    private void told(Attempt attempt, Answer answer) {
        if (!(answer instanceof Answer.Failed(var error)) || error.code() == READ_ONLY_VARIABLE) {
            return;
        }
        SessionBackend backend = attempt.backend();
        // What is on it is not what was meant to be.
        backend.connection().spoil();
        if (backend.isPrimary()) {
            if (!attempt.abandoned()) {
                session.end(SessionEnd.PRIMARY_LOST, error, 1);
            }
            return;
        }
        log.debug(
                "replica cannot follow id={} server={} error={}",
                session.id(),
                backend.connection().server().name(),
                error.code());
        log.trace("it said \"{}\"", error.message());
        if (!attempt.abandoned()) {
            // Perhaps it has not got yet what is to be made current: it may try again.
            shunned.put(backend.connection().server().name(), System.nanoTime() + SHUNNED_NANOS);
            onPrimaryInstead(attempt, CANNOT_FOLLOW);
        }
        backends.drop(backend);
    }

    private void onPrimaryInstead(Attempt attempt, String why) {
        attempt.abandon();
        proxy.routes().routed(why);
        if (facts.onReplica().isOpenOn(attempt.backend())) {
            leaveReplica(attempt.job(), why);
        } else {
            onPrimary(attempt.job());
        }
    }

    private void await(Attempt attempt, GtidSet set) {
        long version = routedVersion;
        String seconds =
                String.format(
                        Locale.ROOT,
                        "%.3f",
                        proxy.settings().timeouts().readWait().toMillis() / 1000.0);
        boolean mariaDb = facts.sqlContext().flavour() == Flavour.MARIADB;
        String function = mariaDb ? "MASTER_GTID_WAIT" : "WAIT_FOR_EXECUTED_GTID_SET";
        OwnQuery.send(
                attempt.backend().connection(),
                "SELECT " + function + "('" + set + "', " + seconds + ")" + SessionBackends.LIMITED,
                answer -> {
                    if (attempt.abandoned()) {
                        return;
                    }
                    if (answer instanceof Answer.Rows(var rows) && "0".equals(rows.single())) {
                        String name = attempt.backend().connection().server().name();
                        facts.freshness().arrived(name, version);
                    } else if (!(answer instanceof Answer.Lost)) {
                        onPrimaryInstead(attempt, NOT_IN_TIME);
                    }
                });
    }

    private void prepareThere(Attempt attempt, PreparedStatement prepared) {
        SessionBackend backend = attempt.backend();
        boolean elsewhere = !prepared.isAtHomeIn(facts.schema());
        boolean otherwise = !prepared.parsing().equals(facts.parsing());
        if (elsewhere) {
            use(attempt, prepared.schema());
        }
        if (otherwise) {
            understand(attempt, prepared.parsing());
        }
        backend.connection()
                .send(
                        OwnPrepare.command(backend.connection().allocator(), prepared.sql()),
                        new OwnPrepare(
                                new OwnPrepare.Outcome() {
                                    @Override
                                    public void prepared(int id) {
                                        backend.prepared()
                                                .put(prepared, new SessionBackend.Prepared(id));
                                        backend.whenRestored(() -> send(attempt));
                                    }

                                    @Override
                                    public void failed(ErrPacket error) {
                                        if (attempt.abandoned()) {
                                            return;
                                        }
                                        if (backend.isPrimary()) {
                                            attempt.abandon();
                                            refuse(attempt.job(), error);
                                        } else {
                                            onPrimaryInstead(attempt, CANNOT_FOLLOW);
                                        }
                                    }

                                    @Override
                                    public void lost(String why) {
                                        if (attempt.abandoned()) {
                                            return;
                                        }
                                        if (backend.isPrimary()) {
                                            notSent(attempt);
                                        } else {
                                            // It was not sent, so nobody else will end it.
                                            attempt.abandon();
                                            Runner.this.lost(attempt, why);
                                        }
                                    }
                                }));
        if (otherwise) {
            understand(attempt, facts.parsing());
        }
        if (elsewhere) {
            use(attempt, facts.schema());
        }
    }

    /** From now on texts are understood so. */
    private void understand(Attempt attempt, List<String> parsing) {
        backends.parsingOfLogin().forEach(sql -> tell(attempt, sql));
        parsing.forEach(sql -> tell(attempt, sql));
    }

    private void write(Attempt attempt) {
        Job job = attempt.job();
        SessionBackend backend = attempt.backend();
        PreparedStatement prepared = job.prepared();
        SessionBackend.Prepared there = prepared == null ? null : backend.prepared().get(prepared);
        if (prepared != null && prepared.hasLostLongData(backend)) {
            prepared.longDataAt(null);
            attempt.abandon();
            refuse(job, MySqlErrors.parametersLost());
            return;
        }
        ByteBuf command =
                prepared == null || there == null
                        ? job.frame().retainedSlice()
                        : StatementFrames.addressed(
                                job.frame(),
                                prepared,
                                there,
                                session.clientHas(Capabilities.QUERY_ATTRIBUTES));
        if (prepared != null && job.command() == Command.STMT_SEND_LONG_DATA) {
            writeUnanswered(attempt, prepared, command);
            return;
        }
        boolean huge = isHuge(job);
        backend.connection().send(command, attempt);
        if (huge && !attempt.abandoned()) {
            session.state(new Uploading(backend, attempt, new Upload(Upload.Ends.NOT_FULL)));
            // The rest may be here already, with nothing more to come that would move it on.
            session.pump();
        }
    }

    private void writeUnanswered(Attempt attempt, PreparedStatement prepared, ByteBuf command) {
        SessionBackend backend = attempt.backend();
        boolean huge = isHuge(attempt.job());
        prepared.longDataAt(backend);
        backend.connection().send(command);
        attempt.abandon();
        attempt.job().release();
        if (huge) {
            session.state(new Uploading(backend, null, new Upload(Upload.Ends.NOT_FULL)));
            session.pump();
        } else {
            session.idle();
        }
    }

    /** Whether more packets belong to it. */
    private static boolean isHuge(Job job) {
        return job.frame().getUnsignedMediumLE(job.frame().readerIndex()) == Wire.MAX_PAYLOAD;
    }

    /**
     * A backend has answered with nothing but an error.
     *
     * @return whether the job is run elsewhere now, so that the error is nobody's business
     */
    boolean triesElsewhere(Attempt attempt, int code) {
        SessionBackend backend = attempt.backend();
        if (backend.isPrimary() || facts.onReplica().isOpenOn(backend)) {
            return false;
        }
        if (READ_ONLY.contains(code)) {
            proxy.misjudged().learn(attempt.job(), facts.sqlContext());
            proxy.routes().routed(MISJUDGED);
            onPrimary(attempt.job());
            return true;
        }
        if (GOING.contains(code)) {
            elsewhere(attempt.job(), backend.connection().server().name());
            return true;
        }
        return false;
    }

    /** A replica has refused a part of what came too late to be run elsewhere. */
    void learn(Attempt attempt, int code) {
        if (READ_ONLY.contains(code) && !facts.onReplica().isOpenOn(attempt.backend())) {
            proxy.misjudged().learn(attempt.job(), facts.sqlContext());
        }
    }

    /** A backend is gone before its answer was complete. */
    void lost(Attempt attempt, String why) {
        SessionBackend backend = attempt.backend();
        Server server = backend.connection().server();
        Job job = attempt.job();
        backends.forget(backend.connection());
        if (attempt.begun()) {
            job.release();
            session.end(SessionEnd.ANSWER_CUT);
        } else if (facts.onReplica().isOpenOn(backend)) {
            transactionLost(job, server.name(), why);
        } else if (!backend.isPrimary()) {
            elsewhere(job, server.name());
        } else {
            primaryLost(job, server, why);
        }
    }

    private void primaryLost(Job job, Server server, String why) {
        // What the client still sends of a command cannot be told from commands without its start.
        boolean ends = facts.lostWithPrimary() != null || session.isUploading();
        boolean reads =
                job.statement().reads() && !facts.inTransaction() && !facts.nextTransactionSet();
        boolean runs = job.command() == Command.QUERY || job.command() == Command.STMT_EXECUTE;
        if (runs && reads && !ends && !job.tried().contains(server.name())) {
            // Nothing of its answer was seen: a read may be asked again, here or elsewhere.
            job.failedOn(server.name());
            facts.primaryGone();
            route(job);
            return;
        }
        if (runs && !reads) {
            // If it did, what the session reads next must show it.
            facts.freshness().wroteAt(Instant.now(), job.topology());
        }
        String fate = runs && !reads ? "; whether the statement took effect is not known" : "";
        String sentence = lostSentence(server, why, facts) + fate;
        job.release();
        facts.primaryGone();
        if (ends) {
            session.end(SessionEnd.PRIMARY_LOST, MySqlErrors.lost(sentence), 1);
        } else {
            session.fail(MySqlErrors.lost(sentence));
        }
    }

    static String lostSentence(Server server, String why, SessionFacts facts) {
        String lost = facts.lostWithPrimary();
        return "Lost connection to the primary "
                + server
                + ": "
                + why
                + (lost == null ? "" : "; the session lost " + lost);
    }
}
