package io.dbmanager.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.Flavour;
import io.dbmanager.common.GtidSet;
import io.dbmanager.common.Position;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.route.Route.LeaveReplica;
import io.dbmanager.proxy.route.Route.Reject;
import io.dbmanager.proxy.route.Route.Stay;
import io.dbmanager.proxy.route.Route.ToPrimary;
import io.dbmanager.proxy.route.Route.ToReplica;
import io.dbmanager.proxy.sql.Sql;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoutingPolicyTest {
    private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final TopologySnapshot TWO =
            Servers.of(Servers.replica("dbread1"), Servers.replica("dbread2"));

    private final FakeSession session = new FakeSession();

    private Route route(String sql, TopologySnapshot topology, int turn) {
        return RoutingPolicy.route(Sql.classify(sql, Sql.MYSQL_97), session, topology, turn);
    }

    private Route route(String sql) {
        return route(sql, TWO, 0);
    }

    private static GtidSet gtids(String interval) {
        return GtidSet.parse(Flavour.MYSQL, UUID + ":" + interval);
    }

    private static ReplicaStatus at(String name, String interval) {
        return Servers.replica(
                name,
                ReplicaState.REPLICATING,
                true,
                new Position.Gtids(gtids(interval)),
                Optional.empty());
    }

    @Test
    void replicasTakeTurns() {
        int last = Integer.MAX_VALUE;
        List<String> servers =
                IntStream.of(last - 1, last, last + 1, last + 2)
                        .mapToObj(turn -> ((ToReplica) route("SELECT 1", TWO, turn)).server())
                        .toList();

        assertThat(servers).containsExactly("dbread1", "dbread2", "dbread1", "dbread2");
    }

    @Test
    void aReplicaThatTakesNoReadsIsPassedOver() {
        ReplicaStatus lagging =
                Servers.replica(
                        "dbread1",
                        ReplicaState.LAGGING,
                        false,
                        new Position.Unknown("x"),
                        Optional.empty());

        assertThat(route("SELECT 1", Servers.of(lagging, Servers.replica("dbread2")), 0))
                .isEqualTo(new ToReplica("dbread2", "a plain read", null));
        assertThat(route("SELECT 1", Servers.of(lagging), 0))
                .isEqualTo(new ToPrimary(RouteReasons.NO_REPLICA));
        assertThat(route("/* route:dbread1 */ SELECT 1", Servers.of(lagging), 0))
                .isEqualTo(new ToPrimary(RouteReasons.HINTED_TAKES_NO_READS));
        assertThat(route("/* route:dbread1 */ SHOW REPLICA STATUS", Servers.of(lagging), 0))
                .isEqualTo(new ToReplica("dbread1", RouteReasons.HINT_SERVER, null));
        assertThat(route("SELECT 1", Servers.of(), 0))
                .isEqualTo(new ToPrimary(RouteReasons.NO_REPLICA));
    }

    @Test
    void whatHoldsTheSessionHoldsItsReads() {
        session.inTransaction = true;
        assertThat(route("SELECT 1")).isEqualTo(new ToPrimary(RouteReasons.IN_TRANSACTION));
        assertThat(route("/* route:replica */ SELECT 1"))
                .isEqualTo(new ToPrimary(RouteReasons.IN_TRANSACTION));
        session.inTransaction = false;
        session.autocommit = false;
        assertThat(route("SELECT 1")).isEqualTo(new ToPrimary(RouteReasons.NO_AUTOCOMMIT));
        session.autocommit = true;
        session.nextTransactionSet = true;
        assertThat(route("SELECT 1")).isEqualTo(new ToPrimary(RouteReasons.NEXT_TRANSACTION_SET));
        session.nextTransactionSet = false;
        session.pinned = "table locks are held";
        assertThat(route("SELECT 1")).isEqualTo(new ToPrimary("table locks are held"));
        session.pinned = null;
        assertThat(route("SELECT 1")).isInstanceOf(ToReplica.class);
    }

    @Test
    void temporaryTablesHoldWhatMayNameThem() {
        session.temporaryTables = true;

        for (String sql :
                List.of(
                        "SELECT * FROM t",
                        "TABLE t",
                        "DESC t",
                        "SHOW CREATE TABLE t",
                        "SHOW TABLES")) {
            assertThat(route(sql)).isEqualTo(new ToPrimary(RouteReasons.TEMPORARY_TABLES));
        }
        assertThat(route("SELECT 1")).isInstanceOf(ToReplica.class);
    }

    @Test
    void userVariablesFollowOrAreFollowed() {
        assertThat(route("SELECT @a")).isEqualTo(new ToPrimary(RouteReasons.USER_VARIABLE));
        session.followingVariables.add("a");
        assertThat(route("SELECT @A")).isInstanceOf(ToReplica.class);
        assertThat(route("SELECT @a, @b")).isEqualTo(new ToPrimary(RouteReasons.USER_VARIABLE));
        session.userVariablesOn.put("b", "dbread2");
        assertThat(route("SELECT @b"))
                .isEqualTo(new ToReplica("dbread2", RouteReasons.USER_VARIABLE, null));
        assertThat(route("SELECT @b, @c")).isInstanceOf(ToPrimary.class);
        session.userVariablesOn.put("c", "dbread1");
        assertThat(route("SELECT @b, @c")).isInstanceOf(ToPrimary.class);
        session.userVariablesOn.put("b", "gone");
        assertThat(route("SELECT @b")).isInstanceOf(ToPrimary.class);
    }

    @Test
    void functionsAreBelievedOnceAllAreKnown() {
        assertThat(route("SELECT f(1), db.g(2)")).isInstanceOf(ToPrimary.class);
        session.readingFunctions.add("f");
        assertThat(route("SELECT f(1), db.g(2)")).isInstanceOf(ToPrimary.class);
        session.readingFunctions.add("db.g");
        assertThat(route("SELECT f(1), db.g(2)")).isInstanceOf(ToReplica.class);
        assertThat(route("SELECT f(1) FOR UPDATE")).isInstanceOf(ToPrimary.class);
    }

    @Test
    void diagnosticsStay() {
        assertThat(route("SHOW WARNINGS")).isEqualTo(new Stay("speaks of the last statement"));
        session.inTransaction = true;
        assertThat(route("SHOW WARNINGS")).isInstanceOf(Stay.class);
    }

    @Test
    void aSystemSchemaMeansTheServer() {
        session.schema = "performance_schema";
        assertThat(route("SELECT * FROM threads"))
                .isEqualTo(new ToPrimary(RouteReasons.SERVER_SCHEMA));
        assertThat(route("/* route:replica */ SELECT * FROM threads"))
                .isInstanceOf(ToReplica.class);
        assertThat(route("SELECT 1")).isInstanceOf(ToReplica.class);
        session.schema = "INFORMATION_SCHEMA";
        assertThat(route("SELECT * FROM processlist")).isInstanceOf(ToPrimary.class);
    }

    @Test
    void anUnknownServerIsRefusedByName() {
        assertThat(route("/* route:dbread7 */ SELECT 1"))
                .isEqualTo(
                        new Reject(
                                1105,
                                "HY000",
                                "The route hint names 'dbread7', but there is no such server: use"
                                        + " one of primary, replica, dbwrite, dbread1, dbread2"));
    }

    @Test
    void readsSeeWhatTheyMustByGtid() {
        session.required = new Requirement.Gtids(gtids("1-10"));
        TopologySnapshot oneReady = Servers.of(at("dbread1", "1-9"), at("dbread2", "1-10"));
        for (int turn = 0; turn < 4; turn++) {
            assertThat(route("SELECT 1", oneReady, turn))
                    .isEqualTo(new ToReplica("dbread2", "a plain read", null));
        }

        TopologySnapshot noneReady = Servers.of(at("dbread1", "1-9"), at("dbread2", "1-8"));
        assertThat(route("SELECT 1", noneReady, 1))
                .isEqualTo(new ToReplica("dbread2", "a plain read", gtids("1-10")));
        assertThat(route("/* route:dbread1 */ SELECT 1", noneReady, 1))
                .isEqualTo(new ToReplica("dbread1", RouteReasons.HINT_SERVER, gtids("1-10")));

        session.knownToHave.add("dbread1");
        assertThat(route("SELECT 1", noneReady, 1))
                .isEqualTo(new ToReplica("dbread1", "a plain read", null));
        session.knownToHave.clear();

        assertThat(route("SELECT 1", TWO, 0)).isEqualTo(new ToPrimary(RouteReasons.NOT_FRESH));
    }

    @Test
    void readsSeeWhatTheyMustByHeartbeat() {
        session.required = new Requirement.WrittenAt(Servers.NOW);
        ReplicaStatus before = heartbeat("dbread1", 0);
        ReplicaStatus after = heartbeat("dbread2", 1);

        assertThat(route("SELECT 1", Servers.of(before, after), 0))
                .isEqualTo(new ToReplica("dbread2", "a plain read", null));
        assertThat(route("SELECT 1", Servers.of(before), 0))
                .isEqualTo(new ToPrimary(RouteReasons.NOT_FRESH));
        assertThat(route("SELECT 1", TWO, 0)).isEqualTo(new ToPrimary(RouteReasons.NOT_FRESH));
    }

    @Test
    void readsSeeWhatTheyMustByGtidAndByHeartbeat() {
        session.required = new Requirement.GtidsAndWrittenAt(gtids("1-10"), Servers.NOW);
        ReplicaStatus early = with("dbread1", "1-10", 0);
        ReplicaStatus behind = with("dbread2", "1-9", 1);
        assertThat(route("SELECT 1", Servers.of(early), 0))
                .isEqualTo(new ToPrimary(RouteReasons.NOT_FRESH));
        assertThat(route("SELECT 1", Servers.of(early, behind), 0))
                .isEqualTo(new ToReplica("dbread2", "a plain read", gtids("1-10")));
        assertThat(route("SELECT 1", Servers.of(early, with("dbread2", "1-10", 1)), 0))
                .isEqualTo(new ToReplica("dbread2", "a plain read", null));
    }

    private static ReplicaStatus with(String name, String gtids, long millisAfter) {
        return Servers.replica(
                name,
                ReplicaState.REPLICATING,
                true,
                new Position.Gtids(gtids(gtids)),
                Optional.of(Servers.NOW.plusMillis(millisAfter)));
    }

    @Test
    void stateThatNamesMayMeanKeepsReadsOnThePrimary() {
        session.temporaryTables = true;
        assertThat(route("SELECT shop.f()"))
                .isEqualTo(new ToPrimary(RouteReasons.TEMPORARY_TABLES));
        assertThat(route("SELECT 1")).isInstanceOf(ToReplica.class);
        session.temporaryTables = false;
        session.userVariablesOn.put("p1", "dbread9");
        assertThat(route("SELECT * FROM v")).isInstanceOf(ToReplica.class);
        session.functionsReadUserVariables = true;
        assertThat(route("SELECT * FROM v")).isEqualTo(new ToPrimary(RouteReasons.USER_VARIABLE));
    }

    private static ReplicaStatus heartbeat(String name, long millisAfter) {
        return Servers.replica(
                name,
                ReplicaState.REPLICATING,
                true,
                new Position.FileOffset("binlog.000001", 4),
                Optional.of(Servers.NOW.plusMillis(millisAfter)));
    }

    @Test
    void aTransactionThatOnlyReadsIsBegunOnAReplica() {
        String begin = "START TRANSACTION READ ONLY, WITH CONSISTENT SNAPSHOT";
        assertThat(route(begin)).isInstanceOf(ToReplica.class);
        assertThat(route("/* route:primary */ " + begin)).isInstanceOf(ToPrimary.class);
        session.userVariablesOn.put("a", "dbread1");
        assertThat(route(begin)).isEqualTo(new ToPrimary(RouteReasons.USER_VARIABLE));
        session.userVariablesOn.clear();
        session.temporaryTables = true;
        assertThat(route(begin)).isEqualTo(new ToPrimary(RouteReasons.TEMPORARY_TABLES));
        session.temporaryTables = false;
        session.inTransaction = true;
        assertThat(route(begin)).isEqualTo(new ToPrimary(RouteReasons.IN_TRANSACTION));
    }

    private static final List<String> IN_IT =
            List.of(
                    "SELECT 1",
                    "SELECT * FROM t; SELECT * FROM u",
                    "SHOW TABLES",
                    "SELECT * FROM performance_schema.threads",
                    "DELETE FROM t",
                    "INSERT INTO t VALUES (1)",
                    "SAVEPOINT a",
                    "ROLLBACK TO a",
                    "ROLLBACK",
                    "COMMIT");

    private static final List<String> BESIDE_IT =
            List.of(
                    "SET NAMES latin1",
                    "SET sql_mode=CONCAT(@@sql_mode, ',ANSI_QUOTES')",
                    "SET @a=1, time_zone='+01:00'",
                    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
                    "USE other",
                    "SHOW STATUS",
                    "SELECT @@hostname",
                    "SELECT LAST_INSERT_ID()",
                    "PREPARE p FROM 'SELECT 1'",
                    "KILL 7",
                    "BEGIN",
                    "START TRANSACTION READ WRITE",
                    "EXPLAIN ROUTE SELECT 1");

    private static final List<String> NOT_IN_IT =
            List.of(
                    "SELECT 1 FOR UPDATE",
                    "SELECT f() FROM t",
                    "SELECT UUID_SHORT() FROM t",
                    "SELECT @b",
                    "SELECT GET_LOCK('a', 1)",
                    "SELECT a INTO @x FROM t",
                    "SET @a=(SELECT MAX(a) FROM t)",
                    "SET @a=NOW()",
                    "SET autocommit=0",
                    "SET TRANSACTION READ WRITE",
                    "SET PASSWORD='x'",
                    "CREATE TEMPORARY TABLE t2 (a INT)",
                    "ALTER TABLE t ADD b INT",
                    "STOP SLAVE",
                    "DELETE FROM t WHERE a='unended",
                    "LOAD DATA INFILE 'f' INTO TABLE t",
                    "LOAD DATA LOCAL INFILE 'f' INTO TABLE t",
                    "CALL p()",
                    "EXECUTE p",
                    "LOCK TABLES t READ",
                    "XA START 'a'",
                    "SELECT 1; DELETE FROM t");

    @Test
    void aTransactionThatOnlyReadsStaysOnItsReplica() {
        session.readOnlyTransactionOn = "dbread2";
        for (boolean hasRead : new boolean[] {false, true}) {
            session.readOnlyTransactionHasRead = hasRead;
            for (String sql : IN_IT) {
                assertThat(route(sql))
                        .as(sql)
                        .isEqualTo(
                                new ToReplica(
                                        "dbread2", RouteReasons.IN_READ_ONLY_TRANSACTION, null));
            }
            for (String sql : BESIDE_IT) {
                assertThat(route(sql)).as(sql).isInstanceOf(ToPrimary.class);
            }
            for (String sql : NOT_IN_IT) {
                assertThat(route(sql)).as(sql).isInstanceOf(LeaveReplica.class);
            }
            assertThat(route("SHOW WARNINGS")).isInstanceOf(Stay.class);
        }
        session.pinned = "the session holds user locks";
        assertThat(route("SELECT 1")).isEqualTo(new LeaveReplica(session.pinned));
    }

    @Test
    void itsFirstReadSeesWhatAReadMust() {
        session.readOnlyTransactionOn = "dbread2";
        session.required = new Requirement.WrittenAt(Servers.NOW);
        assertThat(route("SELECT 1", TWO, 0)).isEqualTo(new LeaveReplica(RouteReasons.NOT_FRESH));
        session.readOnlyTransactionHasRead = true;
        assertThat(route("SELECT 1", TWO, 0)).isInstanceOf(ToReplica.class);
    }
}
