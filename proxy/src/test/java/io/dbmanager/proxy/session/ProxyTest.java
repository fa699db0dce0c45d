package io.dbmanager.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Topology;
import io.dbmanager.proxy.ProxyServer;
import io.dbmanager.proxy.ProxySettings;
import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.ServerStatus;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.protocol.Wire;
import io.dbmanager.proxy.session.FakeMySqlServer.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proxy between a client and servers that say what a test wants them to. */
final class ProxyTest {
    private static final String UUID = "3E11FA47-71CA-11E1-9E33-C80AA9429562";
    private static final String GUARD = "SET SESSION TRANSACTION READ ONLY";

    private FakeMySqlServer primary;
    private FakeMySqlServer first;
    private FakeMySqlServer second;
    private Topology topology;
    private ProxyServer proxy;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws IOException {
        primary = new FakeMySqlServer("primary");
        first = new FakeMySqlServer("first");
        second = new FakeMySqlServer("second");
        topology = new Topology(FakeServers.snapshot(1, primary, List.of(first, second)));
        proxy = new ProxyServer(settings(100), topology, Credentials.of("app", "secret"));
        address = proxy.start();
    }

    @AfterEach
    void stop() {
        proxy.close();
        primary.close();
        first.close();
        second.close();
    }

    private static ProxySettings settings(int maxClients) {
        return ProxySettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .with(ProxySettings.Limits.defaults().withClients(maxClients))
                .with(ProxySettings.Timeouts.defaults().withReadWait(Duration.ofMillis(100)));
    }

    private void onlyFirstReplica() {
        topology.publish(FakeServers.snapshot(2, primary, List.of(first)));
    }

    @ParameterizedTest
    @EnumSource(ProxySettings.Poller.class)
    void servesByEveryPollerTheSystemHas(ProxySettings.Poller poller) throws IOException {
        try (ProxyServer other =
                new ProxyServer(
                        settings(10).with(new ProxySettings.Sockets(poller, 1)),
                        topology,
                        Credentials.of("app", "secret"))) {
            InetSocketAddress there;
            try {
                there = other.start();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("leave the setting transport at auto");
                return;
            }
            try (TestClient client = TestClient.login(there, "app", "secret", TestClient.PLAIN)) {
                assertThat(client.query("SELECT 1")).isIn("first", "second");
            }
        }
    }

    // Login

    @Test
    void greetsAsThePrimaryDoesWithAnIdOfItsOwn() throws IOException {
        try (TestClient client = TestClient.greeted(address)) {
            assertThat(client.greeting().version()).isEqualTo("8.0.36");
            assertThat(client.greeting().connectionId()).isGreaterThan(1 << 30);
            assertThat(client.greeting().capabilities() & Capabilities.SSL).isNotZero();
        }
    }

    @Test
    void refusesAWrongPasswordInTheServersWords() {
        assertThatThrownBy(
                        () -> TestClient.login(address, "app", "wrong", TestClient.PLAIN).close())
                .hasMessage("1045 Access denied for user 'app'@'127.0.0.1' (using password: YES)");
    }

    @Test
    void letsInWhomThePrimaryHasJustMade() throws IOException {
        // Each of them is asked for when the accounts have been read a moment ago.
        for (String user : List.of("one", "two", "three")) {
            assertThatThrownBy(() -> TestClient.login(address, user, "secret", TestClient.PLAIN))
                    .hasMessageStartingWith("1045 ");
            primary.account(user, FakeMySqlServer.SECRET);
            TestClient.login(address, user, "secret", TestClient.PLAIN).close();
        }
    }

    @Test
    void takesAPasswordThatHasJustBeenChanged() throws IOException {
        primary.account("changing", "");
        for (String stored : List.of(FakeMySqlServer.OTHER_SECRET, FakeMySqlServer.SECRET)) {
            primary.account("changing", stored);
            String password = stored.equals(FakeMySqlServer.SECRET) ? "secret" : "other";
            TestClient.login(address, "changing", password, TestClient.PLAIN).close();
        }
    }

    @Test
    void wrongPasswordsDoNotKeepThePrimaryBusy() {
        long start = System.nanoTime();
        int tries = 30;
        IntStream.range(0, tries)
                .parallel()
                .forEach(i ->
                        assertThatThrownBy(() ->
                                        TestClient.login(
                                                address, "user" + i, "wrong", TestClient.PLAIN))
                                .hasMessageStartingWith("1045 "));
        long fifths = (System.nanoTime() - start) / 200_000_000L;
        assertThat(primary.asked().stream().filter(sql -> sql.contains("mysql.user")).count())
                .isLessThanOrEqualTo(fifths + 2);
    }

    @Test
    void letsInWithoutAPasswordWhereThePrimaryDoes() throws IOException {
        try (TestClient client = TestClient.login(address, "open", "", TestClient.PLAIN)) {
            assertThat(client.query("SELECT 1")).isIn("first", "second");
        }
    }

    @Test
    void refusesInClearWhatRequiresTls() {
        assertThatThrownBy(() ->
                        TestClient.login(address, "strict", "secret", TestClient.PLAIN).close())
                .hasMessageStartingWith("1045 ");
    }

    @Test
    void namesAPluginThatItDoesNotSpeak() {
        assertThatThrownBy(
                        () -> TestClient.login(address, "odd", "secret", TestClient.PLAIN).close())
                .hasMessageStartingWith("1251 ")
                .hasMessageContaining("auth_gssapi");
    }

    @Test
    void saysAtOnceThatThePrimaryIsDead() {
        primary.close();
        assertThatThrownBy(() -> TestClient.login(address).close())
                .hasMessageStartingWith("1053 The primary dbwrite (127.0.0.1:")
                // Reset, where the system has still taken it for the server that was closing.
                .hasMessageMatching("(?s).*([Cc]onnection refused|Connection reset).*");
    }

    @Test
    void refusesOneClientTooMany() throws IOException {
        try (ProxyServer small =
                new ProxyServer(settings(1), topology, Credentials.of("app", "secret"))) {
            InetSocketAddress there = small.start();
            try (TestClient client = TestClient.login(there)) {
                assertThatThrownBy(() -> TestClient.login(there).close())
                        .hasMessage("1040 Too many connections");
                assertThat(client.query("SELECT 1")).isIn("first", "second");
            }
            await().untilAsserted(() -> assertThat(small.stats().clients()).isZero());
            TestClient.login(there).close();
        }
    }

    // Routing

    @Test
    void readsTakeTurnsAndWritesGoToThePrimary() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            String one = client.query("SELECT 1");
            String two = client.query("SELECT 1");
            assertThat(List.of(one, two)).containsExactlyInAnyOrder("first", "second");
            assertThat(client.query("INSERT INTO t VALUES (1)")).isEqualTo("OK");
            assertThat(primary.asked()).contains("INSERT INTO t VALUES (1)");
        }
        assertThat(proxy.stats().readsTotal()).isEqualTo(2);
    }

    @Test
    void guardsAReplicaBeforeTheFirstRead() throws IOException {
        onlyFirstReplica();
        try (TestClient client = TestClient.login(address)) {
            client.query("SELECT 1");
        }
        assertThat(first.asked()).containsSubsequence(GUARD, "SELECT 1");
        assertThat(primary.asked()).doesNotContain(GUARD);
    }

    @Test
    void runsOnThePrimaryOnceWhatTheGuardCaught() throws IOException {
        onlyFirstReplica();
        first.reply("SELECT a FROM v", new Reply.Err(1792, "read only"));
        try (TestClient client = TestClient.login(address)) {
            assertThat(client.query("SELECT a FROM v")).isEqualTo("primary");
        }
        assertThat(primary.asked()).containsOnlyOnce("SELECT a FROM v");
    }

    @Test
    void learnsWhatTheGuardCaught() throws IOException {
        onlyFirstReplica();
        first.reply("SELECT a FROM v WHERE id = 1", new Reply.Err(1792, "read only"));
        try (TestClient client = TestClient.login(address);
                TestClient other = TestClient.login(address)) {
            client.query("SELECT a FROM v WHERE id = 1");
            String again = "select a from v /* again */ where id = 2";
            assertThat(other.query("SELECT b FROM v WHERE id = 1")).isEqualTo("first");
            assertThat(other.query(again)).isEqualTo("primary");
            // What it wrote is told nobody, and must be seen.
            assertThat(other.query("SELECT b FROM v WHERE id = 1")).isEqualTo("primary");
            assertThat(other.query("EXPLAIN ROUTE " + again)).isEqualTo("primary");
        }
        assertThat(proxy.stats().routeReasons())
                .containsEntry("looks like a read, but a replica refused it before", 1L);
    }

    @Test
    void callsOnAReplicaWhatThePrimarySaysOnlyReads() throws IOException {
        onlyFirstReplica();
        primary.routine("tax", "READS SQL DATA", "RETURN 0.2");
        primary.routine("log_it", "MODIFIES SQL DATA", "RETURN 1");
        // Without it an answer with rows tells of no GTID, and what was called may have written.
        long tells = TestClient.PLAIN | Capabilities.DEPRECATE_EOF;
        try (TestClient client = TestClient.login(address, "app", "secret", tells)) {
            await().until(() -> client.query("SELECT shop.tax(1)").equals("first"));
            assertThat(client.query("SELECT shop.log_it(1)")).isEqualTo("primary");
            assertThat(client.query("SELECT tax(1)")).isEqualTo("primary");
            client.query("ALTER FUNCTION shop.tax MODIFIES SQL DATA");
            primary.routine("tax", "MODIFIES SQL DATA", "RETURN 0.2");
            assertThat(client.query("SELECT shop.tax(1)")).isEqualTo("primary");
        }
    }

    @Test
    void passesOtherErrorsOn() throws IOException {
        onlyFirstReplica();
        first.reply("SELECT a FROM v", new Reply.Err(1146, "no table"));
        try (TestClient client = TestClient.login(address)) {
            assertThatThrownBy(() -> client.query("SELECT a FROM v")).hasMessage("1146 no table");
            assertThat(client.query("SELECT 1")).isEqualTo("first");
        }
    }

    @Test
    void staysOnThePrimaryInATransaction() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            client.query("BEGIN");
            primary.reply("COMMIT", new Reply.Ok(ServerStatus.AUTOCOMMIT));
            primary.reply("SELECT 1", inTransaction());
            assertThat(client.query("SELECT 1")).isEqualTo("in");
            client.query("COMMIT");
            assertThat(client.query("SELECT 2")).isIn("first", "second");
        }
    }

    private static Reply inTransaction() {
        ByteBuf bytes = Unpooled.buffer();
        FakeMySqlServer.single("in")
                .encode(
                        bytes,
                        TestClient.PLAIN,
                        ServerStatus.AUTOCOMMIT | ServerStatus.IN_TRANSACTION);
        return new Reply.Raw(io.netty.buffer.ByteBufUtil.getBytes(bytes));
    }

    @Test
    void explainsARouteWithoutRunningAnything() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            assertThat(client.query("EXPLAIN ROUTE DELETE FROM t")).isEqualTo("primary");
            assertThat(client.query("EXPLAIN ROUTE SELECT 1 FROM t")).isEqualTo("replica");
            assertThat(client.query("SHOW PROXY STATUS")).isEqualTo("dbwrite");
        }
        assertThat(primary.asked()).noneMatch(sql -> sql.contains("DELETE"));
    }

    @Test
    void asksForItsOwnConnectionId() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            int id = client.greeting().connectionId();
            client.query("SELECT 1 + CONNECTION_ID() FROM t");
            assertThat(primary.asked())
                    .contains(
                            "SELECT 1 + CAST("
                                    + id
                                    + " AS UNSIGNED) AS `1 + CONNECTION_ID()` FROM t");
            client.query("KILL QUERY CONNECTION_ID()");
            assertThat(primary.asked()).noneMatch(sql -> sql.contains("KILL QUERY CONN"));
            assertThat(primary.asked()).anyMatch(sql -> sql.startsWith("KILL QUERY "));
            client.prepare("SELECT CONNECTION_ID()");
            assertThat(primary.commands())
                    .anyMatch(command -> new String(command, US_ASCII).contains("CAST(" + id));
        }
    }

    @Test
    void explainsARouteToThosePreparingTheirStatements() throws IOException {
        for (long capabilities :
                List.of(TestClient.PLAIN, TestClient.PLAIN | Capabilities.DEPRECATE_EOF)) {
            try (TestClient client = TestClient.login(address, "app", "secret", capabilities)) {
                int explain = client.prepare("EXPLAIN ROUTE SELECT a FROM t WHERE id = ?");
                int status = client.prepare("SHOW PROXY STATUS");
                assertThat(client.execute(explain)).contains("replica").contains("plain read");
                assertThat(client.execute(status)).contains("dbwrite").contains("dbread2");
                assertThat(client.query("SELECT 1")).isIn("first", "second");
            }
        }
        assertThat(primary.commands()).allMatch(command -> command[0] == Command.RESET_CONNECTION);
    }

    // Session state

    @Test
    void tellsAReplicaWhatTheSessionHasSetBeforeItReads() throws IOException {
        onlyFirstReplica();
        try (TestClient client = TestClient.login(address)) {
            client.query("SET NAMES latin1");
            client.query("SELECT 1");
        }
        assertThat(first.asked()).containsSubsequence("SET NAMES latin1", "SELECT 1");
    }

    @Test
    void readsOnThePrimaryWhatAReplicaCannotFollow() throws IOException {
        onlyFirstReplica();
        first.reply("SET NAMES latin1", new Reply.Err(1115, "unknown character set"));
        try (TestClient client = TestClient.login(address)) {
            client.query("SET NAMES latin1");
            assertThat(client.query("SELECT 1")).isEqualTo("primary");
            assertThat(client.query("SELECT 1")).isEqualTo("primary");
        }
    }

    @Test
    void asksForFoundRowsWhereTheLastQueryRan() throws IOException {
        onlyFirstReplica();
        try (TestClient client = TestClient.login(address)) {
            client.query("SELECT a FROM t LIMIT 1");
            client.query("INSERT INTO t VALUES (1)");
            assertThat(client.query("SELECT FOUND_ROWS()")).isEqualTo("first");
            client.query("INSERT INTO t VALUES (1)");
            assertThat(client.query("SELECT ROW_COUNT()")).isEqualTo("primary");
        }
    }

    @Test
    void letsASessionGoWhenItsUserLocksAreReleased() throws IOException {
        onlyFirstReplica();
        String question = "SELECT IS_USED_LOCK('a') <=> CONNECTION_ID() LIMIT 1";
        primary.reply(question, new Reply.Rows(FakeMySqlServer.single("1")));
        long tells = TestClient.PLAIN | Capabilities.DEPRECATE_EOF;
        try (TestClient client = TestClient.login(address, "app", "secret", tells)) {
            client.query("SELECT GET_LOCK('a', 5)");
            assertThat(client.query("SELECT 1")).isEqualTo("primary");
            primary.reply(question, new Reply.Rows(FakeMySqlServer.single("0")));
            client.query("SELECT RELEASE_LOCK('a')");
            assertThat(client.query("SELECT 1")).isEqualTo("first");
        }
    }

    // Own writes

    @Test
    void waitsOnAReplicaForTheSessionsOwnWrites() throws IOException {
        onlyFirstReplica();
        String wait = "SELECT WAIT_FOR_EXECUTED_GTID_SET('" + lower(UUID) + ":7', 0.100) LIMIT 1";
        first.reply(wait, new Reply.Rows(FakeMySqlServer.single("0")));
        primary.reply("INSERT INTO t VALUES (1)", new Reply.OkWithGtid(UUID + ":7"));
        try (TestClient client = TestClient.login(address)) {
            client.query("INSERT INTO t VALUES (1)");
            assertThat(client.query("SELECT 1")).isEqualTo("first");
            assertThat(client.query("SELECT 1")).isEqualTo("first");
        }
        assertThat(first.asked()).containsOnlyOnce(wait);
    }

    @Test
    void readsOnThePrimaryWhenTheReplicaIsNotInTime() throws IOException {
        onlyFirstReplica();
        String wait = "SELECT WAIT_FOR_EXECUTED_GTID_SET('" + lower(UUID) + ":7', 0.100) LIMIT 1";
        first.reply(wait, new Reply.Rows(FakeMySqlServer.single("1")));
        primary.reply("INSERT INTO t VALUES (1)", new Reply.OkWithGtid(UUID + ":7"));
        try (TestClient client = TestClient.login(address)) {
            client.query("INSERT INTO t VALUES (1)");
            assertThat(client.query("SELECT 1")).isEqualTo("primary");
        }
    }

    private static String lower(String text) {
        return text.toLowerCase(java.util.Locale.ROOT);
    }

    // Servers that fail

    @Test
    void readsElsewhereWhenAReplicaHangsUpBeforeItsAnswer() throws IOException {
        first.reply("SELECT 1", new Reply.HangUp());
        second.reply("SELECT 1", new Reply.HangUp());
        try (TestClient client = TestClient.login(address)) {
            assertThat(client.query("SELECT 1")).isEqualTo("primary");
            assertThat(client.query("SELECT 2")).isIn("first", "second", "primary");
        }
    }

    @Test
    void readsElsewhereWhenReplicasRefuseConnections() throws IOException {
        first.hangUp(true);
        second.close();
        try (TestClient client = TestClient.login(address)) {
            assertThat(client.query("SELECT 1")).isEqualTo("primary");
        }
    }

    @Test
    void endsTheSessionWhenAnAnswerIsCutInTheMiddle() throws IOException {
        onlyFirstReplica();
        first.reply("SELECT 1", new Reply.CutAfter(20));
        try (TestClient client = TestClient.login(address)) {
            assertThatThrownBy(() -> client.query("SELECT 1")).isInstanceOf(IOException.class);
        }
        await().untilAsserted(
                        () -> assertThat(proxy.sessionEnds()).containsEntry("answer_cut", 1L));
    }

    @Test
    void saysThatAWritesFateIsNotKnownAndGoesOn() throws IOException {
        primary.reply("INSERT INTO t VALUES (1)", new Reply.HangUp());
        try (TestClient client = TestClient.login(address)) {
            assertThatThrownBy(() -> client.query("INSERT INTO t VALUES (1)"))
                    .hasMessageStartingWith("1927 Lost connection to the primary dbwrite")
                    .hasMessageContaining("whether the statement took effect is not known");
            assertThat(client.query("INSERT INTO t VALUES (2)")).isEqualTo("OK");
        }
        assertThat(primary.asked()).containsOnlyOnce("INSERT INTO t VALUES (1)");
    }

    @Test
    void asksThePrimaryAgainForAReadThatItDidNotAnswer() throws IOException {
        String sql = "SELECT /* route:primary */ 1";
        primary.reply(sql, new Reply.HangUpOnce());
        try (TestClient client = TestClient.login(address)) {
            assertThat(client.query(sql)).isEqualTo("primary");
        }
        assertThat(primary.asked()).filteredOn(sql::equals).hasSize(2);
    }

    @Test
    void asksThePrimaryTwiceForAReadAndNotMore() throws IOException {
        String sql = "SELECT /* route:primary */ 1";
        primary.reply(sql, new Reply.HangUp());
        try (TestClient client = TestClient.login(address)) {
            assertThatThrownBy(() -> client.query(sql))
                    .hasMessageStartingWith("1927 Lost connection to the primary dbwrite");
            assertThat(client.query("SELECT 2")).isIn("first", "second");
        }
        assertThat(primary.asked()).filteredOn(sql::equals).hasSize(2);
    }

    @Test
    void writesTheFoundRowsOfAReplicaWhereThePrimaryIsToHaveThem() throws IOException {
        onlyFirstReplica();
        first.reply("SELECT FOUND_ROWS() LIMIT 1", new Reply.Rows(FakeMySqlServer.single("7")));
        try (TestClient client = TestClient.login(address)) {
            client.query("SELECT SQL_CALC_FOUND_ROWS a FROM t LIMIT 1");
            client.query("SET @n = FOUND_ROWS()");
            client.query("INSERT INTO s VALUES (FOUND_ROWS())");
            client.query("BEGIN");
            client.query("SELECT FOUND_ROWS() AS n, (SELECT COUNT(*) FROM t) AS c");
        }
        assertThat(primary.asked())
                .containsSubsequence(
                        "SET @n = CAST(7 AS SIGNED)",
                        "INSERT INTO s VALUES (CAST(7 AS SIGNED))",
                        "SELECT CAST(7 AS SIGNED) AS n, (SELECT COUNT(*) FROM t) AS c");
        assertThat(first.asked()).containsOnlyOnce("SELECT FOUND_ROWS() LIMIT 1");
    }

    /** Nobody knows whether it was done, so a read must not be answered as if it was not. */
    @Test
    void readsThatFollowAWriteOfUnknownFateGoToThePrimary() throws IOException {
        primary.reply("INSERT INTO t VALUES (1)", new Reply.HangUp());
        try (TestClient client = TestClient.login(address)) {
            assertThat(client.query("SELECT 1")).isIn("first", "second");
            assertThatThrownBy(() -> client.query("INSERT INTO t VALUES (1)"))
                    .isInstanceOf(TestClient.Refused.class);
            assertThat(client.query("SELECT 1")).isEqualTo("primary");
        }
    }

    /** An error that comes after the definitions of columns, as of a function that writes. */
    private static Reply.Raw refusedAfterDefinitions() {
        ByteBuf bytes = Unpooled.buffer();
        int start = Wire.begin(bytes, 1);
        bytes.writeByte(1);
        Wire.end(bytes, start);
        int definition = Wire.begin(bytes, 2);
        Wire.writeLenEncString(bytes, "def");
        Wire.end(bytes, definition);
        int end = Wire.begin(bytes, 3);
        bytes.writeByte(0xFE).writeShortLE(0).writeShortLE(2);
        Wire.end(bytes, end);
        new ErrPacket(1792, "25006", "Cannot execute statement in a READ ONLY transaction.")
                .encode(bytes, 4);
        return new Reply.Raw(ByteBufUtil.getBytes(bytes));
    }

    @Test
    void runsOnThePrimaryWhatAReplicaRefusesAfterItsColumns() throws IOException {
        onlyFirstReplica();
        first.reply("SELECT a FROM view_that_writes", refusedAfterDefinitions());
        try (TestClient client = TestClient.login(address)) {
            assertThat(client.query("SELECT a FROM view_that_writes")).isEqualTo("primary");
            assertThat(client.query("SELECT a FROM view_that_writes")).isEqualTo("primary");
        }
        assertThat(first.asked()).containsOnlyOnce("SELECT a FROM view_that_writes");
    }

    @Test
    void asksAnotherReplicaAgainThatCouldNotFollow() throws IOException {
        onlyFirstReplica();
        first.reply("USE `fresh`", new Reply.Err(1049, "Unknown database 'fresh'"));
        try (TestClient client = TestClient.login(address)) {
            client.query("SELECT 1");
            client.query("USE fresh");
            assertThat(client.query("SELECT 1")).isEqualTo("primary");
            first.reply("USE `fresh`", new Reply.Ok(ServerStatus.AUTOCOMMIT));
            await().untilAsserted(() -> assertThat(client.query("SELECT 1")).isEqualTo("first"));
        }
    }

    @Test
    void aFailedCallDoesNotHideTheTransactionThatItHasOpened() throws IOException {
        primary.reply("CALL p()", new Reply.Err(1644, "Unhandled user-defined exception"));
        primary.ping(ServerStatus.AUTOCOMMIT | ServerStatus.IN_TRANSACTION);
        try (TestClient client = TestClient.login(address)) {
            assertThatThrownBy(() -> client.query("CALL p()")).hasMessageStartingWith("1644");
            assertThat(client.query("SELECT 1")).isEqualTo("primary");
        }
    }

    @Test
    void endsTheSessionWhenItsTransactionIsLost() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            client.query("BEGIN");
            primary.reply("SELECT 1", new Reply.HangUp());
            assertThatThrownBy(() -> client.query("SELECT 1"))
                    .hasMessageContaining("the session lost its transaction");
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void goesOnAfterThePrimaryWasAwayWhileTheSessionWasIdle() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            client.query("SET NAMES latin1");
            primary.hangUp(true);
            assertThatThrownBy(() -> client.query("INSERT INTO t VALUES (1)"))
                    .isInstanceOf(TestClient.Refused.class);
            primary.hangUp(false);
            assertThat(client.query("INSERT INTO t VALUES (2)")).isEqualTo("OK");
        }
        assertThat(primary.asked())
                .containsSubsequence(
                        "SET NAMES latin1", "SET NAMES latin1", "INSERT INTO t VALUES (2)");
    }

    @Test
    void followsThePrimaryToAnotherServer() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            client.query("INSERT INTO t VALUES (1)");
            topology.publish(FakeServers.snapshot(2, second, List.of(first)));
            client.query("INSERT INTO t VALUES (2)");
        }
        assertThat(second.asked()).contains("INSERT INTO t VALUES (2)");
    }

    // Bytes

    @Test
    void understandsAnswersThatComeByteByByte() throws IOException {
        primary.inPiecesOf(1);
        first.inPiecesOf(1);
        second.inPiecesOf(3);
        long deprecating = TestClient.PLAIN | Capabilities.DEPRECATE_EOF;
        for (long capabilities : List.of(TestClient.PLAIN, deprecating)) {
            try (TestClient client = TestClient.login(address, "app", "secret", capabilities)) {
                assertThat(client.query("SELECT 1")).isIn("first", "second");
                assertThat(client.query("SELECT 1")).isIn("first", "second");
                assertThat(client.query("UPDATE t SET a=1")).isEqualTo("OK");
            }
        }
    }

    @Test
    void understandsCommandsThatComeByteByByteOrAllAtOnce() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            ByteBuf one = TextResult.command(Unpooled.buffer(), Command.QUERY, "SELECT 1");
            for (int i = 0; i < one.writerIndex(); i++) {
                client.send(one.slice(i, 1));
            }
            assertThat(client.answer()).isIn("first", "second");
            ByteBuf several = Unpooled.buffer();
            TextResult.command(several, Command.QUERY, "UPDATE t SET a=1");
            TextResult.command(several, Command.QUERY, "SELECT 2");
            TextResult.command(several, Command.PING, "");
            client.send(several);
            assertThat(client.answer()).isEqualTo("OK");
            assertThat(client.answer()).isIn("first", "second");
            assertThat(client.answer()).isEqualTo("OK");
        }
    }

    @Test
    void answersMalformedPacketsWithAnErrorAndDisturbsNobodyElse() throws IOException {
        try (TestClient other = TestClient.login(address)) {
            List<ByteBuf> malformed =
                    List.of(
                            Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 0}),
                            Unpooled.wrappedBuffer(new byte[] {1, 0, 0, 5, Command.PING}),
                            Unpooled.wrappedBuffer(new byte[] {1, 0, 0, 0, Command.STMT_EXECUTE}));
            for (ByteBuf bytes : malformed) {
                try (TestClient client = TestClient.login(address)) {
                    client.send(bytes);
                    assertThatThrownBy(client::answer).isInstanceOf(TestClient.Refused.class);
                    assertThat(client.isClosed()).isTrue();
                }
            }
            assertThat(other.query("SELECT 1")).isIn("first", "second");
        }
    }

    @Test
    void knowsNoUnknownCommands() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            client.send(TextResult.command(Unpooled.buffer(), 0x77, ""));
            assertThatThrownBy(client::answer).hasMessage("1047 Unknown command");
            assertThat(client.query("SELECT 1")).isIn("first", "second");
        }
    }

    @Test
    void survivesRandomBytesFromClients() throws IOException {
        Random random = new Random(20);
        for (int round = 0; round < 30; round++) {
            try (TestClient client =
                    round % 2 == 0 ? TestClient.greeted(address) : TestClient.login(address)) {
                byte[] bytes = new byte[1 + random.nextInt(200)];
                random.nextBytes(bytes);
                if (round % 3 == 0) {
                    // A header that fits, so that what is inside is looked at.
                    bytes = framed(bytes);
                }
                client.send(Unpooled.wrappedBuffer(bytes));
            }
        }
        await().untilAsserted(() -> assertThat(proxy.stats().clients()).isZero());
        try (TestClient client = TestClient.login(address)) {
            assertThat(client.query("SELECT 1")).isIn("first", "second");
        }
    }

    private static byte[] framed(byte[] payload) {
        ByteBuf out = Unpooled.buffer();
        int start = Wire.begin(out, 0);
        out.writeBytes(payload);
        Wire.end(out, start);
        return io.netty.buffer.ByteBufUtil.getBytes(out);
    }

    @Test
    void survivesRandomBytesFromReplicas() throws IOException {
        onlyFirstReplica();
        Random random = new Random(21);
        for (int round = 0; round < 20; round++) {
            byte[] bytes = new byte[1 + random.nextInt(60)];
            random.nextBytes(bytes);
            first.reply("SELECT 1", new Reply.Raw(framed(bytes)));
            try (TestClient client = TestClient.login(address)) {
                client.send(TextResult.command(Unpooled.buffer(), Command.QUERY, "SELECT 1"));
                client.send(TextResult.command(Unpooled.buffer(), Command.QUIT, ""));
            }
        }
        first.reply("SELECT 1", new Reply.Rows(FakeMySqlServer.single("well")));
        await().untilAsserted(() -> assertThat(proxy.stats().clients()).isZero());
        try (TestClient client = TestClient.login(address)) {
            assertThat(client.query("SELECT 1")).isEqualTo("well");
        }
    }

    @Test
    void learnsWhatAClientSetsWhileItNarrowsWhatIsTold() throws IOException {
        onlyFirstReplica();
        String sets = "SET session_track_system_variables='time_zone', sql_mode='ANSI_QUOTES'";
        primary.reply(
                "SELECT @@session.`session_track_system_variables`, @@session.`sql_mode` LIMIT 1",
                new Reply.Rows(
                        new TextResult(
                                List.of(TextResult.Column.text("a"), TextResult.Column.text("b")),
                                List.of(List.of("time_zone", "ANSI_QUOTES")))));
        try (TestClient client = TestClient.login(address)) {
            client.query(sets);
            assertThat(client.query("SELECT 1")).isEqualTo("first");
        }
        assertThat(first.asked())
                .containsSubsequence("SET SESSION `sql_mode`='ANSI_QUOTES'", "SELECT 1");
        assertThat(primary.asked())
                .filteredOn(sql -> sql.equals(sets) || sql.contains("variables='*'"))
                .hasSize(3)
                .element(1)
                .isEqualTo(sets);
    }

    // Values beyond one packet

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private static int frame(ByteBuf out, int sequence, byte[] payload, int from, int length) {
        out.writeMediumLE(length).writeByte(sequence);
        out.writeBytes(payload, from, length);
        return sequence + 1;
    }

    /** As many packets as the payload takes; the last one is not full. */
    private static int frames(ByteBuf out, int firstSequence, byte[] payload) {
        int sequence = firstSequence;
        for (int at = 0; at <= payload.length; at += Wire.MAX_PAYLOAD) {
            int length = Math.min(Wire.MAX_PAYLOAD, payload.length - at);
            sequence = frame(out, sequence, payload, at, length);
        }
        return sequence;
    }

    private static ByteBuf largeRow(byte[] row) {
        ByteBuf bytes = Unpooled.buffer(row.length + 1024);
        int sequence = frame(bytes, 1, new byte[] {1}, 0, 1);
        int definition = Wire.begin(bytes, sequence++);
        Wire.writeLenEncString(bytes, "def");
        Wire.end(bytes, definition);
        byte[] eof = {(byte) 0xFE, 0, 0, 2, 0};
        sequence = frame(bytes, sequence, eof, 0, eof.length);
        sequence = frames(bytes, sequence, row);
        frame(bytes, sequence, eof, 0, eof.length);
        return bytes;
    }

    @Test
    void passesRowsOfSeveralPacketsOnUnchanged() throws IOException {
        onlyFirstReplica();
        int[] firstOfSecond = {0x00, 0xFE, 0xFF};
        int[] lengthOfSecond = {0, 5, 1 << 20};
        for (int header : firstOfSecond) {
            for (int length : lengthOfSecond) {
                byte[] row = random(Wire.MAX_PAYLOAD + length);
                row[0] = (byte) 0xFE;
                if (length > 0) {
                    row[Wire.MAX_PAYLOAD] = (byte) header;
                }
                byte[] answer = ByteBufUtil.getBytes(largeRow(row));
                first.reply("SELECT 1", new Reply.Raw(answer));
                try (TestClient client = TestClient.login(address)) {
                    client.send(TextResult.command(Unpooled.buffer(), Command.QUERY, "SELECT 1"));
                    assertThat(Arrays.equals(client.bytes(answer.length), answer)).isTrue();
                    assertThat(client.query("SELECT 2")).isEqualTo("first");
                }
            }
        }
    }

    @Test
    void passesCommandsOfSeveralPacketsOnUnchanged() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            String insert = "INSERT INTO t VALUES (?)";
            client.send(TextResult.command(Unpooled.buffer(), Command.STMT_PREPARE, insert));
            client.read();
            client.read();
            client.read();
            for (int command :
                    new int[] {Command.QUERY, Command.STMT_EXECUTE, Command.STMT_SEND_LONG_DATA}) {
                for (int length : new int[] {0, 4 << 20}) {
                    byte[] payload = random(Wire.MAX_PAYLOAD + length);
                    payload[0] = (byte) command;
                    // The statement's id; no cursor.
                    payload[1] = 1;
                    Arrays.fill(payload, 2, 10, (byte) 0);
                    ByteBuf bytes = Unpooled.buffer(payload.length + 64);
                    frames(bytes, 0, payload);
                    client.send(bytes);
                    if (command != Command.STMT_SEND_LONG_DATA) {
                        assertThat(client.answer()).isEqualTo("OK");
                    }
                    assertThat(client.query("INSERT INTO t VALUES (1)")).isEqualTo("OK");
                    byte[] came = primary.lastOfSeveral();
                    if (command != Command.QUERY) {
                        System.arraycopy(payload, 1, came, 1, 4);
                    }
                    assertThat(Arrays.equals(came, payload)).isTrue();
                }
            }
        }
    }

    // Prepared statements

    @Test
    void preparesOnAReplicaWhenItFirstReadsThereAndSendsTheTypesAgain() throws IOException {
        onlyFirstReplica();
        try (TestClient client = TestClient.login(address)) {
            client.send(TextResult.command(Unpooled.buffer(), Command.STMT_PREPARE, "SELECT ?"));
            ByteBuf prepared = client.read();
            assertThat(prepared.getIntLE(1)).isEqualTo(1);
            client.read();
            client.read();
            client.send(execute(1, true));
            assertThat(client.answer()).isEqualTo("OK");
            client.send(execute(1, false));
            assertThat(client.answer()).isEqualTo("OK");
            topology.publish(FakeServers.snapshot(3, primary, List.of(second)));
            client.send(execute(1, false));
            assertThat(client.answer()).isEqualTo("OK");
        }
        assertThat(first.commands())
                .filteredOn(each -> each[0] != Command.RESET_CONNECTION)
                .hasSize(3);
        assertThat(first.commands().get(0)[0]).isEqualTo((byte) Command.STMT_PREPARE);
        // The second server never saw the types the client sent first.
        byte[] there = second.commands().get(1);
        assertThat(there[0]).isEqualTo((byte) Command.STMT_EXECUTE);
        assertThat(there[11]).isEqualTo((byte) 1);
        assertThat(there[12]).isEqualTo((byte) 8);
    }

    @Test
    void readsElsewhereWhenAReplicaDiesWhileItPrepares() throws IOException {
        onlyFirstReplica();
        first.reply("SELECT ?", new Reply.HangUp());
        try (TestClient client = TestClient.login(address)) {
            client.prepare("SELECT ?");
            client.send(execute(1, true));
            assertThat(client.answer()).isEqualTo("OK");
        }
        assertThat(proxy.stats().servers().values()).allMatch(s -> s.connectionsUsed() == 0);
    }

    @Test
    void preparesNowhereInAnotherSchemaThanTheClientDid() throws IOException {
        onlyFirstReplica();
        try (TestClient client = TestClient.login(address)) {
            client.query("USE a");
            client.send(TextResult.command(Unpooled.buffer(), Command.STMT_PREPARE, "SELECT ?"));
            client.read();
            client.read();
            client.read();
            client.query("USE b");
            client.send(execute(1, true));
            assertThat(client.answer()).isEqualTo("OK");
        }
        assertThat(first.commands()).isEmpty();
        assertThat(primary.commands())
                .extracting(command -> (int) command[0])
                .containsSubsequence(Command.STMT_PREPARE, Command.STMT_EXECUTE);
    }

    @Test
    void saysThatAStatementIsUnknown() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            client.send(execute(9, true));
            assertThatThrownBy(client::answer)
                    .hasMessage(
                            "1243 Unknown prepared statement handler (9) given to"
                                    + " mysqld_stmt_execute");
        }
    }

    private static ByteBuf execute(int id, boolean withTypes) {
        ByteBuf out = Unpooled.buffer();
        int start = Wire.begin(out, 0);
        out.writeByte(Command.STMT_EXECUTE).writeIntLE(id).writeByte(0).writeIntLE(1);
        out.writeByte(0).writeByte(withTypes ? 1 : 0);
        if (withTypes) {
            out.writeShortLE(8);
        }
        out.writeLongLE(42);
        Wire.end(out, start);
        return out;
    }

    // Ends

    @Test
    void endsAsTheServerDoesAfterCommitRelease() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            assertThat(client.query("COMMIT RELEASE")).isNotNull();
            assertThat(client.isClosed()).isTrue();
        }
        assertThat(proxy.sessionEnds()).containsEntry("server_ended", 1L);
    }

    @Test
    void aHintToAReplicaThatJustFailedIsNoMistake() throws IOException {
        first.hangUp(true);
        try (TestClient client = TestClient.login(address)) {
            client.query("/* route:dbread1 */ SELECT 1");
            client.query("/* route:dbread1 */ SELECT 2");
            client.query("/* route:dbread1 */ SHOW STATUS");
        }
        assertThat(primary.asked())
                .contains(
                        "/* route:dbread1 */ SELECT 1",
                        "/* route:dbread1 */ SELECT 2",
                        "/* route:dbread1 */ SHOW STATUS");
    }

    @Test
    void killsAnotherSessionByItsId() throws IOException {
        try (TestClient killer = TestClient.login(address);
                TestClient victim = TestClient.login(address)) {
            int id = victim.greeting().connectionId();
            assertThat(killer.query("KILL " + id)).isEqualTo("OK");
            // It had asked nothing, so it is told nothing.
            assertThat(victim.isClosed()).isTrue();
        }
        assertThat(primary.asked()).anyMatch(sql -> sql.matches("KILL CONNECTION [0-9]{1,3}"));
    }

    @Test
    void killsAmongSeveralStatements() throws IOException {
        try (TestClient killer = TestClient.login(address);
                TestClient victim = TestClient.login(address)) {
            int id = victim.greeting().connectionId();
            assertThat(
                            killer.query(
                                    "SELECT '"
                                            + id
                                            + "'; KILL "
                                            + id
                                            + "; INSERT INTO t VALUES (1)"))
                    .isEqualTo("primary");
            assertThat(victim.isClosed()).isTrue();
            assertThat(primary.asked())
                    .anyMatch(sql ->
                            sql.matches(
                                    "SELECT '"
                                            + id
                                            + "'; KILL [0-9]{1,3}; INSERT INTO t VALUES \\(1\\)"));
        }
    }

    @Test
    void asksTablesAboutTheServerWithTheServersOwnConnectionId() throws IOException {
        String threads = "SELECT 1 FROM performance_schema.threads WHERE id = CONNECTION_ID()";
        String list = "SELECT 1 FROM information_schema.processlist WHERE id = CONNECTION_ID()";
        try (TestClient client = TestClient.login(address)) {
            client.query(threads);
            client.query(list);
        }
        assertThat(primary.asked()).contains(threads, list);
    }

    @Test
    void keepsBackendsForOthersWhenASessionEnds() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            client.query("SELECT 1");
            client.query("SELECT 1");
            assertThat(proxy.stats().servers().values()).allMatch(s -> s.connectionsIdle() == 1);
        }
        await().untilAsserted(() ->
                assertThat(proxy.stats().servers().values())
                        .allMatch(s -> s.connectionsIdle() == 1)
                        .allMatch(s -> s.connectionsUsed() == 0));
    }

    @Test
    void drainsIdleSessionsAtOnce() throws IOException {
        try (TestClient client = TestClient.login(address)) {
            client.query("SELECT 1");
            proxy.drain(Duration.ofSeconds(5));
            assertThat(client.isClosed()).isTrue();
        }
        assertThat(proxy.sessionEnds()).containsEntry("drained", 1L);
    }

    @Test
    void saysThatThePortIsTaken() {
        ProxySettings taken = ProxySettings.defaults(address);
        try (ProxyServer other =
                new ProxyServer(taken, topology, Credentials.of("app", "secret"))) {
            assertThatThrownBy(other::start)
                    .hasMessageContaining("the port is taken by another program");
        }
    }

    /** The end of rows has no room for what has changed, but MariaDB says that something has. */
    @Test
    void saysNothingOfChangesThatTheClientDidNotAskFor() throws IOException {
        String sql = "INSERT INTO t VALUES (1) RETURNING a";
        ByteBuf rows = Unpooled.buffer();
        FakeMySqlServer.single("1")
                .encode(
                        rows,
                        TestClient.PLAIN,
                        ServerStatus.AUTOCOMMIT | ServerStatus.SESSION_STATE_CHANGED);
        primary.reply(sql, new Reply.Raw(ByteBufUtil.getBytes(rows)));
        try (TestClient client = TestClient.login(address)) {
            client.send(TextResult.command(Unpooled.buffer(), Command.QUERY, sql));
            client.read();
            client.read();
            ByteBuf endOfColumns = client.read();
            client.read();
            for (ByteBuf end : List.of(endOfColumns, client.read())) {
                assertThat(end.getUnsignedByte(0)).isEqualTo((short) 0xFE);
                assertThat(end.getUnsignedShortLE(3)).isEqualTo(ServerStatus.AUTOCOMMIT);
            }
        }
    }
}
