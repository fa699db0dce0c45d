package io.dbmanager.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a statement carries besides its kind. */
class StatementDetailsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    KILL 5                   | 5  | false | true
                    KILL CONNECTION 5;       | 5  | false | true
                    kill query 17 -- x       | 17 | true  | true
                    KILL SOFT QUERY 5        | 5  | true  | false
                    KILL HARD CONNECTION 5   | 5  | false | true
                    KILL CONNECTION_ID()     | -1 | false | true
                    KILL 5 + 1               | -1 | false | true
                    KILL QUERY ID 5          | -1 | true  | true
                    KILL USER root           | -1 | false | true
                    KILL 99999999999999999999| -1 | false | true
                    """)
    void killNamesItsVictim(String sql, long id, boolean queryOnly, boolean hard) {
        KillTarget target = Objects.requireNonNull(Sql.classify(sql, Sql.MARIADB_114).kill());
        assertThat(target.id()).isEqualTo(id);
        assertThat(target.queryOnly()).isEqualTo(queryOnly);
        assertThat(target.hard()).isEqualTo(hard);
    }

    @Test
    void killAmongSeveralStatementsSaysWhereTheIdStands() {
        String sql = "SELECT 5; KILL QUERY 5; SELECT '5'";
        Statement statement = Sql.classify(sql, Sql.MYSQL_97);
        assertThat(statement.kind()).isEqualTo(StatementKind.MULTI);
        int number = sql.indexOf("5; SELECT '");
        assertThat(statement.kill()).isEqualTo(new KillTarget(5, true, true, number, number + 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    SELECT * FROM performance_schema.threads         | true
                    SELECT * FROM information_schema.processlist     | true
                    SELECT sys.ps_thread_id(CONNECTION_ID())         | true
                    SELECT * FROM information_schema.innodb_trx t    | true
                    SELECT * FROM information_schema.tables          | false
                    SELECT CONNECTION_ID(), VERSION(), @@hostname    | false
                    SELECT processlist FROM performance_schema       | false
                    """)
    void tablesAboutTheServerAreNoticed(String sql, boolean noticed) {
        assertThat(Sql.classify(sql, Sql.MYSQL_97).has(Traits.NAMES_SERVER_TABLE))
                .isEqualTo(noticed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    SELECT f(1), g(2), F(3)       | f,g
                    SELECT db.f(1), `My``Fn`(2)   | db.f,my``fn
                    SELECT f(g(1)) FROM t         | f,g
                    SELECT `a` . `b` (1)          | a.b
                    WITH x AS (SELECT f(1)), y (a) AS (SELECT 1) SELECT * FROM x, y | f
                    """)
    void unknownFunctionsAreNamed(String sql, String names) {
        Statement statement = Sql.classify(sql, Sql.MYSQL_97);

        assertThat(String.join(",", statement.functions())).isEqualTo(names);
        assertThat(statement.has(Traits.CALLS_UNKNOWN_FUNCTION)).isTrue();
    }

    @Test
    void userVariablesReadAreNamed() {
        assertThat(Sql.classify("SELECT @a, @`B c`, @'d', @A FROM t", Sql.MYSQL_97).userVariables())
                .containsExactly("a", "b c", "d");
    }

    @Test
    void traitsTell() {
        assertHas("SELECT GET_LOCK('a', 1)", Traits.TAKES_USER_LOCK);
        assertHas("INSERT INTO t SELECT GET_LOCK('a', 1)", Traits.TAKES_USER_LOCK);
        assertHas("SELECT RELEASE_ALL_LOCKS()", Traits.RELEASES_ALL_LOCKS);
        assertHas("DO RELEASE_ALL_LOCKS();", Traits.RELEASES_ALL_LOCKS);
        assertHasNot("SELECT RELEASE_ALL_LOCKS(), GET_LOCK('a', 1)", Traits.RELEASES_ALL_LOCKS);
        assertHasNot("SELECT RELEASE_ALL_LOCKS() FROM t", Traits.RELEASES_ALL_LOCKS);
        assertHas("SELECT SQL_CALC_FOUND_ROWS 1", Traits.CALCULATES_FOUND_ROWS);
        assertHas("SELECT /*+ SET_VAR(a=1) */ 1", Traits.SETS_VARIABLE_FOR_ITSELF);
        assertHas("SELECT 1 INTO OUTFILE 'x'", Traits.WRITES_FILE);
        assertHas("COMMIT AND CHAIN", Traits.CHAINS);
        assertHasNot("COMMIT AND NO CHAIN", Traits.CHAINS);
        assertHas("ROLLBACK RELEASE", Traits.ENDS_CONNECTION);
        assertHasNot("ROLLBACK NO RELEASE", Traits.ENDS_CONNECTION);
        assertHas("HANDLER t OPEN AS h", Traits.OPENS_HANDLER);
        assertHas("SELECT 1; LOCK TABLES t READ", Traits.PART_HOLDS_SESSION);
        assertHas("PREPARE s FROM 'SELECT 1'; EXECUTE s", Traits.PART_HOLDS_SESSION);
        assertHas("SELECT 1; HANDLER t OPEN", Traits.PART_HOLDS_SESSION);
        assertHasNot("SELECT 1; DELETE FROM t", Traits.PART_HOLDS_SESSION);
        assertHas("SELECT 'a", Traits.MAY_CHANGE_SESSION);
        assertHas("CALL p()", Traits.MAY_CHANGE_SESSION);
        assertHas("EXECUTE s", Traits.MAY_CHANGE_SESSION);
        assertHas("SELECT a FROM t", Traits.NAMES_TABLE);
        assertHasNot("SELECT 1", Traits.NAMES_TABLE);
        assertHas("SHOW COLUMNS FROM t", Traits.NAMES_TABLE);
        assertHas("DESC t", Traits.NAMES_TABLE);
        assertHas("TABLE t", Traits.NAMES_TABLE);
        assertHas("SELECT CONNECTION_ID()", Traits.USES_CONNECTION_ID);
        assertHas("INSERT INTO t VALUES (LAST_INSERT_ID())", Traits.NEEDS_LAST_INSERT_ID);
    }

    private static void assertHas(String sql, int trait) {
        assertThat(Sql.classify(sql, Sql.MYSQL_97).has(trait)).as(sql).isTrue();
    }

    private static void assertHasNot(String sql, int trait) {
        assertThat(Sql.classify(sql, Sql.MYSQL_97).has(trait)).as(sql).isFalse();
    }

    @Test
    void explainRouteTellsWhereTheStatementBegins() {
        String sql = "EXPLAIN /* a */ ROUTE /* route:primary */ SELECT 1";
        int inner = Sql.classify(sql, Sql.MYSQL_97).innerOffset();

        assertThat(sql.substring(inner)).isEqualTo(" /* route:primary */ SELECT 1");
    }

    @Test
    void longWritesAreNotGoneThrough() {
        String sql =
                "INSERT INTO t VALUES ('"
                        + "x".repeat(StatementClassifier.SCANNED_OF_WRITES)
                        + "'); SET @a = 1";
        Statement statement = Sql.classify(sql, Sql.MYSQL_97);

        assertThat(statement.kind()).isEqualTo(StatementKind.WRITE);
        assertThat(statement.has(Traits.MAY_CHANGE_SESSION)).isTrue();
    }

    @Test
    void longReadsAreGoneThroughToTheirEnd() {
        String list = "1,".repeat(StatementClassifier.SCANNED_OF_WRITES);
        String sql = "SELECT a FROM t WHERE a IN (" + list + "1)";

        assertThat(Sql.classify(sql, Sql.MYSQL_97).kind()).isEqualTo(StatementKind.READ);
        assertThat(Sql.classify(sql + " FOR UPDATE", Sql.MYSQL_97).kind())
                .isEqualTo(StatementKind.LOCKING_READ);
    }

    @Test
    void deepNestingIsFollowed() {
        int depth = 500;
        String sql = "SELECT " + "(".repeat(depth) + "SELECT 1 FOR UPDATE" + ")".repeat(depth);

        assertThat(Sql.classify(sql, Sql.MYSQL_97).kind()).isEqualTo(StatementKind.LOCKING_READ);
    }

    @Test
    void aPointSelectCostsNoObjects() {
        StatementClassifier classifier = new StatementClassifier();
        byte[] sql = "SELECT c FROM sbtest1 WHERE id=4711".getBytes(StandardCharsets.UTF_8);
        ByteBuf buffer = Unpooled.wrappedBuffer(sql);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        int rounds = 20_000;
        for (int i = 0; i < rounds; i++) {
            classifier.classify(buffer, 0, sql.length, Sql.MYSQL_97);
        }

        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < rounds; i++) {
            classifier.classify(buffer, 0, sql.length, Sql.MYSQL_97);
        }
        long each = (threads.getThreadAllocatedBytes(thread) - before) / rounds;
        buffer.release();

        // Leaves room for what the coverage agent and the leak detector add.
        assertThat(each).as("bytes allocated for each statement").isLessThan(16);
    }
}
