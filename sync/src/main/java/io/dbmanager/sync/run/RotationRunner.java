package io.dbmanager.sync.run;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ManagingLogin;
import io.dbmanager.common.Position;
import io.dbmanager.common.Secret;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.PasswordKeeper;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.Coordinates;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.dialect.SourceEndpoint;
import io.dbmanager.sync.inspect.GtidMode;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.jdbc.ConnectFailure;
import io.dbmanager.sync.jdbc.Failures;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.jdbc.Sql;
import io.dbmanager.sync.plan.RotationPlanner;
import io.dbmanager.sync.plan.RotationStep;
import io.dbmanager.sync.run.RotationNote.Rotation;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees how far a change of the managing password has come, and does its steps. */
public final class RotationRunner {
    private static final Logger log = LoggerFactory.getLogger(RotationRunner.class);

    /** How long a replica may take to have what the primary has. */
    private static final Duration CATCH_UP_PATIENCE = Duration.ofSeconds(60);

    private static final int SYNTAX_ERROR = 1064;

    private final ServerConnector connector;
    private final ManagingLogin managing;
    private final RotationNote note;
    private final PasswordKeeper keeper;
    private final Inspection inspection;
    private final Rotation rotation;
    private final Map<String, Account> accounts;
    private final ReplicationAccounts replicationAccounts = new ReplicationAccounts();

    /** Whether nothing of this change can have been done before. */
    private boolean begunHere;

    /**
     * An account on the primary.
     *
     * @param name quoted, with its host
     * @param plugin by which it logs in
     */
    private record Account(String name, String plugin) {}

    /**
     * @throws SyncException if the account's password cannot be changed, or not on all servers
     */
    public RotationRunner(
            ServerConnector connector,
            ManagingLogin managing,
            RotationNote note,
            PasswordKeeper keeper,
            Inspection inspection,
            Rotation rotation)
            throws SyncException {
        this.connector = connector;
        this.managing = managing;
        this.note = note;
        this.keeper = keeper;
        this.inspection = inspection;
        this.rotation = rotation;
        this.accounts = accounts();
    }

    /** A password that nobody has thought of, and that needs no quoting anywhere. */
    public static Secret newPassword() {
        return Secret.of(new ReplicationAccounts().password());
    }

    /** Which account a login is depends on the server, where several have that name. */
    private Map<String, Account> accounts() throws SyncException {
        Map<String, Account> found = new LinkedHashMap<>();
        for (ServerFacts facts : inspection.all().reversed()) {
            try (Connection connection = open(facts)) {
                String current = Queries.text(connection, "SELECT CURRENT_USER()").orElse("");
                int at = current.lastIndexOf('@');
                String user = current.substring(0, at);
                if (!user.equals(rotation.next().user())) {
                    throw new SyncException(
                            "the login %s of environment.json is the account %s on %s: give it an account of its own name first"
                                    .formatted(rotation.next().user(), current, facts.name()));
                }
                String host = current.substring(at + 1);
                String plugin = plugin(connection, user, host).orElse("");
                require(facts, current, plugin);
                String name = Sql.text(user) + "@" + Sql.text(host);
                Account known = found.get(name);
                if (known == null) {
                    known = new Account(name, pluginOnPrimary(user, host, facts));
                    found.put(name, known);
                }
                if (!known.plugin().equals(plugin)) {
                    throw new SyncException(
                            "%s logs in by %s on %s and by %s on the primary, so that a new password would not replicate: give the account one plugin"
                                    .formatted(current, plugin, facts.name(), known.plugin()));
                }
            } catch (SQLException e) {
                throw failed("asking " + facts.name() + " for the account", e);
            }
        }
        return found;
    }

    private String pluginOnPrimary(String user, String host, ServerFacts seenOn)
            throws SQLException, SyncException {
        try (Connection primary = open(inspection.primary())) {
            return plugin(primary, user, host)
                    .orElseThrow(() ->
                            new SyncException(
                                    "%s lets us in as %s@%s, an account that the primary does not have: make it equal with startsync resync %s"
                                            .formatted(seenOn.name(), user, host, seenOn.name())));
        }
    }

    private static Optional<String> plugin(Connection connection, String user, String host)
            throws SQLException {
        return Queries.text(
                connection,
                "SELECT plugin FROM mysql.user WHERE User = %s AND Host = %s"
                        .formatted(Sql.text(user), Sql.text(host)));
    }

    private static void require(ServerFacts facts, String account, String plugin)
            throws SyncException {
        if (!facts.dialect().keepsPasswords(plugin)) {
            throw new SyncException(
                    "%s logs in to %s by %s, which keeps its passwords elsewhere: change it there"
                            .formatted(account, facts.name(), plugin));
        }
    }

    /** How far it has come. */
    public RotationPlanner.Sight look(boolean environmentHasIt) throws SyncException {
        Set<String> without =
                inspection.replicas().stream()
                        .filter(replica -> !takesNew(replica))
                        .map(ServerFacts::name)
                        .collect(Collectors.toSet());
        RotationPlanner.Environment environment;
        if (environmentHasIt) {
            environment = RotationPlanner.Environment.NEW;
        } else {
            environment =
                    keeper.obstacle().isEmpty()
                            ? RotationPlanner.Environment.OLD
                            : RotationPlanner.Environment.OLD_BY_HAND;
        }
        // An empty password cannot be retained.
        boolean dual =
                dialect().dualPasswords() && !rotation.before().password().reveal().isEmpty();
        return new RotationPlanner.Sight(
                note.exists(),
                takesNew(inspection.primary()),
                inspection.replicas().stream().map(ServerFacts::name).toList(),
                without,
                accounts.size(),
                dual,
                environment);
    }

    private boolean takesNew(ServerFacts facts) {
        return whyNotNew(facts).isEmpty();
    }

    private Optional<ConnectFailure> whyNotNew(ServerFacts facts) {
        ServerSpec server = facts.server();
        try (Connection _ =
                connector.open(
                        new ServerSpec(server.name(), server.address(), rotation.next()),
                        StepRunner.PATIENCE)) {
            return Optional.empty();
        } catch (SQLException e) {
            ConnectFailure why = ConnectFailure.of(e);
            log.debug(
                    "not let in by the new password server={} reason=\"{}\"",
                    server.name(),
                    why.sentence());
            return Optional.of(why);
        }
    }

    /** Does one step. */
    public void run(RotationStep step) throws SyncException, InterruptedException {
        try {
            switch (step) {
                case RotationStep.Remember _ -> {
                    note.write(rotation);
                    begunHere = true;
                }
                case RotationStep.RenewReplication(String replica) ->
                        renew(inspection.server(replica));
                case RotationStep.ChangeManaging(boolean retain) -> changeManaging(retain);
                case RotationStep.AwaitReplicas _ -> awaitReplicas();
                case RotationStep.TellEnvironment _ -> keeper.keep(rotation.next().password());
                case RotationStep.DiscardOld _ -> discardOld();
                case RotationStep.Forget _ -> note.forget();
            }
            log.info("step done step=\"{}\"", step.describe());
        } catch (SQLException e) {
            throw failed(step.describe(), e);
        } catch (IOException e) {
            throw new SyncException(
                    "this did not work: %s (%s)".formatted(step.describe(), e.getMessage()), e);
        }
    }

    /** A server may quote what it does not understand, and with it the password. */
    private SyncException failed(String what, SQLException e) {
        String brief = Failures.brief(e);
        boolean tells =
                e.getErrorCode() == SYNTAX_ERROR
                        || brief.contains(rotation.next().password().reveal());
        String sentence =
                "this did not work: %s. The server says: %s"
                        .formatted(what, tells ? "error " + e.getErrorCode() : brief);
        return tells ? new SyncException(sentence) : new SyncException(sentence, e);
    }

    private void renew(ServerFacts replica)
            throws SQLException, SyncException, InterruptedException {
        ServerFacts primary = inspection.primary();
        ReplicationDialect words = replica.dialect();
        try (Connection there = open(primary);
                Connection here = open(replica)) {
            Credentials account =
                    replicationAccounts.renewBesideOld(there, dialect(), replica.name());
            boolean tls = primary.tls() && StepRunner.canUseTls(replica);
            Queries.run(here, words.stopFetching());
            try {
                Queries.run(
                        here,
                        words.changeSourceLogin(
                                new SourceEndpoint(primary.server().address(), account, tls)));
            } finally {
                Queries.run(here, words.startFetching());
            }
            StepRunner.awaitRunning(here, replica);
            replicationAccounts.discardOld(there, dialect(), replica.name());
        }
    }

    /** Known to all who log in before the server knows it, so that nobody is turned away. */
    private void changeManaging(boolean retain) throws SQLException, SyncException, IOException {
        managing.expect(rotation.next());
        boolean untouched = begunHere || accounts.size() == 1;
        try (Connection primary = open(inspection.primary())) {
            for (Account account : accounts.values()) {
                Queries.run(
                        primary,
                        dialect()
                                .changePassword(
                                        account.name(),
                                        account.plugin(),
                                        rotation.next().password(),
                                        retain));
                untouched = false;
            }
        } catch (SQLException e) {
            if (untouched && e.getErrorCode() != 0 && turnsNewAway(inspection.primary())) {
                // Such as by a rule for passwords: trying again would end in the same way. Only
                // what surely no server has may be forgotten.
                note.forget();
            }
            throw e;
        }
        managing.change(rotation.next());
    }

    /** Says no itself, rather than nothing. */
    private boolean turnsNewAway(ServerFacts facts) {
        return whyNotNew(facts)
                .filter(why -> why.kind() == ConnectFailure.Kind.WRONG_PASSWORD)
                .isPresent();
    }

    private void awaitReplicas() throws SQLException, SyncException {
        boolean gtids = inspection.primary().gtidMode() == GtidMode.ON;
        try (Connection primary = open(inspection.primary())) {
            for (ServerFacts replica : inspection.replicas()) {
                boolean byGtids =
                        gtids && replica.channel().filter(c -> c.autoPosition()).isPresent();
                Position position = Coordinates.ofSource(primary, dialect(), byGtids);
                try (Connection connection = open(replica)) {
                    boolean there =
                            Coordinates.await(
                                    connection, replica.dialect(), position, CATCH_UP_PATIENCE);
                    if (!there || !takesNew(replica)) {
                        throw new SyncException(
                                replica.name()
                                        + (there
                                                ? " has what the primary has and does not take"
                                                        + " the new password: an account there"
                                                        + " differs from the primary's"
                                                : " does not keep up with the primary, and does"
                                                        + " not have the new password yet")
                                        + ". Both passwords are remembered; what is left is done"
                                        + " when it is well again");
                    }
                }
            }
        }
    }

    private void discardOld() throws SQLException, SyncException {
        try (Connection primary = open(inspection.primary())) {
            for (Account account : accounts.values()) {
                Optional<String> discard = dialect().discardOldPassword(account.name());
                if (discard.isPresent()) {
                    Queries.run(primary, discard.get());
                }
            }
        }
    }

    private ReplicationDialect dialect() {
        return inspection.primary().dialect();
    }

    /** By the password that works at this moment: either may. */
    private Connection open(ServerFacts facts) throws SQLException {
        return new Logins(connector, managing)
                .withPatience(StepRunner.PATIENCE)
                .logIn(facts.server())
                .connection();
    }
}
