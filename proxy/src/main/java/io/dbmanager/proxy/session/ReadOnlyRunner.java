package io.dbmanager.proxy.session;

import io.dbmanager.common.GtidSet;
import io.dbmanager.proxy.backend.Answer;
import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.backend.OwnQuery;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.MySqlErrors;
import io.dbmanager.proxy.protocol.ServerStatus;
import io.dbmanager.proxy.sql.StatementKind;
import io.dbmanager.proxy.sql.Traits;
import org.jspecify.annotations.Nullable;

/**
 * Runs the transaction that only reads and that is open on a replica, and ends it there: because
 * the client does, because the replica is gone, or because a statement needs the primary.
 */
final class ReadOnlyRunner {
    private static final String REPLICA_GONE = "the replica of a transaction is gone";
    private static final String BEGIN_READ_ONLY = "START TRANSACTION READ ONLY";
    private static final int READ_ONLY_TRANSACTION = 1792;

    private final ClientSession session;
    private final SessionFacts facts;
    private final SessionBackends backends;
    private final Runner runner;

    ReadOnlyRunner(
            ClientSession session, SessionFacts facts, SessionBackends backends, Runner runner) {
        this.session = session;
        this.facts = facts;
        this.backends = backends;
        this.runner = runner;
    }

    /** Runs a statement in it. */
    void run(Job job, String name, @Nullable GtidSet waitFor) {
        SessionBackend there = backends.replica(name);
        if (there == null) {
            lost(job, name, "it closed the connection");
        } else {
            runner.start(job, there, waitFor);
        }
    }

    /** Nothing is undone by that: it has only read. */
    void end() {
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
    void lost(Job job, String replica, String why) {
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
            leave(job, REPLICA_GONE);
        }
    }

    /** The transaction goes to the primary with this statement, or the statement is refused. */
    void leave(Job job, String why) {
        String replica = facts.onReplica().on();
        if (replica != null && facts.onReplica().hasRead()) {
            boolean more = Runner.isHuge(job);
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
        end();
        runner.withPrimary(job, this::beginOnPrimary);
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
                        runner.start(job, primary, null);
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

    /**
     * What the client is told in place of a server's error: that a server is read only says that a
     * replica was asked, which a client is not to know.
     */
    @Nullable ErrPacket insteadOf(Attempt attempt, int code) {
        boolean writes = code != READ_ONLY_TRANSACTION && Runner.READ_ONLY.contains(code);
        return writes && facts.onReplica().isOpenOn(attempt.backend())
                ? MySqlErrors.readOnlyTransaction()
                : null;
    }
}
