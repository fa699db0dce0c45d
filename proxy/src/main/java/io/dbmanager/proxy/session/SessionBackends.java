package io.dbmanager.proxy.session;

import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.auth.ClientLogin.LoggedIn;
import io.dbmanager.proxy.backend.Answer;
import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.backend.BackendLogin;
import io.dbmanager.proxy.backend.BackendOwner;
import io.dbmanager.proxy.backend.ConnectResult;
import io.dbmanager.proxy.backend.OwnQuery;
import io.dbmanager.proxy.backend.Server;
import io.dbmanager.proxy.protocol.Capabilities;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The backends of one session: one to the primary, opened by its login, and one to each replica
 * that it has read from. The place where sharing backends between sessions will be decided.
 */
final class SessionBackends {
    /** The outcome of asking for a backend. */
    sealed interface Checkout {
        record Ready(SessionBackend backend) implements Checkout {}

        /**
         * @param why a phrase for people
         */
        record Unavailable(String why) implements Checkout {}
    }

    /** Every statement that would change something there is refused by the server itself. */
    private static final String GUARD = "SET SESSION TRANSACTION READ ONLY";

    /** What the lexer must know. */
    static final String SETTINGS = "SELECT @@session.sql_mode, @@session.character_set_client";

    private final SessionContext proxy;
    private final EventLoop loop;
    private final BackendOwner owner;
    private final SessionFacts facts;
    private final boolean secure;
    private LoggedIn who;
    private long capabilities;
    private @Nullable SessionBackend primary;
    private final Map<String, SessionBackend> replicas = new HashMap<>();
    private boolean closed;

    SessionBackends(
            SessionContext proxy,
            EventLoop loop,
            BackendOwner owner,
            SessionFacts facts,
            LoggedIn who,
            boolean secure) {
        this.proxy = proxy;
        this.loop = loop;
        this.owner = owner;
        this.facts = facts;
        this.who = who;
        this.secure = secure;
        this.capabilities = who.request().capabilities() & ~Capabilities.SSL;
    }

    /** The primary's backend while it is open and belongs to the server that is primary now. */
    @Nullable SessionBackend primary() {
        SessionBackend backend = primary;
        return backend != null && backend.connection().isOpen() ? backend : null;
    }

    @Nullable SessionBackend primaryEvenClosed() {
        return primary;
    }

    @Nullable SessionBackend replica(String name) {
        SessionBackend backend = replicas.get(name);
        return backend != null && backend.connection().isOpen() ? backend : null;
    }

    /** All that are open. */
    List<SessionBackend> open() {
        List<SessionBackend> open = new java.util.ArrayList<>(replicas.values());
        if (primary != null) {
            open.add(primary);
        }
        open.removeIf(each -> !each.connection().isOpen());
        return open;
    }

    /** MULTI_STATEMENTS may be switched while a session lasts. */
    void capability(long bit, boolean on) {
        capabilities = on ? capabilities | bit : capabilities & ~bit;
        closeReplicas();
    }

    /** Takes over the connection that a login has opened. {@code then} is told of its settings. */
    void adopt(LoggedIn login, Runnable then) {
        who = login;
        capabilities = login.request().capabilities() & ~Capabilities.SSL;
        BackendConnection connection = login.primary();
        connection.own(owner);
        SessionBackend backend = new SessionBackend(connection, true, login.request().schema());
        primary = backend;
        facts.status(connection.firstStatus());
        follow(backend);
        OwnQuery.send(
                connection,
                SETTINGS,
                answer -> {
                    noteSettings(answer);
                    then.run();
                });
        connection.flush();
    }

    void noteSettings(Answer answer) {
        if (answer instanceof Answer.Rows(var result)) {
            String modes = result.rows().getFirst().get(0);
            String charset = result.rows().getFirst().get(1);
            facts.sqlMode(modes == null ? "" : modes);
            facts.clientCharset(charset == null ? "" : charset);
        }
    }

    /**
     * After the client has set what it wants to be told: sees to it that the proxy is told
     * everything again.
     *
     * @param untold variables of which the primary may not have told any more
     */
    void followAgain(SessionBackend backend, List<String> untold, Runnable then) {
        if (!untold.isEmpty()) {
            String values =
                    untold.stream()
                            .map(name -> "@@session.`" + name + "`")
                            .collect(Collectors.joining(", ", "SELECT ", ""));
            OwnQuery.sendBytes(
                    backend.connection(), values, answer -> noteValues(backend, untold, answer));
        }
        follow(backend, then);
        backend.connection().flush();
    }

    private void noteValues(SessionBackend backend, List<String> names, Answer answer) {
        if (answer instanceof Answer.Rows(var result)) {
            List<@Nullable String> row = result.rows().getFirst();
            for (int i = 0; i < names.size(); i++) {
                String value = row.get(i);
                facts.systemVariable(names.get(i), value == null ? "" : value);
            }
            backend.told(facts.memory().version());
        } else {
            facts.stay("what the session has set could not be learnt");
        }
    }

    void follow(SessionBackend backend) {
        follow(
                backend,
                () -> {
                    // Nobody waits for it.
                });
    }

    /** Asks the primary to tell what its statements change. */
    private void follow(SessionBackend backend, Runnable then) {
        boolean mariaDb = who.catalog().version().isMariaDb();
        OwnQuery.send(
                backend.connection(),
                "SET SESSION session_track_system_variables='*', session_track_state_change=ON"
                        + (mariaDb ? "" : ", session_track_gtids=OWN_GTID"),
                answer -> {
                    facts.tracking(answer instanceof Answer.Done);
                    then.run();
                });
    }

    /** The backend of the server that is primary now, opened again where it has been lost. */
    void acquirePrimary(TopologySnapshot topology, Consumer<Checkout> then) {
        Server server = SessionContext.primary(topology);
        SessionBackend now = primary();
        if (now != null && now.connection().server().equals(server)) {
            then.accept(new Checkout.Ready(now));
            return;
        }
        if (now != null) {
            letGo(now);
        }
        primary = null;
        connect(
                server,
                true,
                checkout -> {
                    if (checkout instanceof Checkout.Ready(SessionBackend backend)) {
                        primary = backend;
                        facts.reopened(backend.connection().firstStatus());
                        follow(backend);
                        facts.primarySettings().forEach(sql -> must(backend, sql));
                    }
                    then.accept(checkout);
                });
    }

    /** A backend of this replica, opened where there is none yet. */
    void acquireReplica(Server server, Consumer<Checkout> then) {
        SessionBackend now = replica(server.name());
        if (now != null && now.connection().server().equals(server)) {
            then.accept(new Checkout.Ready(now));
            return;
        }
        if (now != null) {
            letGo(now);
        }
        connect(
                server,
                false,
                checkout -> {
                    if (checkout instanceof Checkout.Ready(SessionBackend backend)) {
                        replicas.put(server.name(), backend);
                        guard(backend);
                    }
                    then.accept(checkout);
                });
    }

    private static void must(SessionBackend backend, String sql) {
        OwnQuery.sendBytes(
                backend.connection(),
                sql,
                answer -> {
                    if (!(answer instanceof Answer.Done)) {
                        backend.connection().close();
                    }
                });
    }

    /** In the same write as the first statement; the server answers in order. */
    void guard(SessionBackend backend) {
        BackendConnection connection = backend.connection();
        Consumer<Answer> check =
                answer -> {
                    if (!(answer instanceof Answer.Done)) {
                        connection.close();
                    }
                };
        OwnQuery.send(connection, "SET SESSION autocommit=1", check);
        OwnQuery.send(connection, GUARD, check);
    }

    private void connect(Server server, boolean toPrimary, Consumer<Checkout> then) {
        String schema = facts.schema();
        BackendLogin login =
                new BackendLogin(
                        who.request().user(),
                        who.secret(),
                        schema,
                        capabilities,
                        who.request().collation(),
                        who.request().attributes(),
                        secure);
        proxy.connector()
                .connect(
                        loop,
                        server,
                        login,
                        result -> then.accept(connected(result, toPrimary, schema)));
    }

    private Checkout connected(ConnectResult result, boolean toPrimary, String schema) {
        return switch (result) {
            case ConnectResult.Unreachable(String why) -> new Checkout.Unavailable(why);
            case ConnectResult.Refused(var error) -> new Checkout.Unavailable(error.message());
            case ConnectResult.Connected connected -> {
                BackendConnection connection = connected.backend();
                if (closed) {
                    connection.close();
                    yield new Checkout.Unavailable("the session has ended");
                }
                connection.own(owner);
                yield new Checkout.Ready(new SessionBackend(connection, toPrimary, schema));
            }
        };
    }

    /** Closes those of replicas that are replicas no more. */
    void dropStrangers(TopologySnapshot topology) {
        replicas.values()
                .removeIf(backend -> {
                    Server server = backend.connection().server();
                    boolean stranger =
                            topology.replica(server.name())
                                    .map(SessionContext::server)
                                    .filter(server::equals)
                                    .isEmpty();
                    if (stranger) {
                        backend.connection().close();
                    }
                    return stranger || !backend.connection().isOpen();
                });
    }

    void closeReplicas() {
        replicas.values().forEach(SessionBackends::letGo);
        replicas.clear();
    }

    void forget(BackendConnection gone) {
        SessionBackend now = primary;
        if (now != null && now.connection() == gone) {
            primary = null;
        }
        replicas.values().removeIf(backend -> backend.connection() == gone);
    }

    void closeAll() {
        closed = true;
        closeReplicas();
        if (primary != null) {
            letGo(primary);
            primary = null;
        }
    }

    /** Closed by us: nobody wants to hear of it. */
    private static void letGo(SessionBackend backend) {
        backend.connection().own(BackendOwner.NOBODY);
        backend.connection().close();
    }
}
