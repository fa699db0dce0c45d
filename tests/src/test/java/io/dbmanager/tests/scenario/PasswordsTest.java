package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dbmanager.app.AppException;
import io.dbmanager.app.discovery.EnvironmentSource;
import io.dbmanager.app.settings.DiscoverySettings;
import io.dbmanager.common.Credentials;
import io.dbmanager.common.FindingKind;
import io.dbmanager.common.Secret;
import io.dbmanager.common.TopologyEvent;
import io.dbmanager.sync.ActionAnswer;
import io.dbmanager.sync.SyncSettings;
import io.dbmanager.sync.run.RotationNote;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFlavour;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import io.dbmanager.tests.servers.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Passwords change on all servers while clients work, and nobody is locked out. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PasswordsTest {
    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path folder;

    @EachFlavour
    void allPasswordsChange(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(1).start()) {
            StartsyncProcess.environment(folder, cluster);
            Credentials first = cluster.primary().credentials();
            Credentials second;
            try (Fleet fleet = fleet(cluster)) {
                assertThat(fleet.sync()).as(fleet.notes()).isTrue();
                fleet.serve();
                try (Writer writer = Writer.on(fleet.throughProxy())) {
                    writer.awaitMore(5);
                    second = changed(cluster, fleet, first);
                    writer.awaitMore(5);
                    writer.stop();
                }
                assertThat(fleet.now().lastEvents())
                        .extracting(TopologyEvent::event)
                        .doesNotContain("no_primary", "unreachable", "stopped", "rotation_failed")
                        .doesNotContain(FindingKind.CHANNEL_LOGIN_REFUSED.id());
                if (flavour == ServerFlavour.MYSQL_9_7) {
                    // The only one that brings rules for passwords along.
                    nothingRemainsOfARefusedOne(cluster, fleet, second);
                }
                replicaFetchesByItsNewPassword(flavour, fleet, cluster.replica(1).as(second));
            }
            nothingInTheBinaryLogTells(cluster.primary().as(second), second.password());
            // One that has dual passwords, and one that has not.
            boolean newest =
                    flavour == ServerFlavour.MYSQL_9_7 || flavour == ServerFlavour.MARIADB_11_4;
            if (newest) {
                cutOffBetweenAnySteps(cluster, second);
            }
        }
    }

    private Fleet fleet(Cluster cluster) throws AppException {
        SyncSettings impatient = Fleet.settings(SyncSettings.ResyncMode.AUTO);
        SyncSettings settings =
                new SyncSettings(
                        impatient.waitTimeout(),
                        impatient.probeInterval(),
                        impatient.maxLag(),
                        impatient.resync(),
                        impatient.overwrite(),
                        impatient.copyThreads(),
                        impatient.copyBytesPerSecond(),
                        impatient.copyFrom(),
                        impatient.cloning(),
                        impatient.verify(),
                        state());
        return Fleet.of(cluster, source().discover(), settings, source());
    }

    private Path state() {
        return folder.resolve("state");
    }

    private EnvironmentSource source() {
        return new EnvironmentSource(
                new DiscoverySettings(Optional.empty(), Optional.empty(), List.of()),
                Map.of(),
                folder,
                folder);
    }

    private Credentials changed(Cluster cluster, Fleet fleet, Credentials before) throws Exception {
        Instant begun = Instant.now();
        ActionAnswer answer = fleet.manager().rotatePassword(Optional.empty());
        assertThat(answer).isInstanceOf(ActionAnswer.Accepted.class);
        fleet.awaitEvent(begun, "dbwrite", "password_rotated");
        Credentials after = source().current().orElseThrow();
        assertThat(fleet.notes()).doesNotContain(after.password().reveal());
        onlyThisOneWorks(cluster, after, before);
        return after;
    }

    private void nothingRemainsOfARefusedOne(Cluster cluster, Fleet fleet, Credentials now)
            throws Exception {
        Login primary = cluster.primary().as(now);
        primary.execute("INSTALL COMPONENT 'file://component_validate_password'");
        Instant begun = Instant.now();
        fleet.manager().rotatePassword(Optional.of(Secret.of("tooWeak")));
        fleet.awaitEvent(begun, "dbwrite", "rotation_failed");
        assertThat(fleet.now().lastEvents().getFirst().detail())
                .contains("does not satisfy")
                .doesNotContain("tooWeak");
        primary.execute("UNINSTALL COMPONENT 'file://component_validate_password'");
        onlyThisOneWorks(cluster, now, Credentials.of("root", "tooWeak"));
    }

    private void onlyThisOneWorks(Cluster cluster, Credentials after, Credentials before)
            throws IOException {
        assertThat(source().current()).contains(after);
        try (Stream<Path> files = Files.list(state())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("rotation"));
        }
        List<TestServer> servers = new ArrayList<>(cluster.replicas());
        servers.add(cluster.primary());
        for (TestServer server : servers) {
            await("the old password ends on " + server.name())
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThatThrownBy(() -> server.as(before).value("SELECT 1"))
                                    .isInstanceOf(SQLException.class)
                                    .hasMessageContaining("Access denied"));
            await("the new password works on " + server.name())
                    .until(() -> server.as(after).value("SELECT 1").equals("1"));
        }
    }

    /** Until it has to log in again nobody knows whether it could. */
    private static void replicaFetchesByItsNewPassword(
            ServerFlavour flavour, Fleet fleet, Login replica) throws Exception {
        String word =
                switch (flavour) {
                    case MYSQL_9_7, MYSQL_8_4 -> "REPLICA";
                    default -> "SLAVE";
                };
        replica.execute("STOP " + word + " IO_THREAD", "START " + word + " IO_THREAD");
        Instant begun = Instant.now();
        fleet.throughProxy(replica.credentials())
                .execute("INSERT INTO bank.ledger (amount) VALUES (7)");
        String lines = "SELECT COUNT(*) FROM bank.ledger";
        String all =
                fleet.throughProxy(replica.credentials()).value("/* route:primary */ " + lines);
        await("it fetches, since " + begun)
                .atMost(Duration.ofSeconds(30))
                .until(() -> replica.value(lines).equals(all));
    }

    private static void nothingInTheBinaryLogTells(Login primary, Secret password)
            throws SQLException {
        StringBuilder events = new StringBuilder();
        for (List<?> log : primary.rows("SHOW BINARY LOGS")) {
            events.append(primary.rows("SHOW BINLOG EVENTS IN '" + log.getFirst() + "'"));
        }
        assertThat(events.toString())
                .contains("dbmanager_dbread1")
                .doesNotContain(password.reveal());
    }

    /** What a crash leaves after each step that changes something; {@code steps} of them. */
    private void cutOffBetweenAnySteps(Cluster cluster, Credentials first) throws Exception {
        Credentials before = first;
        for (int steps = 1; steps <= 3; steps++) {
            Credentials after = Credentials.of("root", "Crash-%d-x".formatted(steps));
            new RotationNote(state(), cluster.primary().address())
                    .write(new RotationNote.Rotation(before, after));
            if (steps == 1) {
                replicaIsNotToldItsPassword(cluster, before);
            }
            if (steps >= 2) {
                cluster.primary()
                        .as(before)
                        .execute(
                                "SET PASSWORD FOR root@'%' = "
                                        + (cluster.primary().flavour().isMariaDb()
                                                        ? "PASSWORD('%s')"
                                                        : "'%s'")
                                                .formatted(after.password().reveal()));
            }
            if (steps >= 3) {
                source().keep(after.password());
            }
            try (Fleet fleet = fleet(cluster)) {
                assertThat(fleet.sync()).as(fleet.notes()).isTrue();
                assertThat(fleet.notes()).contains("password_rotated");
            }
            onlyThisOneWorks(cluster, after, before);
            before = after;
        }
    }

    /** Where its old one does not work beside the new one, it is turned away until it is told. */
    private static void replicaIsNotToldItsPassword(Cluster cluster, Credentials root)
            throws SQLException {
        boolean dual = !cluster.primary().flavour().isMariaDb();
        Login replica = cluster.replica(1).as(root);
        cluster.primary()
                .as(root)
                .execute(
                        dual
                                ? "ALTER USER dbmanager_dbread1@'%' IDENTIFIED BY 'Untold-1-x'"
                                        + " RETAIN CURRENT PASSWORD"
                                : "SET PASSWORD FOR dbmanager_dbread1@'%' ="
                                        + " PASSWORD('Untold-1-x')");
        if (!dual) {
            replica.execute("STOP SLAVE", "START SLAVE");
            await("it is turned away")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> replica.rows("SHOW SLAVE STATUS").toString().contains("1045"));
        }
    }

    /** The real program, asked over HTTP and then standing alone. */
    @Test
    void theFileIsFollowedAndWritten() throws Exception {
        // Without dual passwords, which is where more can go wrong; the same code for all.
        try (Cluster cluster = Cluster.of(ServerFlavour.MARIADB_11_4).replicas(1).start()) {
            Path file = StartsyncProcess.environment(folder, cluster);
            Credentials first = cluster.primary().credentials();
            Credentials byHand = Credentials.of("root", "By-Hand-1");
            try (StartsyncProcess running = StartsyncProcess.start(folder)) {
                awaitStatus(running, "\"state\":\"healthy\"");
                cluster.primary().root().execute("ALTER USER root@'%' IDENTIFIED BY 'By-Hand-1'");
                Files.writeString(
                        file,
                        Files.readString(file)
                                .replace(
                                        "_DBWRITE_MYSQL_PASSWORD\": \"" + first.password().reveal(),
                                        "_DBWRITE_MYSQL_PASSWORD\": \"By-Hand-1"));
                awaitStatus(running, "login_changed");
                // What is kept open says nothing: a restart makes it log in again.
                cluster.replica(1).restart();
                awaitStatus(running, "unreachable");
                awaitStatus(running, "\"state\":\"healthy\"");
                onlyThisOneWorks(cluster, byHand, first);
                Path given = Files.writeString(folder.resolve("given"), "Given-1-x\n");
                asked(folder, "rotate-password", "--new-password-file", given.toString());
                onlyThisOneWorks(cluster, Credentials.of("root", "Given-1-x"), byHand);
                awaitStatus(running, "\"state\":\"healthy\"");
                assertThat(running.output()).doesNotContain("Given-1-x");
                running.terminate();
                running.succeeds();
            }
            asked(folder, "rotate-password");
            onlyThisOneWorks(
                    cluster, source().current().orElseThrow(), Credentials.of("root", "Given-1-x"));
        }
    }

    private void asked(Path folder, String... command) throws Exception {
        try (StartsyncProcess asked = StartsyncProcess.ask(folder, command)) {
            asked.succeeds();
            assertThat(asked.output())
                    .contains("password_rotated")
                    .doesNotContain(source().current().orElseThrow().password().reveal());
        }
    }

    private static void awaitStatus(StartsyncProcess running, String part) {
        await(part)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() -> running.status().replace(" ", "").contains(part.replace(" ", "")));
    }
}
