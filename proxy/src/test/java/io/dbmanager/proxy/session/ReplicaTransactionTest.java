package io.dbmanager.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.OkPacket;
import io.dbmanager.proxy.protocol.ServerStatus;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.session.FakeMySqlServer.Reply;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** START TRANSACTION READ ONLY goes to a replica and stays there. */
final class ReplicaTransactionTest {
    private static final String BEGIN = "START TRANSACTION READ ONLY";
    private static final int BOTH =
            ServerStatus.IN_TRANSACTION | ServerStatus.IN_READ_ONLY_TRANSACTION;

    private FakeServers servers;

    @BeforeEach
    void start() throws IOException {
        servers = new FakeServers();
    }

    @AfterEach
    void stop() {
        servers.close();
    }

    private TestClient login() throws IOException {
        return servers.login(TestClient.PLAIN);
    }

    private static int status(TestClient client, int command, String text) throws IOException {
        client.send(TextResult.command(Unpooled.buffer(), command, text));
        return OkPacket.decode(client.read()).status();
    }

    @Test
    void staysOnItsReplicaUntilItEnds() throws IOException {
        try (TestClient client = login()) {
            assertThat(client.query(BEGIN)).isEqualTo("OK");
            assertThat(client.query("SELECT 1")).isEqualTo("replica");
            assertThat(client.query("SAVEPOINT a")).isEqualTo("OK");
            assertThat(client.query("COMMIT")).isEqualTo("OK");
            assertThat(client.query("SELECT 2 FOR UPDATE")).isEqualTo("primary");
            assertThat(client.query("COMMIT")).isEqualTo("OK");
        }
        assertThat(servers.replica().asked())
                .containsSubsequence(BEGIN, "SELECT 1", "SAVEPOINT a", "COMMIT");
        assertThat(servers.primary().asked()).doesNotContain(BEGIN).contains("COMMIT");
    }

    @Test
    void everyAnswerSaysThatItIsOpen() throws IOException {
        try (TestClient client = login()) {
            assertThat(status(client, Command.QUERY, BEGIN) & BOTH).isEqualTo(BOTH);
            assertThat(status(client, Command.QUERY, "SET NAMES latin1") & BOTH).isEqualTo(BOTH);
            assertThat(status(client, Command.INIT_DB, "shop") & BOTH).isEqualTo(BOTH);
            assertThat(status(client, Command.PING, "") & BOTH).isEqualTo(BOTH);
            assertThat(status(client, Command.QUERY, "ROLLBACK") & BOTH).isZero();
            assertThat(status(client, Command.QUERY, "SET NAMES utf8mb4") & BOTH).isZero();
        }
        assertThat(servers.primary().asked()).contains("SET NAMES latin1");
    }

    @Test
    void whatTheServerRefusesIsNotTriedOnThePrimary() throws IOException {
        servers.replica().reply("DELETE FROM t", new Reply.Err(1792, "read only"));
        servers.replica().reply("UPDATE t SET a=1", new Reply.Err(1290, "--read-only"));
        try (TestClient client = login()) {
            client.query(BEGIN);
            assertThatThrownBy(() -> client.query("DELETE FROM t")).hasMessage("1792 read only");
            assertThatThrownBy(() -> client.query("UPDATE t SET a=1"))
                    .hasMessage("1792 Cannot execute statement in a READ ONLY transaction.");
            assertThat(client.query("SELECT 1")).isEqualTo("replica");
        }
        assertThat(servers.primary().asked()).doesNotContain("DELETE FROM t", "UPDATE t SET a=1");
    }

    @Test
    void goesToThePrimaryWithWhatCannotBePartOfItBeforeItHasRead() throws IOException {
        try (TestClient client = login()) {
            client.query(BEGIN);
            client.query("SAVEPOINT a");
            client.query("CALL p()");
            assertThat(client.query("SELECT 1")).isEqualTo("primary");
            client.query("COMMIT");
            // Whether procedures can leave anything behind is looked at first.
            await().untilAsserted(() -> assertThat(client.query("SELECT 1")).isEqualTo("replica"));
        }
        assertThat(servers.replica().asked()).containsSubsequence(BEGIN, "SAVEPOINT a", "ROLLBACK");
        assertThat(servers.primary().asked()).containsSubsequence(BEGIN, "CALL p()", "COMMIT");
    }

    @Test
    void refusesWhatCannotBePartOfItAfterItHasRead() throws IOException {
        try (TestClient client = login()) {
            client.query(BEGIN);
            client.query("SELECT 1");
            assertThatThrownBy(() -> client.query("CALL p()"))
                    .hasMessageStartingWith(
                            "1792 Cannot execute statement in a READ ONLY transaction that has"
                                    + " read on the replica dbread1");
            assertThat(client.query("SELECT 1")).isEqualTo("replica");
            client.query("COMMIT");
            assertThat(client.query("CALL p()")).isEqualTo("OK");
            // Whether procedures can leave anything behind is looked at first.
            await().untilAsserted(() -> assertThat(client.query("SELECT 1")).isEqualTo("replica"));
            client.query("START TRANSACTION READ ONLY, WITH CONSISTENT SNAPSHOT");
            assertThatThrownBy(() -> client.query("CALL p()")).hasMessageStartingWith("1792 ");
        }
    }

    @Test
    void anotherTransactionEndsIt() throws IOException {
        try (TestClient client = login()) {
            client.query(BEGIN);
            client.query("SELECT 1");
            assertThat(status(client, Command.QUERY, "BEGIN") & BOTH)
                    .isEqualTo(ServerStatus.IN_TRANSACTION);
        }
        assertThat(servers.replica().asked()).containsSubsequence(BEGIN, "SELECT 1", "ROLLBACK");
    }

    @Test
    void beginsAgainElsewhereWhenItsReplicaIsLostBeforeItHasRead() throws IOException {
        servers.replica().reply("SELECT 2", new Reply.HangUp());
        try (TestClient client = login()) {
            client.query(BEGIN);
            assertThat(client.query("SELECT 2")).isEqualTo("primary");
        }
        assertThat(servers.primary().asked()).containsSubsequence(BEGIN, "SELECT 2");
    }

    @Test
    void isLostWithItsReplicaAfterItHasRead() throws IOException {
        servers.replica().reply("SELECT 2", new Reply.HangUp());
        for (boolean underWay : new boolean[] {true, false}) {
            try (TestClient client = login()) {
                client.query(BEGIN);
                client.query("SELECT 1");
                if (!underWay) {
                    servers.replica().hangUp(false);
                }
                assertThatThrownBy(() -> client.query("SELECT 2"))
                        .hasMessageMatching(
                                "1927 Lost connection to the replica dbread1: .*; the session lost"
                                        + " its transaction");
                assertThat(client.isClosed()).isTrue();
            }
        }
        assertThat(servers.primary().asked()).doesNotContain(BEGIN, "SELECT 2");
    }

    @Test
    void canBeEndedWithoutItsReplica() throws IOException {
        try (TestClient client = login()) {
            client.query(BEGIN);
            client.query("SELECT 1");
            servers.replica().hangUp(true);
            assertThat(status(client, Command.QUERY, "COMMIT") & BOTH).isZero();
            assertThat(client.query("SELECT 1")).isEqualTo("primary");
        }
    }

    @Test
    void tellsItsRoute() throws IOException {
        try (TestClient client = login()) {
            assertThat(client.query("EXPLAIN ROUTE " + BEGIN)).isEqualTo("replica");
            client.query(BEGIN);
            assertThat(client.query("EXPLAIN ROUTE DELETE FROM t")).isEqualTo("replica");
            assertThat(client.query("EXPLAIN ROUTE CALL p()")).isEqualTo("primary");
        }
    }
}
