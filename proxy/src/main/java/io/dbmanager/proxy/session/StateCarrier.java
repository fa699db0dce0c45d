package io.dbmanager.proxy.session;

import io.dbmanager.common.Flavour;
import io.dbmanager.common.GtidSet;
import io.dbmanager.proxy.backend.Answer;
import io.dbmanager.proxy.backend.OwnQuery;
import io.dbmanager.proxy.protocol.ErrPacket;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries to a backend what a statement needs to find there: the session's schema and settings, the
 * writes it must see, and the statement itself if it is a prepared one. All of it is written ahead
 * of the statement, in the same write; the server answers in order.
 */
final class StateCarrier {
    private static final Logger log = LoggerFactory.getLogger(StateCarrier.class);

    /** What is told of it was the server's own doing, not the session's. */
    private static final int READ_ONLY_VARIABLE = 1238;

    static final String CANNOT_FOLLOW = "a replica did not take over what the session has set";
    private static final String NOT_IN_TIME =
            "no replica had the session's own writes within the time allowed";

    private final SessionContext proxy;
    private final ClientSession session;
    private final SessionFacts facts;
    private final SessionBackends backends;
    private final Runner runner;

    StateCarrier(
            SessionContext proxy,
            ClientSession session,
            SessionFacts facts,
            SessionBackends backends,
            Runner runner) {
        this.proxy = proxy;
        this.session = session;
        this.facts = facts;
        this.backends = backends;
        this.runner = runner;
    }

    /** On the primary its schema and its settings can be made the session's for a moment. */
    boolean canPrepare(PreparedStatement prepared, SessionBackend backend) {
        return backend.isPrimary()
                ? prepared.canBePreparedFrom(facts.schema())
                : prepared.meansTheSame(facts.schema(), facts.parsing());
    }

    /** Tells a backend what the session has set since it was told last, ahead of a statement. */
    void bringUpToDate(Attempt attempt) {
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
            runner.choice().shun(backend.connection().server().name());
            runner.onPrimaryInstead(attempt, CANNOT_FOLLOW);
        }
        backends.drop(backend);
    }

    /**
     * Has a replica wait, a bounded moment, for transactions that a read must see.
     *
     * @param version of what is required
     */
    void await(Attempt attempt, GtidSet set, long version) {
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
                        runner.onPrimaryInstead(attempt, NOT_IN_TIME);
                    }
                });
    }

    /** Prepares a statement there, as it was meant when the client prepared it, and runs it. */
    void prepareThere(Attempt attempt, PreparedStatement prepared) {
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
                                        backend.whenRestored(() -> runner.send(attempt));
                                    }

                                    @Override
                                    public void failed(ErrPacket error) {
                                        if (attempt.abandoned()) {
                                            return;
                                        }
                                        if (backend.isPrimary()) {
                                            attempt.abandon();
                                            runner.refuse(attempt.job(), error);
                                        } else {
                                            runner.onPrimaryInstead(attempt, CANNOT_FOLLOW);
                                        }
                                    }

                                    @Override
                                    public void lost(String why) {
                                        if (attempt.abandoned()) {
                                            return;
                                        }
                                        if (backend.isPrimary()) {
                                            runner.notSent(attempt);
                                        } else {
                                            // It was not sent, so nobody else will end it.
                                            attempt.abandon();
                                            runner.lost(attempt, why);
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
}
