package io.dbmanager.proxy.session;

import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.auth.LoggedIn;
import io.dbmanager.proxy.backend.Answer;
import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.backend.BackendLogin;
import io.dbmanager.proxy.backend.ConnectResult;
import io.dbmanager.proxy.backend.OwnQuery;
import io.dbmanager.proxy.backend.Server;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.MySqlErrors;
import io.dbmanager.proxy.protocol.QueryText;
import io.dbmanager.proxy.protocol.ResponseTracker.Kind;
import io.dbmanager.proxy.protocol.Wire;
import io.dbmanager.proxy.sql.KillTarget;
import io.dbmanager.proxy.sql.StatementKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * KILL by the proxy's connection ids. The statement is run by the killer's own login on the server
 * that works for the victim, so that the server decides whether it may.
 */
final class Killer {
    /** In this time the statement has reached the server, and hits nobody else. */
    private static final long HELD_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final SessionContext proxy;
    private final ClientSession session;
    private final Runner runner;

    /** Where the victim is to be hit. The backend is touched on the victim's event loop only. */
    private record Mark(Server server, boolean primary, int threadId, SessionBackend backend) {}

    /**
     * Whom a KILL hits.
     *
     * @param waiting what KILL QUERY is to end and may not have been sent yet, or will be sent
     *     elsewhere: it waits for a connection, or for a replica to catch up
     */
    private record Victim(ClientSession session, KillTarget target, @Nullable Job waiting) {}

    Killer(SessionContext proxy, ClientSession session, Runner runner) {
        this.proxy = proxy;
        this.session = session;
        this.runner = runner;
    }

    /** Takes the job if it is a KILL of a session here. */
    boolean takes(Job job) {
        KillTarget target = job.statement().kill();
        if (target == null) {
            return false;
        }
        Optional<ClientSession> victim = proxy.sessions().find(target.id());
        if (victim.isEmpty()) {
            return false;
        }
        kill(job, victim.get(), target);
        return true;
    }

    /** COM_PROCESS_KILL: an id of 4 bytes. */
    void command(ByteBuf frame) {
        TopologySnapshot topology = runner.look();
        int id = frame.getIntLE(frame.readerIndex() + Wire.HEADER + 1);
        Job job =
                new Job(
                        Command.PROCESS_KILL,
                        Statements.COMMAND,
                        Kind.ONE_PACKET,
                        null,
                        frame,
                        topology);
        Optional<ClientSession> victim = proxy.sessions().find(id);
        if (victim.isEmpty()) {
            runner.onPrimary(job);
        } else {
            kill(job, victim.get(), new KillTarget(id, false, true, 0, 0));
        }
    }

    private void kill(Job asked, ClientSession victim, KillTarget target) {
        session.state(new SessionState.Starting());
        String by = session.who().request().user();
        victim.loop()
                .execute(() ->
                        victim.withPrimary(() -> {
                            Mark mark = mark(victim, target.queryOnly());
                            Victim hit = new Victim(victim, target, waiting(victim, target));
                            if (mark != null && !target.queryOnly() && victim != session) {
                                victim.condemned(HELD_NANOS);
                            }
                            // Servers let everybody end what runs under their own name.
                            if (hit.waiting() != null && victim.who().request().user().equals(by)) {
                                hit.waiting().interrupt();
                            }
                            session.loop().execute(() -> strike(asked, hit, mark));
                        }));
    }

    private static @Nullable Job waiting(ClientSession victim, KillTarget target) {
        return switch (victim.state()) {
            case SessionState.Opening(Job job) when target.queryOnly() -> job;
            case SessionState.Running(Attempt attempt) when target.queryOnly() -> attempt.job();
            default -> null;
        };
    }

    /**
     * @param then run by the killer's session once the victim is no more, or is left alone
     */
    private void finish(Victim victim, boolean worked, Runnable then) {
        victim.session()
                .loop()
                .execute(() -> {
                    victim.session().condemned(0);
                    if (worked && !victim.target().queryOnly()) {
                        victim.session().killed();
                    }
                    if (worked && victim.waiting() != null) {
                        victim.waiting().interrupt();
                    }
                    session.loop().execute(then);
                });
    }

    /** On the victim's event loop. */
    private static @Nullable Mark mark(ClientSession victim, boolean queryOnly) {
        SessionBackend busy =
                switch (victim.state()) {
                    case SessionState.Running(Attempt attempt) -> attempt.backend();
                    case SessionState.Uploading uploading -> uploading.backend();
                    case SessionState.Starting _,
                            SessionState.Idle _,
                            SessionState.Opening _,
                            SessionState.ChangingUser _,
                            SessionState.Closed _ ->
                            null;
                };
        SessionBackend primary = victim.backends().primary();
        SessionBackend hit = busy != null && (queryOnly || primary == null) ? busy : primary;
        if (hit == null) {
            return null;
        }
        hit.hold(HELD_NANOS);
        BackendConnection connection = hit.connection();
        return new Mark(connection.server(), hit.isPrimary(), connection.threadId(), hit);
    }

    private void strike(Job asked, Victim victim, @Nullable Mark mark) {
        if (session.state() instanceof SessionState.Closed) {
            asked.release();
            return;
        }
        KillTarget target = victim.target();
        if (asked.statement().kind() == StatementKind.MULTI) {
            Job several = partOfSeveral(asked, target, mark);
            if (mark != null && victim.session() != session) {
                several.then(worked -> finish(victim, worked, () -> {}));
            }
            runner.onPrimary(several);
        } else if (mark != null && victim.session() != session) {
            asked.release();
            strikeBeside(victim, mark);
        } else if (victim.waiting() != null && victim.waiting().isInterrupted()) {
            // No server has anything of it.
            asked.release();
            session.succeed();
        } else {
            runner.onPrimary(alone(asked, target, mark));
        }
    }

    private Job alone(Job asked, KillTarget target, @Nullable Mark mark) {
        asked.release();
        // An id that no server has gives the server's own error for that.
        long threadId = mark == null ? target.id() : Integer.toUnsignedLong(mark.threadId());
        String sql = sql(target, threadId);
        ByteBuf frame =
                QueryText.encode(
                        session.channel().alloc().buffer(),
                        sql,
                        session.who().request().capabilities());
        return new Job(
                Command.QUERY, asked.statement(), Kind.RESULTS, null, frame, asked.topology());
    }

    /** Several statements are run together, by the primary, which knows its own ids only. */
    private Job partOfSeveral(Job asked, KillTarget target, @Nullable Mark mark) {
        if (mark == null || !mark.primary()) {
            return asked;
        }
        ByteBuf in = asked.frame();
        int text = in.readerIndex() + asked.textFrom();
        ByteBuf out = session.channel().alloc().buffer(in.readableBytes());
        out.writeBytes(in, in.readerIndex(), asked.textFrom() + target.from());
        ByteBufUtil.writeAscii(out, Integer.toUnsignedString(mark.threadId()));
        out.writeBytes(in, text + target.to(), in.writerIndex() - text - target.to());
        out.setMediumLE(0, out.readableBytes() - Wire.HEADER);
        asked.release();
        Job job =
                new Job(
                        Command.QUERY,
                        asked.statement(),
                        Kind.RESULTS,
                        null,
                        out,
                        asked.topology());
        job.textFrom(asked.textFrom());
        return job;
    }

    /**
     * By a connection of its own: those that are shared may all be taken, by the very statement
     * that is to be ended.
     */
    private void strikeBeside(Victim victim, Mark mark) {
        LoggedIn who = session.who();
        proxy.pools()
                .connector()
                .connect(
                        session.loop(),
                        mark.server(),
                        BackendLogin.plain(who.request().user(), who.secret(), session.secure()),
                        result -> {
                            switch (result) {
                                case ConnectResult.Connected(BackendConnection killer, _) ->
                                        strike(killer, victim, mark);
                                case ConnectResult.Refused(var error) ->
                                        finish(victim, false, () -> answer(error));
                                case ConnectResult.Unreachable(String why) ->
                                        finish(
                                                victim,
                                                false,
                                                () -> answer(unreachable(mark.server(), why)));
                            }
                        });
    }

    private void strike(BackendConnection killer, Victim victim, Mark mark) {
        OwnQuery.send(
                killer,
                sql(victim.target(), Integer.toUnsignedLong(mark.threadId())),
                answer -> {
                    killer.close();
                    victim.session().loop().execute(() -> mark.backend().hold(0));
                    ErrPacket error =
                            switch (answer) {
                                case Answer.Done(), Answer.Rows(_) -> null;
                                case Answer.Failed(var refusal) -> refusal;
                                case Answer.Lost(String why) -> unreachable(mark.server(), why);
                            };
                    finish(victim, error == null, () -> answer(error));
                });
        killer.flush();
    }

    private static ErrPacket unreachable(Server server, String why) {
        return MySqlErrors.unreachable("The server " + server + " cannot be reached: " + why);
    }

    private void answer(@Nullable ErrPacket error) {
        if (session.state() instanceof SessionState.Closed) {
            return;
        }
        if (error == null) {
            session.succeed();
        } else {
            session.fail(error);
        }
    }

    private static String sql(KillTarget target, long threadId) {
        return "KILL "
                + (target.hard() ? "" : "SOFT ")
                + (target.queryOnly() ? "QUERY " : "CONNECTION ")
                + threadId;
    }
}
