package io.dbmanager.proxy.session;

import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.auth.LoggedIn;
import io.dbmanager.proxy.backend.Answer;
import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.backend.BackendLogin;
import io.dbmanager.proxy.backend.BackendOwner;
import io.dbmanager.proxy.backend.ConnectResult;
import io.dbmanager.proxy.backend.OwnQuery;
import io.dbmanager.proxy.backend.Server;
import io.dbmanager.proxy.backend.Wish;
import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The backends that a session has now: at most one of the primary and one of each replica, lent by
 * the pool. It keeps them while nobody else wants them; when one has been taken the next statement
 * gets another, which is told what the session has set.
 */
final class SessionBackends {
    /** The outcome of asking for a backend. */
    sealed interface Checkout {
        record Ready(SessionBackend backend) implements Checkout {}

        /**
         * @param why a phrase for people
         * @param error the server's own, or that of the pool; null where there was no answer
         */
        record Unavailable(String why, @Nullable ErrPacket error) implements Checkout {}
    }

    /** Every statement that would change something there is refused by the server itself. */
    private static final String GUARD = "SET SESSION TRANSACTION READ ONLY";

    /** A session may have said that it wants no rows unless it says otherwise. */
    static final String LIMITED = " LIMIT 1";

    /** What a client can ask for in its login, and what a reset of a connection forgets. */
    private static final String IGNORE_SPACE =
            "SET SESSION sql_mode=CONCAT_WS(',', NULLIF(@@session.sql_mode, ''), 'IGNORE_SPACE')";

    /** What the lexer must know, and what a reset of a connection does not bring back. */
    static final String SETTINGS =
            "SELECT @@session.sql_mode, @@session.character_set_client,"
                    + " @@session.character_set_results, @@session.collation_connection"
                    + LIMITED;

    private final SessionContext proxy;
    private final EventLoop loop;
    private final BackendOwner owner;
    private final SessionFacts facts;
    private final boolean secure;
    private LoggedIn who;
    private long capabilities;
    private @Nullable SessionBackend primary;
    private final Map<String, SessionBackend> replicas = new HashMap<>();
    private final Diagnostics diagnostics = new Diagnostics();
    private @Nullable String charsets;
    private List<String> parsingOfLogin = List.of();
    private @Nullable Wish wish;
    private long provenAt = System.nanoTime();

    /** The client has reset its session: character sets are not those of its login any more. */
    private boolean wasReset;

    /** The primary's backend went to another session, and none has been needed since. */
    private boolean primaryTaken;

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
        return backend != null && backend.isOpen() ? backend : null;
    }

    boolean primaryWasTaken() {
        return primaryTaken;
    }

    Diagnostics diagnostics() {
        return diagnostics;
    }

    @Nullable SessionBackend primaryEvenClosed() {
        return primary;
    }

    @Nullable SessionBackend replica(String name) {
        SessionBackend backend = replicas.get(name);
        return backend != null && backend.isOpen() ? backend : null;
    }

    /** All that are open. */
    List<SessionBackend> open() {
        List<SessionBackend> open = new java.util.ArrayList<>(replicas.values());
        if (primary != null) {
            open.add(primary);
        }
        open.removeIf(each -> !each.isOpen());
        return open;
    }

    /** MULTI_STATEMENTS may be switched while a session lasts. */
    void capability(long bit, boolean on) {
        capabilities = on ? capabilities | bit : capabilities & ~bit;
        SessionBackend now = primary;
        if (now != null) {
            // It is not what it was opened as.
            now.connection().spoil();
        }
        closeReplicas();
    }

    /** Takes over the connection that a login has opened. {@code then} is told of its settings. */
    void adopt(LoggedIn login, Runnable then) {
        who = login;
        capabilities = login.request().capabilities() & ~Capabilities.SSL;
        BackendConnection connection = login.primary();
        connection.own(owner);
        SessionBackend backend = new SessionBackend(connection, true);
        primary = backend;
        provenAt = connection.provenAt();
        facts.status(connection.firstStatus());
        ignoreSpace(backend);
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
        if (answer instanceof Answer.Rows(var result) && !result.rows().isEmpty()) {
            List<@Nullable String> row = result.rows().getFirst();
            String modes = row.get(0);
            String charset = row.get(1);
            facts.sqlMode(modes == null ? "" : modes);
            facts.clientCharset(charset == null ? "" : charset);
            String sets = charsets(charset, row.get(2), row.get(3));
            charsets = sets;
            parsingOfLogin =
                    List.of(sets, "SET SESSION sql_mode='" + (modes == null ? "" : modes) + "'");
        }
    }

    /** The statements that make texts be understood as after the login. */
    List<String> parsingOfLogin() {
        return parsingOfLogin;
    }

    /**
     * What makes them as they were after the login. That is one collation for all three, which goes
     * into the definitions of columns, and a character set alone would mean its default collation.
     */
    private static String charsets(
            @Nullable String client, @Nullable String results, @Nullable String collation) {
        boolean one =
                client != null
                        && client.equals(results)
                        && collation != null
                        && (collation + "_").startsWith(client + "_");
        return one
                ? "SET NAMES " + client + " COLLATE " + collation
                : "SET SESSION character_set_client=%s, character_set_results=%s, collation_connection=%s"
                        .formatted(client, results, collation);
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
                            .collect(Collectors.joining(", ", "SELECT ", LIMITED));
            OwnQuery.sendBytes(
                    backend.connection(), values, answer -> noteValues(backend, untold, answer));
        }
        follow(backend, then);
        backend.connection().flush();
    }

    private void noteValues(SessionBackend backend, List<String> names, Answer answer) {
        if (answer instanceof Answer.Rows(var result) && !result.rows().isEmpty()) {
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
                backend.restoring(answer -> {
                    facts.tracking(answer instanceof Answer.Done);
                    then.run();
                }));
    }

    /** The backend of the server that is primary now: the one there is, or another. */
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
        // What the one before has told last must be known, so that this one can be told it.
        diagnostics.whenKept(() -> connect(server, true, then));
    }

    private void startPrimary(SessionBackend backend) {
        primary = backend;
        primaryTaken = false;
        facts.reopened(backend.connection().firstStatus());
        follow(backend);
        facts.primarySettings().forEach(sql -> must(backend, sql));
        String restoring = diagnostics.restoring();
        if (restoring != null) {
            must(backend, restoring);
        }
    }

    private void ignoreSpace(SessionBackend backend) {
        if (Capabilities.has(capabilities, Capabilities.IGNORE_SPACE) && !wasReset) {
            must(backend, IGNORE_SPACE);
        }
    }

    /** A backend of this replica: the one there is, or another. */
    void acquireReplica(Server server, Consumer<Checkout> then) {
        SessionBackend now = replica(server.name());
        if (now != null && now.connection().server().equals(server)) {
            then.accept(new Checkout.Ready(now));
            return;
        }
        if (now != null) {
            letGo(now);
        }
        connect(server, false, then);
    }

    private static void must(SessionBackend backend, String sql) {
        OwnQuery.sendBytes(
                backend.connection(),
                sql,
                backend.restoring(answer -> {
                    if (!(answer instanceof Answer.Done)) {
                        backend.connection().close();
                    }
                }));
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
        if (closed) {
            then.accept(new Checkout.Unavailable("the session has ended", null));
            return;
        }
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
        wish =
                proxy.pools()
                        .acquire(
                                loop,
                                server,
                                login,
                                provenAt,
                                result -> then.accept(connected(result, toPrimary)));
    }

    private Checkout connected(ConnectResult result, boolean toPrimary) {
        wish = null;
        return switch (result) {
            case ConnectResult.Unreachable(String why) -> new Checkout.Unavailable(why, null);
            case ConnectResult.Refused(var error) ->
                    new Checkout.Unavailable(error.message(), error);
            case ConnectResult.Connected connected -> {
                BackendConnection connection = connected.backend();
                if (closed) {
                    connection.giveBack();
                    yield new Checkout.Unavailable("the session has ended", null);
                }
                connection.own(owner);
                SessionBackend backend = new SessionBackend(connection, toPrimary);
                ignoreSpace(backend);
                String sets = charsets;
                // A login has one byte for the collation.
                boolean unsayable = who.request().collation() > 0xFF;
                if (sets != null && (wasReset || connection.wasReset() || unsayable)) {
                    must(backend, sets);
                }
                if (toPrimary) {
                    startPrimary(backend);
                } else {
                    replicas.put(connection.server().name(), backend);
                    guard(backend);
                }
                yield new Checkout.Ready(backend);
            }
        };
    }

    // Giving them away

    /**
     * Whether somebody else may have this one. Then it is the session's no more.
     *
     * @param last the backend that has run the session's last statement
     * @param lastWithRows the one that has run the last statement that had rows
     */
    boolean yields(
            BackendConnection connection,
            @Nullable SessionBackend last,
            @Nullable SessionBackend lastWithRows) {
        SessionBackend backend = find(connection);
        if (backend == null
                || !connection.isIdle()
                || backend.isHeld()
                || facts.tiesTo(backend.replicaName()) != null
                || backend.tiesStatements(facts)) {
            return false;
        }
        diagnostics.keep(backend, backend == last, backend == lastWithRows);
        primaryTaken |= backend.isPrimary();
        forget(connection);
        backend.leave();
        return true;
    }

    private @Nullable SessionBackend find(BackendConnection connection) {
        SessionBackend now = primary;
        if (now != null && now.connection() == connection) {
            return now;
        }
        SessionBackend replica = replicas.get(connection.server().name());
        return replica != null && replica.connection() == connection ? replica : null;
    }

    /** The client has had its session reset on the primary. */
    void reset() {
        wasReset = true;
        diagnostics.reset();
        closeReplicas();
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
                    if (stranger && facts.onReplica().isOpenOn(backend)) {
                        // It goes when its transaction has ended.
                        return false;
                    }
                    if (stranger) {
                        letGo(backend);
                    }
                    return stranger || !backend.isOpen();
                });
    }

    /** Wants no more of this replica's backend. */
    void drop(SessionBackend backend) {
        if (replicas.remove(backend.connection().server().name(), backend)) {
            letGo(backend);
        }
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
        Wish open = wish;
        if (open != null) {
            open.cancel();
            wish = null;
        }
        closeReplicas();
        if (primary != null) {
            letGo(primary);
            primary = null;
        }
    }

    /** Given back by us: nobody wants to hear of it. What is about to be killed is closed. */
    private static void letGo(SessionBackend backend) {
        backend.leave();
        if (backend.isHeld()) {
            backend.connection().close();
        } else {
            backend.connection().giveBack();
        }
    }
}
