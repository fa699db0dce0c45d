package io.dbmanager.proxy.session;

import io.dbmanager.common.Position;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.backend.Answer;
import io.dbmanager.proxy.backend.OwnQuery;
import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.dbmanager.proxy.protocol.ServerStatus;
import io.dbmanager.proxy.protocol.SessionTrack;
import io.dbmanager.proxy.sql.SessionChange;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.Traits;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What follows from servers' answers: for what is known of the session, and for its backends. */
final class AnswerEffects {
    private static final int PACKET_TOO_LARGE = 1153;

    private final SessionContext proxy;
    private final ClientSession session;
    private final SessionFacts facts;
    private final SessionBackends backends;
    private final Runner runner;
    private final Commands commands;
    private boolean wroteInTransaction;

    AnswerEffects(
            SessionContext proxy,
            ClientSession session,
            SessionFacts facts,
            SessionBackends backends,
            Runner runner,
            Commands commands) {
        this.proxy = proxy;
        this.session = session;
        this.facts = facts;
        this.backends = backends;
        this.runner = runner;
        this.commands = commands;
    }

    /** A packet that ends something: what the server tells of the session is noted here. */
    @Nullable ByteBuf seen(
            Attempt attempt,
            ByteBuf in,
            int index,
            int length,
            int sequence,
            ResponseTracker tracker) {
        commands.seen(attempt, in, index, tracker);
        ErrPacket refusal = runner.insteadOf(attempt, tracker.errorCode());
        if (refusal != null) {
            ByteBuf out = session.channel().alloc().buffer();
            refusal.encode(out, sequence);
            return out;
        }
        correctStatus(attempt, in, index, tracker);
        if (!tracker.stateChanged()) {
            return null;
        }
        ByteBuf ok = in.slice(index, length);
        if (attempt.backend().isPrimary()) {
            SessionTrack.read(ok, facts);
        }
        ByteBuf other = session.channel().alloc().buffer(length + 16);
        SessionTrack.filter(
                ok, session.clientHas(Capabilities.SESSION_TRACK), facts.told(), other, sequence);
        return other;
    }

    /**
     * The primary does not know of a transaction on a replica; and where a packet has no room to
     * say what has changed, MariaDB says that something has, which it was the proxy that asked for.
     */
    private void correctStatus(Attempt attempt, ByteBuf in, int index, ResponseTracker tracker) {
        int at = tracker.statusOffset();
        if (at < 0) {
            return;
        }
        int said = in.getUnsignedShortLE(index + at);
        int meant = attempt.backend().isPrimary() ? said | facts.onReplica().flags() : said;
        if (!tracker.stateChanged()) {
            meant &= ~ServerStatus.SESSION_STATE_CHANGED;
        }
        if (meant != said) {
            in.setShortLE(index + at, meant);
        }
    }

    /** The answer has been passed on whole: what it says of session and backend is noted. */
    void note(Attempt attempt, ResponseTracker tracker) {
        Job job = attempt.job();
        SessionBackend backend = attempt.backend();
        boolean failed = tracker.errorCode() != 0;
        String replica = backend.replicaName();
        if (replica != null) {
            facts.onReplica().answered(replica, job.statement(), tracker);
        } else if (tracker.hasStatus()) {
            facts.status(tracker.status());
            if (!tracker.stateChanged()
                    && ServerStatus.has(tracker.status(), ServerStatus.SESSION_STATE_CHANGED)) {
                // MariaDB says so where an EOF packet has no room to say what.
                facts.stateChanged();
            }
        }
        facts.ended(job.statement(), failed, replica);
        if (failed && replica != null) {
            runner.learn(attempt, tracker.errorCode());
        }
        if (job.statement().has(Traits.CHANGES_ROUTINE)) {
            proxy.routines().changed();
        }
        if (packetLimitChanged(job.statement(), tracker)) {
            backend.connection().renewPool();
        }
        if (backend.isPrimary()) {
            noteWrite(job, failed, tracker);
            backend.told(facts.memory().version());
            backend.schema(facts.schema());
            backend.connection().counters().countWrite();
        } else {
            backend.connection().counters().countRead();
        }
        // It may have been left unread while the client was slow; now its closing must be seen.
        backend.connection().read(true);
        // Preparing leaves FOUND_ROWS() and its kin to the statement before it.
        if (job.command() != Command.STMT_PREPARE) {
            boolean rows = tracker.columns() > 0;
            runner.last().ranOn(backend, rows);
            backends.diagnostics().ran(rows);
        }
        backend.ran(job, tracker);
        commands.completed(attempt, tracker, failed);
    }

    /**
     * Or is another than was thought, since somebody changed it by another way than through here.
     */
    private static boolean packetLimitChanged(Statement statement, ResponseTracker tracker) {
        if (statement.changes().isEmpty() || tracker.errorCode() != 0) {
            return tracker.errorCode() == PACKET_TOO_LARGE;
        }
        return statement.changes().stream()
                .anyMatch(change ->
                        change instanceof SessionChange.GlobalOrPersist setting
                                && setting.setsPacketLimit());
    }

    /**
     * Asks the primary what its answer had no room to tell.
     *
     * @param then when that is known, or at once where there is nothing to ask
     */
    void settle(Job job, SessionBackend primary, ResponseTracker tracker, Runnable then) {
        boolean failed = tracker.errorCode() != 0;
        boolean silent = tracker.columns() > 0 && !session.clientHas(Capabilities.DEPRECATE_EOF);
        if (facts.mustAsk(job.statement(), failed, silent)) {
            session.await();
            StatusQuestion.ask(
                    primary.connection(),
                    facts,
                    () -> {
                        facts.asked(job.statement());
                        askMore(job.statement(), primary, failed, then);
                    });
        } else {
            askMore(job.statement(), primary, failed, then);
        }
    }

    private void askMore(
            Statement statement, SessionBackend primary, boolean failed, Runnable then) {
        List<String> untold = failed ? List.of() : facts.untold();
        boolean overridden = facts.told().takeOverridden();
        String locks = facts.lockQuestion(statement);
        if (locks == null && untold.isEmpty() && !overridden) {
            then.run();
            return;
        }
        session.await();
        // What is asked takes the place of what the client's own statement has left to ask about.
        backends.diagnostics()
                .keep(
                        primary,
                        primary == runner.last().backend(),
                        primary == runner.last().backendWithRows());
        if (locks != null) {
            askForLocks(primary, locks, then);
        } else {
            backends.followAgain(primary, untold, then);
        }
    }

    private void askForLocks(SessionBackend primary, String question, Runnable then) {
        OwnQuery.sendBytes(
                primary.connection(),
                question,
                answer -> {
                    boolean none =
                            answer instanceof Answer.Rows(var rows) && "0".equals(rows.single());
                    facts.locksHeld(!none);
                    then.run();
                });
        primary.connection().flush();
    }

    /** Without GTIDs, or where an error hides them, the clock says what a read must see. */
    private void noteWrite(Job job, boolean failed, ResponseTracker tracker) {
        boolean writes = HiddenEffects.mayWrite(job.statement()) || job.isMisjudged();
        TopologySnapshot topology = job.topology();
        // Rows that end in an EOF packet carry no GTID.
        boolean silent =
                tracker.columns() > 0
                        && !facts.gtidsSeen()
                        && !session.clientHas(Capabilities.DEPRECATE_EOF);
        boolean gtids =
                facts.isTracking()
                        && !silent
                        && topology.primary().position() instanceof Position.Gtids;
        if (facts.inTransaction()) {
            wroteInTransaction |= writes;
            return;
        }
        if ((writes || wroteInTransaction) && (!gtids || (failed && writes))) {
            facts.freshness().wroteAt(Instant.now(), topology);
        }
        wroteInTransaction = false;
    }
}
