package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** What a session leaves on one server, and for how long that keeps its reads there. */
class SessionStateTest {
    private static final String READ = "EXPLAIN ROUTE SELECT id FROM shop.orders";
    private static final String MISJUDGED = "looks like a read, but a replica refused it before";

    @EachFamily
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void sessionsAreHeldAsLongAsNeededAndNoLonger(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start();
                Fleet fleet = Fleet.synced(cluster)) {
            fleet.throughProxy()
                    .execute(
                            "CREATE DATABASE shop",
                            "CREATE TABLE shop.orders (id INT PRIMARY KEY)",
                            "INSERT INTO shop.orders VALUES (1), (2)",
                            "CREATE TABLE shop.log (id INT AUTO_INCREMENT PRIMARY KEY)",
                            "SET GLOBAL log_bin_trust_function_creators = 1");
            fleet.awaitCaughtUp();
            try (Connection session = fleet.throughProxy().connect()) {
                userLocksEnd(session);
                statementsPreparedByTextEnd(session);
                stateHiddenInStringsHolds(session);
            }
            // Else the driver asks for a variable before each write, which is a query too.
            try (Connection session = connect(fleet, "useLocalSessionState")) {
                foundRowsAreThoseOfTheLastQuery(session);
                theConnectionIdIsTheProxys(session);
            }
            storedFunctionsAreJudged(fleet);
            thoseWhoPrepareEverythingAreAnswered(fleet);
            transactionsThatOnlyReadStayOnAReplica(fleet);
            newSessionsHaveTheServersPacketLimitOfNow(fleet);
        }
    }

    private static void userLocksEnd(Connection session) throws SQLException {
        assertThat(value(session, READ)).isEqualTo("replica");
        for (String sql :
                List.of("SELECT GET_LOCK('a', 1)", "SELECT GET_LOCK('b', 1), GET_LOCK('a', 1)")) {
            run(session, sql);
            assertThat(value(session, READ)).isEqualTo("primary");
        }
        run(session, "SELECT RELEASE_LOCK('a')", "DO RELEASE_LOCK('b')");
        assertThat(value(session, READ)).as("one of two is held").isEqualTo("primary");
        run(session, "SELECT RELEASE_LOCK('a')");
        assertThat(value(session, READ)).isEqualTo("replica");
    }

    private static void statementsPreparedByTextEnd(Connection session) throws SQLException {
        run(session, "PREPARE p FROM 'SELECT 1'", "PREPARE p FROM 'SELECT 2'");
        assertThat(value(session, READ)).isEqualTo("primary");
        assertThat(value(session, "EXECUTE p")).isEqualTo("2");
        run(session, "DEALLOCATE PREPARE P");
        assertThat(value(session, READ)).isEqualTo("replica");
    }

    private static void stateHiddenInStringsHolds(Connection session) throws SQLException {
        run(
                session,
                "SET @sql = 'SET sql_mode = ''ANSI_QUOTES'''",
                "PREPARE p FROM @sql",
                "EXECUTE p",
                "DEALLOCATE PREPARE p");
        assertThat(value(session, "SELECT \"id\" FROM shop.orders ORDER BY 1")).isEqualTo("1");
        run(
                session,
                "SET @sql = 'CREATE TEMPORARY TABLE shop.hidden AS SELECT 7 AS n'",
                "PREPARE p FROM @sql",
                "EXECUTE p",
                "DEALLOCATE PREPARE p");
        assertThat(value(session, "SELECT n FROM shop.hidden")).isEqualTo("7");
    }

    private static void foundRowsAreThoseOfTheLastQuery(Connection session) throws SQLException {
        for (int i = 3; i <= 6; i++) {
            value(session, "SELECT SQL_CALC_FOUND_ROWS id FROM shop.orders ORDER BY id LIMIT 1");
            run(session, "INSERT INTO shop.orders VALUES (" + i + ")");
            assertThat(value(session, "SELECT FOUND_ROWS()")).isEqualTo(Integer.toString(i - 1));
        }
    }

    private static void theConnectionIdIsTheProxys(Connection session) throws SQLException {
        String id = value(session, "SELECT CONNECTION_ID()");
        assertThat(Long.parseLong(id)).isGreaterThan(1 << 30);
        assertThat(value(session, "SELECT CONCAT('is ', connection_id()) FROM shop.orders"))
                .isEqualTo("is " + id);
        assertThat(value(session, "SELECT @@pseudo_thread_id")).isEqualTo(id);
        try (Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery("SELECT CONNECTION_ID() + 0, 1 AS one")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getMetaData().getColumnLabel(1)).isEqualTo("CONNECTION_ID() + 0");
            assertThat(rows.getString("one")).isEqualTo("1");
        }
    }

    private static void storedFunctionsAreJudged(Fleet fleet) throws Exception {
        try (Connection session = fleet.throughProxy().connect()) {
            run(
                    session,
                    "CREATE FUNCTION shop.orders_of() RETURNS INT READS SQL DATA BEGIN DECLARE n"
                            + " INT; SELECT COUNT(*) INTO n FROM shop.orders; RETURN n; END",
                    "CREATE FUNCTION shop.logging() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO"
                            + " shop.log VALUES (); RETURN 1; END",
                    "CREATE VIEW shop.logged AS SELECT shop.logging() AS n, id FROM shop.orders");
            fleet.awaitCaughtUp();
            String reading = "SELECT shop.orders_of()";
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> {
                        assertThat(value(session, reading)).isEqualTo("6");
                        assertThat(Login.rows(session, "EXPLAIN ROUTE " + reading).getFirst())
                                .contains("replica");
                    });
            assertThat(value(session, reading)).isEqualTo("6");
            assertThat(value(session, "EXPLAIN ROUTE SELECT shop.logging()")).isEqualTo("primary");
            assertThat(value(session, "SELECT shop.logging()")).isEqualTo("1");
        }
        // Whoever has called a function that writes may have got a temporary table by it.
        try (Connection session = fleet.throughProxy().connect()) {
            viewsThatHideWritesAreLearned(fleet, session);
        }
    }

    /** The guard catches the call, once. */
    private static void viewsThatHideWritesAreLearned(Fleet fleet, Connection session)
            throws SQLException {
        assertThat(value(session, READ)).isEqualTo("replica");
        assertThat(value(session, "SELECT n FROM shop.logged WHERE id = 1")).isEqualTo("1");
        assertThat(value(session, "EXPLAIN ROUTE SELECT n FROM shop.logged WHERE id = 2"))
                .isEqualTo("primary");
        assertThat(value(session, "SELECT n FROM shop.logged WHERE id = 2")).isEqualTo("1");
        assertThat(fleet.proxy().stats().routeReasons()).containsEntry(MISJUDGED, 1L);
        assertThat(value(session, "/* route:primary */ SELECT COUNT(*) FROM shop.log"))
                .isEqualTo("3");
    }

    private static void thoseWhoPrepareEverythingAreAnswered(Fleet fleet) throws SQLException {
        try (Connection session = connect(fleet, "useServerPrepStmts");
                PreparedStatement explain =
                        session.prepareStatement(
                                "EXPLAIN ROUTE SELECT id FROM shop.orders WHERE id = ?");
                PreparedStatement status = session.prepareStatement("SHOW PROXY STATUS")) {
            explain.setInt(1, 5);
            try (ResultSet rows = explain.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString("target")).isEqualTo("replica");
                assertThat(rows.getString("statement_kind")).isEqualTo("read");
            }
            try (ResultSet rows = status.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString("name")).isEqualTo("dbwrite");
                assertThat(rows.getLong("writes_total")).isPositive();
            }
        }
    }

    private static void transactionsThatOnlyReadStayOnAReplica(Fleet fleet) throws Exception {
        String count = "SELECT COUNT(*) FROM shop.orders";
        String write = "INSERT INTO shop.orders VALUES (101)";
        try (Connection session = fleet.throughProxy().connect()) {
            run(session, "START TRANSACTION READ ONLY");
            int before = Integer.parseInt(value(session, count));
            fleet.throughProxy().execute("INSERT INTO shop.orders VALUES (100)");
            fleet.awaitCaughtUp();
            assertThat(Login.rows(session, READ).getFirst())
                    .contains("replica", "a transaction that only reads is open on this replica");
            assertThat(value(session, count)).as("as of its first read").isEqualTo("" + before);
            assertRefusedInReadOnlyTransaction(session, write);
            assertThat(value(session, count)).isEqualTo("" + before);
            run(session, "COMMIT");
            assertThat(value(session, count)).isEqualTo("" + (before + 1));

            // Runs on the primary only, so the transaction goes there with it.
            run(session, "START TRANSACTION READ ONLY", "DO 1");
            assertThat(value(session, READ)).isEqualTo("primary");
            assertThat(value(session, count)).isEqualTo("" + (before + 1));
            assertRefusedInReadOnlyTransaction(session, write);
            run(session, "ROLLBACK");
            assertThat(value(session, READ)).isEqualTo("replica");
            run(session, write);
            assertThat(value(session, count)).isEqualTo("" + (before + 2));
        }
    }

    private static void newSessionsHaveTheServersPacketLimitOfNow(Fleet fleet) throws SQLException {
        String large = "SET @large = LENGTH('" + "x".repeat(3 << 20) + "')";
        try (Connection admin = connect(fleet, "useLocalSessionState")) {
            String before = value(admin, "SELECT @@GLOBAL.max_allowed_packet");
            run(admin, "SET GLOBAL max_allowed_packet = 2097152");
            try (Connection one = connect(fleet, "useLocalSessionState");
                    Connection other = connect(fleet, "useLocalSessionState")) {
                run(one, "DO 1");
                run(other, "DO 1");
                assertThatThrownBy(() -> run(one, large)).isInstanceOf(SQLException.class);
            }
            run(admin, "SET GLOBAL max_allowed_packet = " + before);
            try (Connection session = connect(fleet, "useLocalSessionState")) {
                run(session, large);
            }
        }
    }

    private static void assertRefusedInReadOnlyTransaction(Connection session, String write) {
        assertThatThrownBy(() -> run(session, write))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1792));
    }

    /** With one option of the driver's switched on. */
    private static Connection connect(Fleet fleet, String option) throws SQLException {
        Login login = fleet.throughProxy();
        Properties properties = new Properties();
        properties.setProperty("user", login.credentials().user());
        properties.setProperty("password", login.credentials().password().reveal());
        properties.setProperty("emulateUnsupportedPstmts", "false");
        properties.setProperty(option, "true");
        return DriverManager.getConnection(login.url(), properties);
    }

    private static void run(Connection session, String... statements) throws SQLException {
        try (Statement statement = session.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String value(Connection session, String query) throws SQLException {
        return String.valueOf(Login.rows(session, query).getFirst().getFirst());
    }
}
