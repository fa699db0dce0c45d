package io.dbmanager.proxy.session;

import io.dbmanager.proxy.auth.LoggedIn;
import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.backend.BackendLogin;
import io.dbmanager.proxy.backend.ConnectResult;
import io.dbmanager.proxy.backend.OwnQuery;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.MySqlErrors;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a statement that takes longer than it may, by a KILL QUERY of the same account on the same
 * server, and has the client told the reason.
 */
final class QueryLimit {
    private static final Logger log = LoggerFactory.getLogger(QueryLimit.class);
    private static final int INTERRUPTED = 1317;

    private final SessionContext proxy;
    private final ClientSession session;
    private final BackendConnection connection;
    private final Future<?> timer;
    private boolean over;
    private boolean struck;
    private boolean answered;
    private @Nullable Runnable held;

    private QueryLimit(
            SessionContext proxy,
            ClientSession session,
            BackendConnection connection,
            Duration limit) {
        this.proxy = proxy;
        this.session = session;
        this.connection = connection;
        this.timer = session.loop().schedule(this::strike, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** None where statements may take as long as they want. */
    static @Nullable QueryLimit of(
            SessionContext proxy, ClientSession session, Job job, SessionBackend backend) {
        Duration limit = proxy.settings().timeouts().query();
        boolean runs =
                switch (job.command()) {
                    case Command.QUERY,
                            Command.STMT_EXECUTE,
                            Command.STMT_FETCH,
                            Command.MARIADB_BULK_EXECUTE ->
                            true;
                    default -> false;
                };
        return limit.isZero() || !runs
                ? null
                : new QueryLimit(proxy, session, backend.connection(), limit);
    }

    private void strike() {
        if (over) {
            return;
        }
        LoggedIn who = session.who();
        proxy.pools()
                .connector()
                .connect(
                        session.loop(),
                        connection.server(),
                        BackendLogin.plain(who.request().user(), who.secret(), session.secure()),
                        this::connected);
    }

    private void connected(ConnectResult result) {
        switch (result) {
            case ConnectResult.Connected(BackendConnection killer, _) -> {
                if (over) {
                    killer.close();
                    return;
                }
                struck = true;
                long thread = Integer.toUnsignedLong(connection.threadId());
                OwnQuery.send(
                        killer,
                        "KILL QUERY " + thread,
                        _ -> {
                            killer.close();
                            answered();
                        });
                killer.flush();
            }
            case ConnectResult.Refused(var error) -> notKept(error.message());
            case ConnectResult.Unreachable(String why) -> notKept(why);
        }
    }

    private void notKept(String why) {
        log.warn(
                "statement not killed id={} server={} reason=\"{}\"",
                session.id(),
                connection.server().name(),
                why);
    }

    private void answered() {
        answered = true;
        Runnable waiting = held;
        held = null;
        if (waiting != null) {
            waiting.run();
        }
    }

    /**
     * The packet that takes the place of the server's, where that says no more than interrupted.
     */
    @Nullable ByteBuf instead(ByteBuf in, int index, int sequence, ResponseTracker tracker) {
        if (!struck || tracker.errorCode() != INTERRUPTED) {
            return null;
        }
        ByteBuf out = connection.allocator().buffer();
        MySqlErrors.tookTooLong(session.who().catalog().version().isMariaDb())
                .encode(out, sequence);
        return out;
    }

    /** The statement has ended. */
    void ended() {
        over = true;
        timer.cancel(false);
    }

    /**
     * Whether the end of the statement has to wait: a KILL that is under way must not hit the next
     * one.
     *
     * @param then what is done then
     */
    boolean holds(Runnable then) {
        if (!struck || answered) {
            return false;
        }
        held = then;
        return true;
    }
}
