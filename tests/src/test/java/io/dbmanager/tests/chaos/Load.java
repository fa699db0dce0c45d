package io.dbmanager.tests.chaos;

import static org.awaitility.Awaitility.await;

import io.dbmanager.tests.servers.Login;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/**
 * All the clients: of every kind one that prepares its statements on the server and one that does
 * not.
 */
final class Load implements AutoCloseable {
    private static final String TEXT = "";
    private static final String PREPARED = "&useServerPrepStmts=true&cachePrepStmts=true";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** After so many uses a connection is given up for a new one. */
    private static final int SHORT = 50;

    /** The primary admits each session: who has none to lose must not need it while it is away. */
    private static final int LONG = Integer.MAX_VALUE;

    private static final int POOLED = 2;
    private static final int BORROWERS = 3;

    private final Journal journal = new Journal();
    private final List<Sessions> sessions = new ArrayList<>();
    private final List<Diarist> diarists = new ArrayList<>();
    private final List<Banker> bankers = new ArrayList<>();
    private final List<Client> readers = new ArrayList<>();
    private final Login login;

    private Load(Login login, long seed) {
        this.login = login;
        for (String options : List.of(TEXT, PREPARED)) {
            String kind = options.equals(TEXT) ? "text" : "prepared";
            diarists.add(new Diarist("diarist-" + kind, kept(options, SHORT), journal));
            bankers.add(new Banker("banker-" + kind, kept(options, SHORT), journal, seed));
            readers.add(new Reader("reader-" + kind, kept(options, LONG), journal));
        }
        readers.add(new Auditor("auditor", kept(TEXT, SHORT), journal));
        Pool pool = new Pool(POOLED, () -> open(TEXT));
        sessions.add(pool);
        for (int i = 1; i <= BORROWERS; i++) {
            diarists.add(new Diarist("borrower-" + i, pool, journal));
        }
    }

    /** Makes the tables, and begins. */
    static Load begin(Login login, Login administrator, long seed) throws SQLException {
        Load load = new Load(login, seed);
        try (Connection connection = administrator.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE chaos");
            statement.execute(
                    "CREATE USER '%s'@'%%' IDENTIFIED BY '%s'"
                            .formatted(
                                    login.credentials().user(),
                                    login.credentials().password().reveal()));
            statement.execute(
                    "GRANT ALL PRIVILEGES ON chaos.* TO '" + login.credentials().user() + "'@'%'");
            for (List<String> tables :
                    List.of(Diarist.tables(), Banker.tables(), Reader.tables())) {
                for (String table : tables) {
                    statement.execute(table);
                }
            }
            for (Diarist each : load.diarists) {
                statement.execute(each.row());
            }
        }
        load.clients().forEach(Client::start);
        return load;
    }

    private Sessions kept(String options, int uses) {
        Sessions kept = new KeptSession(() -> open(options), uses);
        sessions.add(kept);
        return kept;
    }

    private Connection open(String options) throws SQLException {
        return DriverManager.getConnection(
                login.url() + options,
                login.credentials().user(),
                login.credentials().password().reveal());
    }

    Journal journal() {
        return journal;
    }

    private List<Client> clients() {
        List<Client> all = new ArrayList<>(readers);
        all.addAll(diarists);
        all.addAll(bankers);
        return all;
    }

    /** Waits until each client has succeeded so many times more. */
    void awaitEach(int times) {
        awaitMore(clients(), times);
    }

    /** Waits until those that only read have. */
    void awaitReaders(int times) {
        awaitMore(readers.stream().filter(Reader.class::isInstance).toList(), times);
    }

    private void awaitMore(List<Client> of, int times) {
        Map<Client, Long> goals = new LinkedHashMap<>();
        of.forEach(client -> goals.put(client, client.done() + times));
        try {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() ->
                            goals.entrySet().stream()
                                    .allMatch(goal -> goal.getKey().done() >= goal.getValue()));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "clients do not get on: "
                            + goals.entrySet().stream()
                                    .map(goal ->
                                            "%s %d of %d"
                                                    .formatted(
                                                            goal.getKey().name(),
                                                            goal.getKey().done(),
                                                            goal.getValue()))
                                    .collect(Collectors.joining(", "))
                            + "\n"
                            + journal.summary(),
                    e);
        }
    }

    /** Waits until somebody has failed since. */
    void awaitFailure(int before) {
        await("a failure").atMost(PATIENCE).until(() -> journal.failures() > before);
    }

    /** All that a server lacks of what was acknowledged. */
    List<String> missing(String server, Connection connection) throws SQLException {
        List<String> all = new ArrayList<>();
        for (Diarist each : diarists) {
            all.addAll(each.missing(server, connection));
        }
        for (Banker each : bankers) {
            all.addAll(each.missing(server, connection));
        }
        return all;
    }

    String summary() {
        return clients().stream()
                        .map(client -> client.name() + " " + client.done())
                        .collect(Collectors.joining(", "))
                + "\n"
                + journal.summary();
    }

    @Override
    public void close() {
        clients().forEach(Client::stop);
        clients().forEach(Client::close);
        sessions.forEach(Sessions::close);
    }
}
