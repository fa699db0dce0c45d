package io.dbmanager.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.MySqlGtidSet;
import io.dbmanager.common.Position;
import io.dbmanager.common.PrimaryStatus;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxyServer;
import io.dbmanager.proxy.ProxySettings;
import io.dbmanager.proxy.ProxyStats;
import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.ServerStatus;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.protocol.TextResult.Column;
import io.dbmanager.proxy.protocol.Wire;
import io.dbmanager.proxy.session.FakeMySqlServer.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions that share fewer connections to one server than there are sessions. */
final class SharingTest {
    private static final String KEPT = "SELECT LAST_INSERT_ID(), FOUND_ROWS() LIMIT 1";

    private FakeMySqlServer primary;
    private Topology topology;
    private @Nullable ProxyServer proxy;

    /** Event loops. */
    private int threads = 1;

    private InetSocketAddress address = new InetSocketAddress(0);

    @BeforeEach
    void start() throws IOException {
        primary = new FakeMySqlServer("primary");
        topology = new Topology(alone(1, primary));
    }

    @AfterEach
    void stop() {
        if (proxy != null) {
            proxy.close();
        }
        primary.close();
    }

    private void proxy(int most, Duration patience, Duration idle) throws IOException {
        ProxySettings settings =
                ProxySettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .with(new ProxySettings.Backends(most, patience, idle))
                        .with(new ProxySettings.Sockets(ProxySettings.Poller.AUTO, threads));
        ProxyServer started = new ProxyServer(settings, topology, Credentials.of("app", "secret"));
        proxy = started;
        address = started.start();
    }

    private ProxyStats stats() {
        return Objects.requireNonNull(proxy).stats();
    }

    private void proxy(int most) throws IOException {
        proxy(most, Duration.ofSeconds(20), Duration.ofMinutes(1));
    }

    private static TopologySnapshot alone(long version, FakeMySqlServer server) {
        return new TopologySnapshot(
                Instant.now(),
                version,
                version,
                true,
                new PrimaryStatus(
                        "dbwrite",
                        server.address(),
                        true,
                        Optional.empty(),
                        Optional.of("u"),
                        new Position.Gtids(MySqlGtidSet.empty()),
                        Optional.empty()),
                List.of(),
                List.of());
    }

    private long commands(int command) {
        return primary.commands().stream().filter(each -> each[0] == command).count();
    }

    @Test
    void aStatementThatWaitsForABackendCanBeKilled() throws IOException {
        proxy(1);
        primary.reply("BEGIN", new Reply.Ok(ServerStatus.IN_TRANSACTION));
        primary.reply("COMMIT", new Reply.Ok(ServerStatus.AUTOCOMMIT));
        try (TestClient holder = TestClient.login(address);
                TestClient waiter = TestClient.login(address);
                TestClient killer = TestClient.login(address)) {
            holder.query("BEGIN");
            waiter.send(TextResult.command(Unpooled.buffer(), Command.QUERY, "UPDATE waits"));
            // One event loop takes what comes in turn: the waiter already waits when this arrives.
            int id = waiter.greeting().connectionId();
            assertThat(killer.query("KILL QUERY " + id)).isEqualTo("OK");
            holder.query("COMMIT");
            assertThat(ErrPacket.decode(waiter.read()).code()).isEqualTo(1317);
            assertThat(waiter.query("UPDATE afterwards")).isEqualTo("OK");
        }
        assertThat(primary.asked()).contains("UPDATE afterwards").doesNotContain("UPDATE waits");
    }

    @Test
    void manyClientsUseFewBackends() throws IOException {
        twelveClientsOnTwoBackends();
    }

    @Test
    void eventLoopsGiveEachOtherBackends() throws IOException {
        threads = 4;
        twelveClientsOnTwoBackends();
    }

    private void twelveClientsOnTwoBackends() throws IOException {
        proxy(2);
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(TestClient.login(address));
        }
        for (int round = 0; round < 3; round++) {
            for (TestClient client : clients) {
                assertThat(client.query("INSERT INTO t VALUES (1)")).isEqualTo("OK");
            }
        }
        // One of the two may just have been closed for an event loop that needs it no more: so
        // they are counted while both are needed.
        clients.getFirst().query("BEGIN");
        clients.getLast().query("BEGIN");
        assertThat(stats().servers().get("dbwrite"))
                .extracting(s -> s.connectionsUsed() + s.connectionsIdle())
                .isEqualTo(2);
        for (TestClient client : clients) {
            client.close();
        }
    }

    @Test
    void theServerItselfDecidesOnEveryLogin() throws IOException {
        proxy(1);
        try (TestClient one = TestClient.login(address)) {
            one.query("DO 1");
            try (TestClient two = TestClient.login(address)) {
                assertThat(commands(Command.CHANGE_USER)).isEqualTo(1);
                two.query("DO 2");
                one.query("DO 3");
                // The account was let in again after this session was.
                assertThat(commands(Command.CHANGE_USER)).isEqualTo(1);
                assertThat(commands(Command.RESET_CONNECTION)).isEqualTo(1);
            }
        }
    }

    @Test
    void aSessionKeepsItsBackendWhileNobodyElseWantsIt() throws IOException {
        proxy(2);
        try (TestClient one = TestClient.login(address);
                TestClient two = TestClient.login(address)) {
            for (int i = 0; i < 5; i++) {
                one.query("DO 1");
                two.query("DO 1");
            }
            assertThat(commands(Command.RESET_CONNECTION)).isZero();
            assertThat(commands(Command.CHANGE_USER)).isZero();
        }
    }

    @Test
    void bringsTheStateOfTheSessionBack() throws IOException {
        proxy(1);
        try (TestClient one = TestClient.login(address)) {
            one.query("SET NAMES latin1");
            one.query("USE shop");
            try (TestClient two = TestClient.login(address)) {
                two.query("DO 2");
                int before = primary.asked().size();
                one.query("DO 1");
                assertThat(primary.asked().subList(before, primary.asked().size()))
                        .containsSubsequence("USE `shop`", "SET NAMES latin1", "DO 1");
            }
        }
    }

    /** A login gives it, a reset takes it away, and drivers of Node.js ask for it. */
    @Test
    void ignoresSpacesOnEveryConnectionWhereTheClientAsksForThat() throws IOException {
        proxy(1);
        long capabilities = TestClient.PLAIN | Capabilities.IGNORE_SPACE;
        try (TestClient one = TestClient.login(address, "app", "secret", capabilities);
                TestClient two = TestClient.login(address)) {
            two.query("DO 2");
            int before = primary.asked().size();
            one.query("DO 3");
            assertThat(primary.asked().subList(before, primary.asked().size()))
                    .containsSubsequence(
                            "SET SESSION sql_mode=CONCAT_WS(',', NULLIF(@@session.sql_mode, ''),"
                                    + " 'IGNORE_SPACE')",
                            "DO 3");
        }
    }

    /** The collation's number stands in the definition of each column. */
    @Test
    void bringsTheCollationOfTheLoginBack() throws IOException {
        proxy(1);
        try (TestClient one = TestClient.login(address);
                TestClient two = TestClient.login(address)) {
            one.query("DO 1");
            two.query("DO 2");
            int before = primary.asked().size();
            one.query("DO 3");
            assertThat(primary.asked().subList(before, primary.asked().size()))
                    .containsSubsequence("SET NAMES utf8mb4 COLLATE utf8mb4_general_ci", "DO 3");
        }
    }

    @Test
    void aTransactionHoldsItsBackend() throws IOException {
        proxy(1, Duration.ofMillis(300), Duration.ofMinutes(1));
        try (TestClient one = TestClient.login(address)) {
            one.query("BEGIN");
            assertThatThrownBy(() -> TestClient.login(address))
                    .hasMessage(
                            "1040 Too many connections: all 1 connections to dbwrite are in use;"
                                    + " waited 0.3 s");
            primary.reply("COMMIT", new Reply.Ok(ServerStatus.AUTOCOMMIT));
            one.query("COMMIT");
            TestClient.login(address).close();
        }
    }

    @Test
    void whoeverWaitsIsServedWhenTheTransactionEnds() throws Exception {
        proxy(1);
        try (TestClient one = TestClient.login(address)) {
            one.query("BEGIN");
            CompletableFuture<String> other =
                    CompletableFuture.supplyAsync(() -> {
                        try (TestClient two = TestClient.login(address)) {
                            return two.query("DO 2");
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    });
            primary.reply("DO 1", new Reply.Ok(ServerStatus.IN_TRANSACTION));
            one.query("DO 1");
            assertThat(other).isNotDone();
            primary.reply("COMMIT", new Reply.Ok(ServerStatus.AUTOCOMMIT));
            one.query("COMMIT");
            assertThat(other.get()).isEqualTo("OK");
        }
    }

    @Test
    void aTransactionWhoseClientHasGoneIsUndoneAtOnce() throws IOException {
        proxy(1);
        try (TestClient one = TestClient.login(address)) {
            one.query("BEGIN");
        }
        await().untilAsserted(() -> assertThat(commands(Command.RESET_CONNECTION)).isEqualTo(1));
        TestClient.login(address).close();
    }

    @Test
    void sendsLongDataToAConnectionThatDoesNotKnowTheStatementYet() throws IOException {
        proxy(1);
        try (TestClient one = TestClient.login(address)) {
            int id = one.prepare("INSERT INTO b VALUES (?)");
            try (TestClient two = TestClient.login(address)) {
                two.query("DO 2");
            }
            ByteBuf data = Unpooled.buffer();
            int start = Wire.begin(data, 0);
            data.writeByte(Command.STMT_SEND_LONG_DATA).writeIntLE(id).writeShortLE(0);
            data.writeBytes("long".getBytes(StandardCharsets.US_ASCII));
            Wire.end(data, start);
            one.send(data);
            assertThat(one.query("DO 1")).isEqualTo("OK");
        }
        assertThat(commands(Command.STMT_PREPARE)).isEqualTo(2);
        assertThat(commands(Command.STMT_SEND_LONG_DATA)).isEqualTo(1);
    }

    /** A session may have said that it wants no rows. */
    @Test
    void copesWithAnswersWithoutRows() throws IOException {
        proxy(1);
        primary.reply(
                KEPT,
                new Reply.Rows(
                        new TextResult(List.of(Column.text("a"), Column.text("b")), List.of())));
        try (TestClient one = TestClient.login(address)) {
            one.query("SELECT a FROM t");
            try (TestClient two = TestClient.login(address)) {
                assertThat(two.query("DO 2")).isEqualTo("OK");
                assertThat(one.query("DO 1")).isEqualTo("OK");
                assertThat(two.query("DO 2")).isEqualTo("OK");
            }
        }
    }

    @Test
    void tellsOfTheLastStatementAfterItsBackendHasGone() throws IOException {
        proxy(1);
        primary.reply(
                KEPT,
                new Reply.Rows(
                        new TextResult(
                                List.of(Column.text("a"), Column.text("b")),
                                List.of(List.of("77", "5")))));
        primary.reply(
                "SELECT LAST_INSERT_ID() LIMIT 1", new Reply.Rows(FakeMySqlServer.single("77")));
        try (TestClient one = TestClient.login(address)) {
            one.query("SELECT a FROM t");
            one.query("INSERT INTO t VALUES (1)");
            try (TestClient two = TestClient.login(address)) {
                two.query("DO 2");
                assertThat(one.query("SELECT FOUND_ROWS()")).isEqualTo("5");
                one.query("INSERT INTO t VALUES (1)");
                two.query("DO 2");
                assertThat(one.query("SELECT ROW_COUNT()")).isEqualTo("1");
                assertThat(one.query("select row_count()")).isEqualTo("-1");
                assertThat(one.query("SELECT FOUND_ROWS() AS n;")).isEqualTo("1");
                assertThatThrownBy(() -> one.query("SELECT 1 + FOUND_ROWS()"))
                        .hasMessageStartingWith("1105 What this statement asks");
                int before = primary.asked().size();
                one.query("SELECT LAST_INSERT_ID() LIMIT 1");
                assertThat(primary.asked().subList(before, primary.asked().size()))
                        .containsSubsequence(
                                "SET SESSION last_insert_id=77", "SELECT LAST_INSERT_ID() LIMIT 1");
            }
        }
    }

    @Test
    void tellsOfTheLastErrorAfterItsBackendHasGone() throws IOException {
        proxy(1);
        primary.reply("INSERT INTO t VALUES (1)", new Reply.Err(1062, "twice"));
        primary.reply(
                "SHOW WARNINGS",
                new Reply.Rows(
                        new TextResult(
                                List.of(
                                        Column.text("Level"),
                                        Column.text("Code"),
                                        Column.text("Message")),
                                List.of(List.of("Error", "1062", "twice")))));
        try (TestClient one = TestClient.login(address)) {
            assertThatThrownBy(() -> one.query("INSERT INTO t VALUES (1)")).isNotNull();
            try (TestClient two = TestClient.login(address)) {
                two.query("DO 2");
                primary.reply("SHOW WARNINGS", new Reply.Err(1, "of somebody else"));
                assertThat(one.query("SHOW WARNINGS")).isEqualTo("Error");
                assertThat(one.query("SHOW COUNT(*) ERRORS")).isEqualTo("1");
            }
        }
    }

    @Test
    void saysSoWhenItCouldNotBeTold() throws IOException {
        proxy(1);
        primary.reply("SELECT a FROM t", new Reply.Err(1146, "no such table"));
        primary.reply("SHOW WARNINGS", new Reply.Err(1, "not now"));
        try (TestClient one = TestClient.login(address)) {
            assertThatThrownBy(() -> one.query("SELECT a FROM t")).isNotNull();
            try (TestClient two = TestClient.login(address)) {
                two.query("DO 2");
                assertThatThrownBy(() -> one.query("SHOW WARNINGS"))
                        .hasMessageStartingWith("1105 What this statement asks");
            }
        }
    }

    @Test
    void runsNothingInAStateThatIsNotTheSessions() throws IOException {
        proxy(1);
        try (TestClient one = TestClient.login(address)) {
            one.query("USE shop");
            try (TestClient two = TestClient.login(address)) {
                two.query("DO 2");
                primary.reply("USE `shop`", new Reply.Err(1049, "Unknown database 'shop'"));
                assertThatThrownBy(() -> one.query("DELETE FROM t"))
                        .hasMessage("1049 Unknown database 'shop'");
                assertThat(two.query("DO 3")).isEqualTo("OK");
                assertThat(primary.asked()).doesNotContain("DELETE FROM t");
            }
        }
    }

    @Test
    void sendsElsewhereWhatWasNotSent() throws IOException {
        proxy(1);
        try (TestClient one = TestClient.login(address)) {
            one.query("DO 1");
            try (TestClient two = TestClient.login(address)) {
                two.query("DO 2");
                primary.hangUpAt(Command.RESET_CONNECTION);
                assertThat(one.query("DELETE FROM t")).isEqualTo("OK");
                assertThat(primary.asked()).containsOnlyOnce("DELETE FROM t");
            }
        }
    }

    @Test
    void preparesAgainAsItWasUnderstood() throws IOException {
        proxy(1);
        try (TestClient one = TestClient.login(address)) {
            one.query("USE shop");
            int id = one.prepare("DELETE FROM t");
            try (TestClient two = TestClient.login(address)) {
                two.query("DO 2");
                one.query("SET NAMES latin1");
                one.query("USE other");
                int before = primary.asked().size();
                one.send(execute(id));
                assertThat(one.answer()).isEqualTo("OK");
                assertThat(primary.asked().subList(before, primary.asked().size()))
                        .containsExactly(
                                "USE `shop`",
                                "SET NAMES utf8mb4 COLLATE utf8mb4_general_ci",
                                "SET SESSION sql_mode=''",
                                "SET NAMES utf8mb4 COLLATE utf8mb4_general_ci",
                                "SET SESSION sql_mode=''",
                                "SET NAMES latin1",
                                "USE `other`");
            }
        }
    }

    private static ByteBuf execute(int id) {
        ByteBuf command = Unpooled.buffer();
        int start = Wire.begin(command, 0);
        command.writeByte(Command.STMT_EXECUTE).writeIntLE(id).writeByte(0).writeIntLE(1);
        Wire.end(command, start);
        return command;
    }

    @Test
    void killsWhatHasTheOnlyConnection() throws Exception {
        proxy(1);
        primary.reply("DO SLEEP(99)", new Reply.UntilKilled());
        try (TestClient killer = TestClient.login(address);
                TestClient victim = TestClient.login(address)) {
            victim.send(TextResult.command(Unpooled.buffer(), Command.QUERY, "DO SLEEP(99)"));
            await().until(() -> primary.asked().contains("DO SLEEP(99)"));
            assertThat(killer.query("KILL QUERY " + victim.greeting().connectionId()))
                    .isEqualTo("OK");
            assertThatThrownBy(victim::answer).hasMessageStartingWith("1317 ");
        }
    }

    @Test
    void closesWhatNobodyUses() throws IOException {
        proxy(0, Duration.ofSeconds(20), Duration.ofMillis(50));
        TestClient.login(address).close();
        await().untilAsserted(() ->
                assertThat(stats().servers().get("dbwrite"))
                        .matches(s -> s.connectionsIdle() == 0));
    }

    @Test
    void learnsTheLimitFromTheServer() throws IOException {
        primary.maxConnections(7);
        proxy(0, Duration.ofMillis(300), Duration.ofMinutes(1));
        try (TestClient one = TestClient.login(address);
                TestClient two = TestClient.login(address)) {
            one.query("BEGIN");
            two.query("BEGIN");
            assertThatThrownBy(() -> TestClient.login(address))
                    .hasMessageContaining("all 2 connections to dbwrite");
        }
    }

    @Test
    void waitsWhenTheServerItselfIsFull() throws IOException {
        proxy(0);
        try (TestClient one = TestClient.login(address)) {
            one.query("DO 1");
            primary.full(true);
            try (TestClient two = TestClient.login(address)) {
                assertThat(two.query("DO 2")).isEqualTo("OK");
            }
        }
    }

    @Test
    void doesNotShareWhatTheServerPreparesForEachLogin() throws IOException {
        primary.initConnect("SET @a=1");
        proxy(1);
        try (TestClient one = TestClient.login(address)) {
            one.query("DO 1");
            int logins = primary.logins();
            try (TestClient two = TestClient.login(address)) {
                two.query("DO 2");
            }
            assertThat(primary.logins()).isEqualTo(logins + 1);
            assertThat(commands(Command.CHANGE_USER)).isZero();
        }
    }

    @Test
    void takesNoConnectionThatTheServerHasClosed() throws IOException {
        proxy(1);
        try (TestClient client = TestClient.login(address)) {
            client.query("DO 1");
        }
        await().untilAsserted(() -> assertThat(commands(Command.RESET_CONNECTION)).isEqualTo(1));
        primary.hangUp(false);
        try (TestClient client = TestClient.login(address)) {
            assertThat(client.query("DO 1")).isEqualTo("OK");
        }
    }

    @Test
    void failedLoginsLeaveRoomForOthers() throws IOException {
        proxy(1);
        primary.refuse("open");
        for (int i = 0; i < 3; i++) {
            // The first opens a connection, those after the first of the others take one over.
            assertThatThrownBy(
                            () -> TestClient.login(address, "open", "", TestClient.PLAIN).close())
                    .hasMessageStartingWith("1045 ");
            try (TestClient client = TestClient.login(address)) {
                assertThat(client.query("DO 1")).isEqualTo("OK");
            }
        }
    }

    @Test
    void killsWhoeverHasNoConnectionNow() throws IOException {
        proxy(2);
        try (TestClient victim = TestClient.login(address)) {
            victim.query("DO 1");
            try (TestClient killer = TestClient.login(address);
                    TestClient other = TestClient.login(address)) {
                killer.query("DO 2");
                other.query("DO 3");
                int id = victim.greeting().connectionId();
                assertThat(killer.query("KILL " + id)).isEqualTo("OK");
                assertThat(primary.asked()).anyMatch(sql -> sql.startsWith("KILL CONNECTION "));
                assertThat(primary.asked()).doesNotContain("KILL CONNECTION " + id);
                assertThatThrownBy(() -> victim.query("DO 4")).isInstanceOf(IOException.class);
                assertThat(other.query("DO 5")).isEqualTo("OK");
            }
        }
    }

    @Test
    void closesTheConnectionsToAServerThatHasLeft() throws IOException {
        proxy(0);
        try (FakeMySqlServer next = new FakeMySqlServer("next");
                TestClient idle = TestClient.login(address)) {
            idle.query("DO 1");
            TestClient.login(address).close();
            topology.publish(alone(2, next));
            await().untilAsserted(() -> assertThat(primary.openConnections()).isZero());
            assertThat(idle.query("SELECT 1")).isEqualTo("next");
        }
    }
}
