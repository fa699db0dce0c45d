package io.dbmanager.proxy.session;

import io.dbmanager.common.GtidSet;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.backend.Server;
import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.MySqlErrors;
import io.dbmanager.proxy.protocol.Wire;
import io.dbmanager.proxy.route.Route;
import io.dbmanager.proxy.session.SessionBackends.Checkout;
import io.dbmanager.proxy.session.SessionState.Opening;
import io.dbmanager.proxy.session.SessionState.Running;
import io.dbmanager.proxy.session.SessionState.Uploading;
import io.dbmanager.proxy.sql.StatementKind;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Has jobs done: takes a backend by the route, has it brought up to date with the session in the
 * same write as the command ({@link StateCarrier}), and where that fails before the answer has
 * begun, goes elsewhere.
 */
final class Runner {
    /** What a server says that may not be written to: the guard has caught something. */
    static final Set<Integer> READ_ONLY = Set.of(1792, 1290, 1836);

    /** What a server says that is going away, before it has run anything. */
    private static final Set<Integer> GOING = Set.of(1053, 1077, 1079, 3168);

    private static final int TOO_MANY_CONNECTIONS = 1040;

    private static final String ONLY_PRIMARY = "only the primary can run it";
    private static final String MISJUDGED = "a replica refused it as a write";

    private final SessionContext proxy;
    private final ClientSession session;
    private final SessionFacts facts;
    private final SessionBackends backends;
    private final ReadOnlyRunner transaction;
    private final StateCarrier carrier;
    private final RouteChoice choice;
    private final LastStatement last;
    private long topologyVersion = -1;
    private long routedVersion;

    Runner(
            SessionContext proxy,
            ClientSession session,
            SessionFacts facts,
            SessionBackends backends) {
        this.proxy = proxy;
        this.session = session;
        this.facts = facts;
        this.backends = backends;
        this.transaction = new ReadOnlyRunner(session, facts, backends, this);
        this.carrier = new StateCarrier(proxy, session, facts, backends, this);
        this.choice = new RouteChoice(proxy, facts, session.id());
        this.last = new LastStatement(session, backends, this);
    }

    RouteChoice choice() {
        return choice;
    }

    LastStatement last() {
        return last;
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

    /** Runs a statement where the policy wants it. */
    void route(Job job) {
        if (facts.onReplica().isOpen() && beginsAnother(job)) {
            // As a server commits the one before.
            transaction.end();
        }
        // Taken first: what is required may grow meanwhile, by other sessions' writes.
        routedVersion = facts.freshness().version();
        Route route = choice.next(job);
        proxy.routes().routed(route.why());
        switch (route) {
            case Route.ToPrimary _ -> onPrimary(job);
            case Route.ToReplica(String name, _, GtidSet waitFor) -> {
                if (name.equals(facts.onReplica().on())) {
                    transaction.run(job, name, waitFor);
                } else {
                    onReplica(job, name, waitFor);
                }
            }
            case Route.LeaveReplica(String why) -> transaction.leave(job, why);
            case Route.Stay _ -> last.isAskedAbout(job);
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

    /** What can run on the primary only, wherever the session's transaction is. */
    void onPrimaryAlone(Job job) {
        if (facts.onReplica().isOpen()) {
            transaction.leave(job, ONLY_PRIMARY);
        } else {
            onPrimary(job);
        }
    }

    /** See {@link ReadOnlyRunner#insteadOf}. */
    @Nullable ErrPacket insteadOf(Attempt attempt, int code) {
        return transaction.insteadOf(attempt, code);
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

    void withPrimary(Job job, BiConsumer<Job, SessionBackend> then) {
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
    void refuse(Job job, ErrPacket error) {
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
        choice.shun(replica);
        route(job);
    }

    /** Runs a job on this very backend. */
    void start(Job job, SessionBackend backend, @Nullable GtidSet waitFor) {
        if (session.state() instanceof SessionState.Closed) {
            job.release();
            return;
        }
        if (job.isInterrupted()) {
            refuse(job, MySqlErrors.interrupted());
            return;
        }
        PreparedStatement prepared = job.prepared();
        if (prepared != null
                && !backend.prepared().containsKey(prepared)
                && !carrier.canPrepare(prepared, backend)) {
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
            carrier.await(attempt, waitFor, routedVersion);
        }
        carrier.bringUpToDate(attempt);
        if (backend.isPrimary() && !job.statement().reads()) {
            // A read in a state that is not the session's can be unread, a write not undone.
            backend.connection().flush();
            backend.whenRestored(() -> send(attempt));
        } else {
            send(attempt);
        }
    }

    void send(Attempt attempt) {
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
            carrier.prepareThere(attempt, prepared);
        } else {
            write(attempt);
        }
        backend.connection().flush();
    }

    /** The connection has gone before the job was sent: another one may serve it, once. */
    void notSent(Attempt attempt) {
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
            proxy.routes().routed(StateCarrier.CANNOT_FOLLOW);
            onPrimaryAlone(job);
        }
    }

    void onPrimaryInstead(Attempt attempt, String why) {
        attempt.abandon();
        proxy.routes().routed(why);
        if (facts.onReplica().isOpenOn(attempt.backend())) {
            transaction.leave(attempt.job(), why);
        } else {
            onPrimary(attempt.job());
        }
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
    static boolean isHuge(Job job) {
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
            attempt.job().misjudged();
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
            transaction.lost(job, server.name(), why);
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
