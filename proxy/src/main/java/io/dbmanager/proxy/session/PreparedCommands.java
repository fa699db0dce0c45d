package io.dbmanager.proxy.session;

import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.MySqlErrors;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.dbmanager.proxy.protocol.ResponseTracker.Kind;
import io.dbmanager.proxy.protocol.Wire;
import io.dbmanager.proxy.session.SessionState.Upload.Ends;
import io.dbmanager.proxy.sql.Statement;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** COM_STMT_*: prepared statements under the proxy's own ids. */
final class PreparedCommands {
    /** MariaDB's clients mean the statement prepared last, whose id they need not wait for. */
    private static final int LAST = -1;

    private final ClientSession session;
    private final SessionFacts facts;
    private final SessionBackends backends;
    private final Runner runner;
    private final Map<Integer, PreparedStatement> byId = new HashMap<>();
    private @Nullable PreparedStatement last;
    private int nextId = 1;

    PreparedCommands(
            ClientSession session, SessionFacts facts, SessionBackends backends, Runner runner) {
        this.session = session;
        this.facts = facts;
        this.backends = backends;
        this.runner = runner;
    }

    void prepare(ByteBuf frame, int length) {
        if (length == Wire.MAX_PAYLOAD) {
            frame.release();
            session.end(SessionEnd.CLIENT_MALFORMED, MySqlErrors.packetTooLarge(), 1);
            return;
        }
        last = null;
        runner.onPrimary(
                new Job(
                        Command.STMT_PREPARE,
                        Statements.COMMAND,
                        Kind.PREPARE,
                        null,
                        frame,
                        runner.look()));
    }

    /** The first packet of the primary's answer: the client gets an id of ours. */
    void seen(Attempt attempt, ByteBuf in, int index, ResponseTracker tracker) {
        if (last != null) {
            return;
        }
        ByteBuf frame = attempt.job().frame();
        int start = frame.readerIndex() + Wire.HEADER + 1;
        byte[] sql = new byte[frame.writerIndex() - start];
        frame.getBytes(start, sql);
        Statement statement = Statements.classify(frame, start, sql.length, facts.sqlContext());
        PreparedStatement made =
                new PreparedStatement(
                        nextId++,
                        sql,
                        statement,
                        tracker.parameters(),
                        facts.schema(),
                        facts.sqlContext());
        byId.put(made.id(), made);
        last = made;
        attempt.backend().prepared().put(made, new SessionBackend.Prepared(tracker.statementId()));
        in.setIntLE(index + 1, made.id());
    }

    private @Nullable PreparedStatement find(ByteBuf frame) {
        int id = StatementFrames.id(frame);
        return id == LAST ? last : byId.get(id);
    }

    void execute(ByteBuf frame) {
        PreparedStatement statement = find(frame);
        if (statement == null) {
            unknown(frame, "mysqld_stmt_execute");
            return;
        }
        int command = frame.getUnsignedByte(frame.readerIndex() + Wire.HEADER);
        StatementFrames.noteTypes(frame, statement);
        Job job =
                new Job(
                        command,
                        statement.statement(),
                        Kind.RESULTS,
                        statement,
                        frame,
                        runner.look());
        boolean stays =
                command != Command.STMT_EXECUTE
                        || statement.hasLongData()
                        || StatementFrames.opensCursor(frame);
        if (stays) {
            runner.onPrimary(job);
        } else {
            runner.route(job);
        }
    }

    /** Long data lasts for one execution. */
    void completed(Job job, boolean failed) {
        PreparedStatement statement = job.prepared();
        if (statement != null && !failed) {
            statement.longData(false);
        }
    }

    void fetch(ByteBuf frame) {
        PreparedStatement statement = find(frame);
        if (statement == null) {
            unknown(frame, "mysqld_stmt_fetch");
            return;
        }
        runner.onPrimary(
                new Job(
                        Command.STMT_FETCH,
                        Statements.COMMAND,
                        Kind.ROWS,
                        statement,
                        frame,
                        runner.look()));
    }

    /** Has no answer, not even to an error: the next execution tells. */
    void longData(ByteBuf frame) {
        PreparedStatement statement = find(frame);
        SessionBackend primary = backends.primary();
        SessionBackend.Prepared there =
                statement == null || primary == null ? null : primary.prepared().get(statement);
        boolean huge = frame.getUnsignedMediumLE(frame.readerIndex()) == Wire.MAX_PAYLOAD;
        if (statement == null || primary == null || there == null) {
            frame.release();
            if (huge) {
                session.end(SessionEnd.CLIENT_MALFORMED, MySqlErrors.packetTooLarge(), 1);
            }
            return;
        }
        statement.longData(true);
        primary.connection().send(StatementFrames.addressed(frame, statement, there));
        primary.connection().flush();
        frame.release();
        if (huge) {
            session.state(
                    new SessionState.Uploading(
                            primary, null, new SessionState.Upload(Ends.NOT_FULL)));
        }
    }

    void reset(ByteBuf frame) {
        PreparedStatement statement = find(frame);
        if (statement == null) {
            unknown(frame, "mysqld_stmt_reset");
            return;
        }
        statement.longData(false);
        runner.onPrimary(
                new Job(
                        Command.STMT_RESET,
                        Statements.COMMAND,
                        Kind.ONE_PACKET,
                        statement,
                        frame,
                        runner.look()));
    }

    /** Has no answer. */
    void close(ByteBuf frame) {
        PreparedStatement statement = find(frame);
        if (statement != null) {
            byId.remove(statement.id());
            if (last == statement) {
                last = null;
            }
            for (SessionBackend backend : backends.open()) {
                SessionBackend.Prepared there = backend.prepared().remove(statement);
                if (there != null) {
                    BackendConnection connection = backend.connection();
                    // A copy for each: what is written to one is not changed under it.
                    frame.setIntLE(frame.readerIndex() + Wire.HEADER + 1, there.id());
                    connection.send(frame.copy());
                    connection.flush();
                }
            }
        }
        frame.release();
    }

    private void unknown(ByteBuf frame, String function) {
        int id = StatementFrames.id(frame);
        frame.release();
        session.fail(MySqlErrors.unknownStatement(id, function));
    }

    void forgetAll() {
        byId.clear();
        last = null;
    }
}
