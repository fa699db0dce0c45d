package io.dbmanager.proxy.session;

import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.dbmanager.proxy.protocol.MySqlErrors;
import io.dbmanager.proxy.protocol.PreparedResult;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.dbmanager.proxy.protocol.ResponseTracker.Kind;
import io.dbmanager.proxy.protocol.Wire;
import io.dbmanager.proxy.sql.ParameterCount;
import io.dbmanager.proxy.sql.SqlContext;
import io.dbmanager.proxy.sql.Statement;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** COM_STMT_*: prepared statements under the proxy's own ids. */
final class PreparedCommands {
    /** MariaDB's clients mean the statement prepared last, whose id they need not wait for. */
    private static final int LAST = -1;

    /** Where the text begins in COM_STMT_PREPARE. */
    private static final int TEXT = Wire.HEADER + 1;

    private final Sessions sessions;
    private final ClientSession session;
    private final SessionFacts facts;
    private final SessionBackends backends;
    private final Runner runner;
    private final LocalAnswers local;
    private Statement preparing = Statements.COMMAND;
    private final Map<Integer, PreparedStatement> byId = new HashMap<>();
    private @Nullable PreparedStatement last;
    private int nextId = 1;

    PreparedCommands(
            ClientSession session,
            SessionFacts facts,
            SessionBackends backends,
            Runner runner,
            LocalAnswers local,
            Sessions sessions) {
        this.sessions = sessions;
        this.session = session;
        this.facts = facts;
        this.backends = backends;
        this.runner = runner;
        this.local = local;
    }

    void prepare(ByteBuf frame, int length) {
        if (length == Wire.MAX_PAYLOAD) {
            frame.release();
            session.end(SessionEnd.CLIENT_MALFORMED, MySqlErrors.packetTooLarge(), 1);
            return;
        }
        last = null;
        if (!sessions.mayPrepare(byId.size())) {
            frame.release();
            session.fail(MySqlErrors.tooManyStatements(sessions.statements()));
            return;
        }
        int start = frame.readerIndex() + TEXT;
        Statement statement = Statements.classify(frame, start, length - 1, facts.sqlContext());
        preparing = statement;
        if (LocalAnswers.isLocal(statement)) {
            prepareHere(frame, statement);
            return;
        }
        runner.onPrimary(
                new Job(
                        Command.STMT_PREPARE,
                        Statements.COMMAND,
                        Kind.PREPARE,
                        null,
                        OwnId.in(frame, TEXT, statement, facts.sqlContext(), session.id()),
                        runner.look()));
    }

    /** One that the proxy answers itself. */
    private void prepareHere(ByteBuf frame, Statement statement) {
        byte[] sql = ByteBufUtil.getBytes(frame, frame.readerIndex() + TEXT, textLength(frame));
        frame.release();
        SqlContext context = facts.sqlContext();
        int parameters = ParameterCount.of(sql, context);
        PreparedStatement made = keep(sql, statement, parameters);
        ByteBuf out = session.channel().alloc().buffer();
        PreparedResult.encodePrepared(
                out,
                made.id(),
                parameters,
                LocalAnswers.columns(statement),
                session.who().primary().capabilities(),
                facts.status());
        session.answer(out);
        session.idle();
    }

    private static int textLength(ByteBuf frame) {
        return frame.readableBytes() - TEXT;
    }

    private PreparedStatement keep(byte[] sql, Statement statement, int parameters) {
        PreparedStatement made =
                new PreparedStatement(
                        nextId++, sql, statement, parameters, facts.schema(), facts.parsing());
        byId.put(made.id(), made);
        sessions.prepared(1);
        last = made;
        return made;
    }

    /** The first packet of the primary's answer: the client gets an id of ours. */
    void seen(Attempt attempt, ByteBuf in, int index, ResponseTracker tracker) {
        if (last != null) {
            return;
        }
        ByteBuf frame = attempt.job().frame();
        byte[] sql = ByteBufUtil.getBytes(frame, frame.readerIndex() + TEXT, textLength(frame));
        PreparedStatement made = keep(sql, preparing, tracker.parameters());
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
        if (StatementFrames.id(frame) == LAST
                && StatementFrames.lacksParameters(frame, statement)) {
            // Prepared and executed in one go, for which servers look; they trust a real id.
            frame.release();
            session.fail(MySqlErrors.cutShort());
            return;
        }
        try {
            StatementFrames.noteTypes(
                    frame, statement, session.clientHas(Capabilities.QUERY_ATTRIBUTES));
        } catch (MalformedPacketException | IndexOutOfBoundsException e) {
            frame.release();
            throw e;
        }
        Job job =
                new Job(
                        command,
                        statement.statement(),
                        Kind.RESULTS,
                        statement,
                        frame,
                        runner.look());
        if (local.answers(job)) {
            return;
        }
        boolean stays =
                command != Command.STMT_EXECUTE
                        || length(frame) == Wire.MAX_PAYLOAD
                        || statement.hasLongData()
                        || (StatementFrames.opensCursor(frame) && !facts.onReplica().isOpen());
        if (stays) {
            runner.onPrimaryAlone(job);
        } else {
            runner.route(job);
        }
    }

    /** Of the payload; a full one is continued and cannot be sent again elsewhere. */
    private static int length(ByteBuf frame) {
        return frame.getUnsignedMediumLE(frame.readerIndex());
    }

    /** Long data lasts for one execution. */
    void completed(Job job, boolean failed) {
        PreparedStatement statement = job.prepared();
        if (statement != null && !failed && job.command() == Command.STMT_EXECUTE) {
            statement.longDataAt(null);
        }
    }

    void fetch(ByteBuf frame) {
        PreparedStatement statement = find(frame);
        if (statement == null || LocalAnswers.isLocal(statement.statement())) {
            unknown(frame, "mysqld_stmt_fetch");
            return;
        }
        whereItsCursorIs(
                new Job(
                        Command.STMT_FETCH,
                        Statements.COMMAND,
                        Kind.ROWS,
                        statement,
                        frame,
                        runner.look()),
                statement);
    }

    /** On the primary, or on the replica of a transaction that only reads. */
    private void whereItsCursorIs(Job job, PreparedStatement statement) {
        for (SessionBackend backend : backends.open()) {
            SessionBackend.Prepared there = backend.prepared().get(statement);
            if (there != null && there.hasCursor() && !backend.isPrimary()) {
                runner.start(job, backend, null);
                return;
            }
        }
        runner.onPrimary(job);
    }

    /** Has no answer, not even to an error: the next execution tells. */
    void longData(ByteBuf frame) {
        PreparedStatement statement = find(frame);
        if (statement == null || LocalAnswers.isLocal(statement.statement())) {
            boolean huge = length(frame) == Wire.MAX_PAYLOAD;
            frame.release();
            if (huge) {
                session.end(SessionEnd.CLIENT_MALFORMED, MySqlErrors.packetTooLarge(), 1);
            }
            return;
        }
        runner.onPrimary(
                new Job(
                        Command.STMT_SEND_LONG_DATA,
                        Statements.COMMAND,
                        Kind.ONE_PACKET,
                        statement,
                        frame,
                        runner.look()));
    }

    void reset(ByteBuf frame) {
        PreparedStatement statement = find(frame);
        if (statement == null) {
            unknown(frame, "mysqld_stmt_reset");
            return;
        }
        statement.longDataAt(null);
        if (LocalAnswers.isLocal(statement.statement())) {
            frame.release();
            session.succeed();
            return;
        }
        whereItsCursorIs(
                new Job(
                        Command.STMT_RESET,
                        Statements.COMMAND,
                        Kind.ONE_PACKET,
                        statement,
                        frame,
                        runner.look()),
                statement);
    }

    /** Has no answer. */
    void close(ByteBuf frame) {
        PreparedStatement statement = find(frame);
        if (statement != null) {
            byId.remove(statement.id());
            sessions.prepared(-1);
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
        sessions.prepared(-byId.size());
        byId.clear();
        last = null;
    }
}
