package io.dbmanager.proxy.session;

import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.auth.ClientLogin;
import io.dbmanager.proxy.auth.LoggedIn;
import io.dbmanager.proxy.backend.Channels;
import io.dbmanager.proxy.backend.OwnQuery;
import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.ChangeUser;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.HandshakeResponse;
import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.dbmanager.proxy.protocol.MySqlErrors;
import io.dbmanager.proxy.protocol.QueryText;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.dbmanager.proxy.protocol.ResponseTracker.Kind;
import io.dbmanager.proxy.protocol.Wire;
import io.dbmanager.proxy.session.SessionState.ChangingUser;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.StatementKind;
import io.dbmanager.proxy.sql.Traits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What each command of the protocol means. */
final class Commands {
    private final SessionContext proxy;
    private final ClientSession session;
    private final SessionFacts facts;
    private final SessionBackends backends;
    private final Runner runner;
    private final PreparedCommands prepared;
    private final LocalAnswers local;
    private final Killer killer;
    private final FoundRows foundRows;

    Commands(
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
        this.local = new LocalAnswers(proxy, session, facts, runner);
        this.prepared =
                new PreparedCommands(session, facts, backends, runner, local, proxy.sessions());
        this.killer = new Killer(proxy, session, runner);
        this.foundRows = new FoundRows(session, backends, runner);
    }

    /**
     * @param frame a command with its header; owned by the callee
     * @param length of its payload
     */
    void handle(ByteBuf frame, int length) {
        int command = frame.getUnsignedByte(frame.readerIndex() + Wire.HEADER);
        if (length < shortest(command)) {
            frame.release();
            throw new MalformedPacketException("command " + command + " is cut short");
        }
        switch (command) {
            case Command.QUERY -> query(frame, length);
            case Command.STMT_PREPARE -> prepared.prepare(frame, length);
            case Command.STMT_EXECUTE, Command.MARIADB_BULK_EXECUTE -> prepared.execute(frame);
            case Command.STMT_FETCH -> prepared.fetch(frame);
            case Command.STMT_SEND_LONG_DATA -> prepared.longData(frame);
            case Command.STMT_RESET -> prepared.reset(frame);
            case Command.STMT_CLOSE -> prepared.close(frame);
            case Command.PING -> ping(frame);
            case Command.QUIT -> {
                frame.release();
                session.end(SessionEnd.CLIENT_QUIT);
            }
            case Command.CHANGE_USER -> changeUser(frame);
            case Command.PROCESS_KILL -> killer.command(frame);
            case Command.FIELD_LIST -> toPrimary(frame, command, Kind.COLUMNS);
            case Command.PROCESS_INFO -> toPrimary(frame, command, Kind.RESULTS);
            case Command.INIT_DB,
                    Command.STATISTICS,
                    Command.REFRESH,
                    Command.DEBUG,
                    Command.SET_OPTION,
                    Command.RESET_CONNECTION,
                    Command.REGISTER_SLAVE ->
                    toPrimary(frame, command, Kind.ONE_PACKET);
            case Command.BINLOG_DUMP, Command.BINLOG_DUMP_GTID ->
                    toPrimary(frame, command, Kind.EVENTS);
            default -> {
                frame.release();
                session.fail(MySqlErrors.unknownCommand());
            }
        }
    }

    /** The length of the part of a command's payload that it cannot do without. */
    private static int shortest(int command) {
        return switch (command) {
            case Command.STMT_EXECUTE -> 1 + 4 + 1 + 4;
            case Command.STMT_FETCH -> 1 + 4 + 4;
            case Command.MARIADB_BULK_EXECUTE, Command.STMT_SEND_LONG_DATA -> 1 + 4 + 2;
            case Command.STMT_RESET, Command.STMT_CLOSE, Command.PROCESS_KILL -> 1 + 4;
            case Command.SET_OPTION -> 1 + 2;
            default -> 1;
        };
    }

    private void query(ByteBuf frame, int length) {
        TopologySnapshot topology = runner.look();
        boolean huge = length == Wire.MAX_PAYLOAD;
        int text = huge ? Wire.HEADER + 1 : textOffset(frame);
        Statement statement = huge ? Statements.HUGE : classify(frame, text);
        ByteBuf sent = OwnId.in(frame, text, statement, facts.sqlContext(), session.id());
        boolean kills =
                statement.kind() == StatementKind.KILL && statement.has(Traits.USES_CONNECTION_ID);
        Statement meant = kills ? classify(sent, text) : statement;
        Job job = new Job(Command.QUERY, meant, Kind.RESULTS, null, sent, topology);
        job.textFrom(text);
        if (local.answers(job) || killer.takes(job) || foundRows.takes(job, this::withFoundRows)) {
            return;
        }
        runner.route(job);
    }

    private void withFoundRows(Job job, @Nullable String value) {
        if (session.state() instanceof SessionState.Closed) {
            job.release();
            return;
        }
        if (value == null) {
            runner.route(job);
            return;
        }
        ByteBuf frame = FoundRows.in(job.frame().retainedSlice(), job.textFrom(), facts, value);
        job.release();
        Job other =
                new Job(
                        Command.QUERY,
                        classify(frame, job.textFrom()),
                        Kind.RESULTS,
                        null,
                        frame,
                        job.topology());
        other.textFrom(job.textFrom());
        runner.route(other);
    }

    private int textOffset(ByteBuf frame) {
        try {
            return QueryText.offset(frame, session.who().request().capabilities());
        } catch (MalformedPacketException | IndexOutOfBoundsException e) {
            frame.release();
            throw e;
        }
    }

    private Statement classify(ByteBuf frame, int offset) {
        return Statements.classify(
                frame,
                frame.readerIndex() + offset,
                frame.readableBytes() - offset,
                facts.sqlContext());
    }

    private void toPrimary(ByteBuf frame, int command, Kind answer) {
        runner.onPrimary(new Job(command, Statements.COMMAND, answer, null, frame, runner.look()));
    }

    /** The proxy answers while all is well; else the primary's state is what is asked for. */
    private void ping(ByteBuf frame) {
        boolean lost = backends.primary() == null && !backends.primaryWasTaken();
        if (lost || !proxy.topology().current().primary().reachable()) {
            toPrimary(frame, Command.PING, Kind.ONE_PACKET);
        } else {
            frame.release();
            session.succeed();
        }
    }

    private void changeUser(ByteBuf frame) {
        HandshakeResponse request;
        try {
            ByteBuf body = frame.duplicate().skipBytes(Wire.HEADER + 1);
            request = ChangeUser.decode(body, session.who().request());
        } finally {
            frame.release();
        }
        Optional<ErrPacket> doubt = SessionContext.doubt(proxy.topology().current());
        if (doubt.isPresent()) {
            session.end(SessionEnd.LOGIN_REFUSED, doubt.get(), 1);
            return;
        }
        ClientLogin login =
                new ClientLogin(
                        proxy.login(),
                        new Reidentifying(),
                        proxy.primary(),
                        request,
                        session.scramble(),
                        1);
        session.state(new ChangingUser(login));
        login.start();
    }

    private final class Reidentifying implements ClientLogin.Client {
        @Override
        public EventLoop loop() {
            return session.loop();
        }

        @Override
        public boolean secure() {
            return session.secure();
        }

        @Override
        public boolean certified() {
            return ClientHandshake.isCertified(session.channel());
        }

        @Override
        public String host() {
            return ClientAddress.of(session.channel());
        }

        @Override
        public void send(ByteBuf packet) {
            Channels.writeAndFlush(session.channel(), packet);
        }

        @Override
        public void accepted(LoggedIn who, int nextSequence) {
            session.become(who, nextSequence);
        }

        @Override
        public void refused(ErrPacket error, int nextSequence) {
            session.end(SessionEnd.LOGIN_REFUSED, error, nextSequence);
        }
    }

    /** The session is over, or another's. */
    void forget() {
        prepared.forgetAll();
    }

    /** A packet of an answer that ends something, on its way to the client. */
    void seen(Attempt attempt, ByteBuf in, int index, ResponseTracker tracker) {
        if (attempt.job().command() == Command.STMT_PREPARE && tracker.errorCode() == 0) {
            prepared.seen(attempt, in, index, tracker);
        }
    }

    /** What follows from a command that has been answered. */
    void completed(Attempt attempt, ResponseTracker tracker, boolean failed) {
        Job job = attempt.job();
        if (!failed) {
            switch (job.command()) {
                case Command.INIT_DB -> {
                    ByteBuf frame = job.frame();
                    int start = Wire.HEADER + 1;
                    facts.schema(
                            frame.toString(
                                    frame.readerIndex() + start,
                                    frame.readableBytes() - start,
                                    StandardCharsets.UTF_8));
                    attempt.backend().schema(facts.schema());
                }
                case Command.SET_OPTION -> {
                    int option = job.frame().getUnsignedShortLE(job.frame().readerIndex() + 5);
                    backends.capability(Capabilities.MULTI_STATEMENTS, option == 0);
                }
                case Command.RESET_CONNECTION -> resetDone(attempt);
                default -> {
                    // Nothing follows.
                }
            }
        }
        prepared.completed(job, failed);
        job.then().accept(!failed);
    }

    /** The primary has forgotten the session; replicas are opened again when they are needed. */
    private void resetDone(Attempt attempt) {
        facts.reset();
        prepared.forgetAll();
        backends.reset();
        SessionBackend primary = attempt.backend();
        primary.prepared().clear();
        primary.told(facts.memory().version());
        // Until its character sets are known no replica can be given them.
        session.state(new SessionState.Starting());
        OwnQuery.send(
                primary.connection(),
                SessionBackends.SETTINGS,
                answer -> {
                    backends.noteSettings(answer);
                    session.started();
                });
        backends.follow(primary);
        primary.connection().flush();
    }
}
