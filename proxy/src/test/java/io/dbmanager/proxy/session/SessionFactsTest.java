package io.dbmanager.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.Flavour;
import io.dbmanager.proxy.ProxySettings.Consistency;
import io.dbmanager.proxy.protocol.ServerStatus;
import io.dbmanager.proxy.routine.StoredCode;
import io.dbmanager.proxy.routine.StoredPrograms;
import io.dbmanager.proxy.sql.SqlContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a session is taken to be after statements have ended. */
class SessionFactsTest {
    /** What the primary's stored code could do; nothing unless a test says otherwise. */
    private StoredCode code = new StoredCode(false, false, false, false);

    private final StoredPrograms programs =
            new StoredPrograms() {
                @Override
                public boolean onlyReads(String schema, String name) {
                    return false;
                }

                @Override
                public StoredCode code(long changes) {
                    return code;
                }

                @Override
                public long changes() {
                    return 1;
                }
            };

    private final SessionFacts facts =
            new SessionFacts(
                    SqlContext.defaults(Flavour.MYSQL, 80036),
                    "shop",
                    new Freshness(Consistency.SESSION, new SharedPosition(), Flavour.MYSQL),
                    programs);

    @BeforeEach
    void tracks() {
        facts.tracking(true);
    }

    private void ran(String sql) {
        ranOn(null, sql);
    }

    private void ranOn(@org.jspecify.annotations.Nullable String replica, String sql) {
        ByteBuf bytes = Unpooled.copiedBuffer(sql, StandardCharsets.UTF_8);
        facts.ended(
                Statements.classify(bytes, 0, bytes.readableBytes(), facts.sqlContext()),
                false,
                replica);
        bytes.release();
    }

    private List<String> remembered() {
        List<String> all = new ArrayList<>();
        facts.memory().missedSince(0, all::add);
        return all;
    }

    @Test
    void temporaryTablesOfOneNameInTwoSchemasAreTwo() {
        ran("CREATE TEMPORARY TABLE t (a INT)");
        ran("CREATE TEMPORARY TABLE other.T (a INT)");
        ran("DROP TABLE other.t");
        assertThat(facts.hasTemporaryTables()).isTrue();
        ran("USE other");
        ran("DROP TABLE Shop.t");
        assertThat(facts.hasTemporaryTables()).isFalse();
    }

    @Test
    void aClockSetToMoveOnIsNotRememberedAsAMoment() {
        facts.systemVariable("timestamp", "1700000000.123456");
        ran("SET timestamp = DEFAULT");
        assertThat(remembered()).containsExactly("SET SESSION `timestamp`=DEFAULT");
        assertThat(facts.pinnedToPrimary()).isNull();
        ran("SET timestamp = UNIX_TIMESTAMP() - 5");
        assertThat(facts.pinnedToPrimary()).isNotNull();
    }

    @Test
    void variablesThatChangeWithEachUseHoldReads() {
        for (String sql :
                List.of("SET rand_seed1 = 5", "SET profiling = 1", "SET sql_auto_is_null = 1")) {
            facts.reset();
            ran(sql);
            assertThat(facts.pinnedToPrimary()).as(sql).isNotNull();
        }
        facts.reset();
        ran("SET time_zone = @tz");
        assertThat(facts.pinnedToPrimary()).isNull();
    }

    @Test
    void aPartOfAMultiStatementMayHoldTheSession() {
        ran("SELECT 1; LOCK TABLES t READ");
        assertThat(facts.pinnedToPrimary()).isNotNull();
    }

    @Test
    void aSchemaIsReadAsUtf8() {
        ran("USE `größe`");
        assertThat(facts.schema()).isEqualTo("größe");
    }

    @Test
    void userVariablesAreKnownByTheirPlace() {
        ran("SET @a = 1, @b = NOW()");
        ranOn("dbread1", "GET DIAGNOSTICS @c = NUMBER");
        assertThat(facts.userVariableFollows("a")).isTrue();
        assertThat(facts.userVariableOn("b")).isNull();
        assertThat(facts.userVariableOn("c")).isEqualTo("dbread1");
        ran("SET @c = 2");
        assertThat(facts.userVariableFollows("c")).isTrue();
        assertThat(facts.userVariableOn("c")).isNull();
    }

    @Test
    void aWriteMayHaveChangedUserVariablesByATrigger() {
        ran("SET @sum = 0");
        assertThat(facts.lostWithPrimary()).isNull();
        ranAndToldOfAChange("INSERT INTO account VALUES (1)");
        assertThat(facts.userVariableFollows("sum")).isFalse();
        assertThat(facts.lostWithPrimary()).isEqualTo("its user variables");
    }

    @Test
    void whatOnlyThePrimarysConnectionHasIsLostWithIt() {
        assertThat(facts.lostWithPrimary()).isNull();
        ran("HANDLER t OPEN");
        assertThat(facts.lostWithPrimary()).isEqualTo("its handlers");
    }

    @Test
    void aNewConnectionToThePrimaryIsToldWhatConcernsItAlone() {
        facts.systemVariable("autocommit", "OFF");
        facts.systemVariable("time_zone", "UTC");
        facts.status(0);
        assertThat(facts.primarySettings()).containsExactly("SET SESSION `autocommit`='OFF'");
        assertThat(remembered()).containsExactly("SET SESSION `time_zone`='UTC'");

        facts.reopened(ServerStatus.AUTOCOMMIT);
        assertThat(facts.autocommit()).isFalse();
    }

    @Test
    void whatTheNextTransactionIsLikeOutlastsWhatBeginsNone() {
        ran("SET TRANSACTION READ ONLY");
        ran("SHOW WARNINGS");
        ran("USE other");
        assertThat(facts.nextTransactionSet()).isTrue();
        ran("SELECT 1 FROM t");
        assertThat(facts.nextTransactionSet()).isFalse();
    }

    @Test
    void whatTiesASessionToABackendIsTiedToThatOneOnly() {
        ran("SET @a = 1");
        assertThat(facts.tiesTo(null)).isNull();
        ranOn("dbread1", "GET DIAGNOSTICS @c = NUMBER");
        assertThat(facts.tiesTo("dbread1")).isNotNull();
        assertThat(facts.tiesTo("dbread2")).isNull();
        assertThat(facts.tiesTo(null)).isNull();
        for (String sql :
                List.of(
                        "CREATE TEMPORARY TABLE t (a INT)",
                        "LOCK TABLES t READ",
                        "SELECT GET_LOCK('a', 1)",
                        "PREPARE p FROM 'SELECT 1'",
                        "HANDLER t OPEN",
                        "SET @b = NOW()",
                        "SET TRANSACTION READ ONLY")) {
            facts.reset();
            ran(sql);
            assertThat(facts.tiesTo(null)).as(sql).isNotNull();
            assertThat(facts.tiesTo("dbread1")).as(sql).isNull();
        }
    }

    private io.dbmanager.proxy.sql.Statement statement(String sql) {
        ByteBuf bytes = Unpooled.copiedBuffer(sql, StandardCharsets.UTF_8);
        try {
            return Statements.classify(bytes, 0, bytes.readableBytes(), facts.sqlContext());
        } finally {
            bytes.release();
        }
    }

    @Test
    void preparingANameAgainIsOneStatement() {
        ran("PREPARE p FROM 'SELECT 1'");
        ran("PREPARE P FROM 'SELECT 2'");
        ran("PREPARE q FROM 'SELECT 3'");
        ran("DROP PREPARE p");
        assertThat(facts.pinnedToPrimary()).isNotNull();
        ran("DEALLOCATE PREPARE `q`");
        assertThat(facts.pinnedToPrimary()).isNull();
    }

    @Test
    void userLocksPinUntilTheServerSaysThatNoneIsHeld() {
        ran("SELECT GET_LOCK('a', 1), GET_LOCK(\"b\", 1)");
        assertThat(facts.lockQuestion(statement("SELECT 1"))).isNull();
        assertThat(facts.lockQuestion(statement("DO RELEASE_LOCK('a')")))
                .isEqualTo(
                        "SELECT IS_USED_LOCK('a') <=> CONNECTION_ID()"
                                + " OR IS_USED_LOCK(\"b\") <=> CONNECTION_ID() LIMIT 1");
        facts.locksHeld(true);
        assertThat(facts.pinnedToPrimary()).isNotNull();
        facts.locksHeld(false);
        assertThat(facts.pinnedToPrimary()).isNull();
    }

    @Test
    void aUserLockOfUnknownNamePinsUntilAllAreReleased() {
        for (String name : List.of("?", "CONCAT('a')", "'a' 'b'", "'a' || 'b'", "_utf8'a'")) {
            ran("SELECT GET_LOCK('c', 1), GET_LOCK(" + name + ", 1)");
            ran("SELECT RELEASE_LOCK('c')");
            assertThat(facts.lockQuestion(statement("SELECT RELEASE_LOCK('c')"))).isNull();
            assertThat(facts.pinnedToPrimary()).as(name).isNotNull();
            ran("SELECT RELEASE_ALL_LOCKS()");
            assertThat(facts.pinnedToPrimary()).as(name).isNull();
        }
    }

    /** MariaDB keeps quiet about SET @@name, and then it has to be asked. */
    @Test
    void whatMariaDbDoesNotTellIsAskedFor() {
        SessionFacts mariaDb =
                new SessionFacts(
                        SqlContext.defaults(Flavour.MARIADB, 110400),
                        "shop",
                        new Freshness(Consistency.SESSION, new SharedPosition(), Flavour.MARIADB),
                        programs);
        mariaDb.tracking(true);
        mariaDb.systemVariable("group_concat_max_len", "9");
        end(mariaDb, "SET group_concat_max_len = 9", false);
        assertThat(mariaDb.untold()).isEmpty();
        end(mariaDb, "SET @@group_concat_max_len = 10, @@sql_mode = 'ANSI_QUOTES'", false);
        assertThat(mariaDb.untold()).containsExactly("group_concat_max_len", "sql_mode");
        mariaDb.systemVariable("last_gtid", "0-1-5");
        mariaDb.systemVariable("sql_select_limit", "1");
        end(mariaDb, "SET STATEMENT sql_select_limit = 1 FOR INSERT INTO t SELECT 1", false);
        assertThat(mariaDb.untold()).containsExactly("sql_select_limit");
        end(mariaDb, "SELECT 1 FOR UPDATE", false);
        assertThat(mariaDb.untold()).isEmpty();
        assertThat(mariaDb.pinnedToPrimary()).isNull();
        end(mariaDb, "SET @@sql_mode = ''; SELECT nothing", true);
        assertThat(mariaDb.pinnedToPrimary()).isNotNull();
    }

    private void ranAndToldOfAChange(String sql) {
        facts.stateChanged();
        ran(sql);
    }

    @Test
    void whatATriggerOrAFunctionHasLeftTiesTheSession() {
        for (String sql :
                List.of(
                        "INSERT INTO t VALUES (1)",
                        "UPDATE t SET a = mk()",
                        "DO mk()",
                        "CALL p()",
                        "SELECT mk()")) {
            facts.reset();
            code = StoredCode.UNKNOWN;
            ranAndToldOfAChange(sql);
            assertThat(facts.hasTemporaryTables()).as(sql).isTrue();
            assertThat(facts.tiesTo(null)).as(sql).isNotNull();
            code = new StoredCode(false, true, false, false);
            assertThat(facts.hasTemporaryTables()).as(sql).isFalse();
            assertThat(facts.tiesTo(null)).as(sql).contains("user variables");
        }
    }

    @Test
    void noStoredCodeThatLeavesAnythingMeansThatNothingIsLeft() {
        facts.stateChanged();
        ran("INSERT INTO t VALUES (1)");
        assertThat(facts.hasTemporaryTables()).isFalse();
        assertThat(facts.tiesTo(null)).isNull();
    }

    @Test
    void whatExecuteHasLeftIsNotExcusedByStoredCode() {
        ranAndToldOfAChange("EXECUTE s");
        assertThat(facts.hasTemporaryTables()).isTrue();
    }

    @Test
    void aChangeThatTheTextExplainsHidesNothing() {
        code = StoredCode.UNKNOWN;
        ranAndToldOfAChange("SET @a = 1");
        ranAndToldOfAChange("DROP TABLE t");
        assertThat(facts.hasTemporaryTables()).isFalse();
        assertThat(facts.tiesTo(null)).isNull();
    }

    @Test
    void aWriteThatChangesNothingOfTheSessionsLeavesItsVariablesFree() {
        ran("SET @app_user = 7");
        ran("INSERT INTO t VALUES (1)");
        assertThat(facts.userVariableFollows("app_user")).isTrue();
        assertThat(facts.tiesTo(null)).isNull();
    }

    @Test
    void theLocksOfStoredCodeHoldTheSession() {
        code = new StoredCode(false, false, true, false);
        ran("CALL p()");
        assertThat(facts.pinnedToPrimary()).isEqualTo("the session holds user locks");
        ran("SELECT RELEASE_ALL_LOCKS()");
        assertThat(facts.pinnedToPrimary()).isNull();
    }

    @Test
    void aFailedCallMustBeAskedAbout() {
        assertThat(facts.mustAsk(statement("CALL p()"), true, false)).isTrue();
        assertThat(facts.mustAsk(statement("CALL p()"), false, false)).isFalse();
        assertThat(facts.mustAsk(statement("SELECT f()"), false, true)).isTrue();
        assertThat(facts.mustAsk(statement("INSERT INTO t VALUES (1)"), true, false)).isFalse();
        code = StoredCode.UNKNOWN;
        assertThat(facts.mustAsk(statement("INSERT INTO t VALUES (1)"), true, false)).isTrue();
    }

    @Test
    void anIdForTheNextWriteTiesTheSessionUntilThen() {
        for (String name : List.of("insert_id", "gtid_seq_no")) {
            facts.systemVariable(name, "5");
            ran("SET " + name + " = 5");
            assertThat(facts.tiesTo(null)).as(name).isNotNull();
            ran("INSERT INTO t VALUES (NULL)");
            assertThat(facts.tiesTo(null)).as(name).isNull();
        }
        facts.systemVariable("gtid_next", "3e11fa47-71ca-11e1-9e33-c80aa9429562:23");
        ran("INSERT INTO t VALUES (NULL)");
        assertThat(facts.tiesTo(null)).isNotNull();
        facts.systemVariable("gtid_next", "AUTOMATIC");
        assertThat(facts.tiesTo(null)).isNull();
    }

    @Test
    void beginDoesNotEndAGlobalReadLock() {
        ran("LOCK TABLES t READ");
        ran("BEGIN");
        assertThat(facts.pinnedToPrimary()).isNull();
        for (String lock : List.of("FLUSH TABLES WITH READ LOCK", "LOCK INSTANCE FOR BACKUP")) {
            ran(lock);
            ran("BEGIN");
            assertThat(facts.pinnedToPrimary()).as(lock).isNotNull();
            ran("UNLOCK TABLES");
            assertThat(facts.pinnedToPrimary()).as(lock).isNull();
        }
    }

    @Test
    void aTextIsNotToldUnderOtherRulesThanItWasSetUnder() {
        ran("SET @a = 'a\\b', @n = 5, @plain = 'it''s'");
        facts.systemVariable("sql_mode", "NO_BACKSLASH_ESCAPES");
        assertThat(facts.userVariableFollows("a")).isFalse();
        assertThat(facts.userVariableFollows("n")).isTrue();
        assertThat(facts.userVariableFollows("plain")).isTrue();
        ran("SET @a = '\u00e9'");
        ran("SET NAMES latin1");
        assertThat(facts.userVariableFollows("a")).isFalse();
    }

    @Test
    void anOutdatedValueIsNotTold() {
        ran("SET @p = 5");
        ran("SET @p = (SELECT MAX(a) FROM t)");
        assertThat(remembered()).isEmpty();
    }

    private static void end(SessionFacts facts, String sql, boolean failed) {
        ByteBuf bytes = Unpooled.copiedBuffer(sql, StandardCharsets.UTF_8);
        facts.ended(
                Statements.classify(bytes, 0, bytes.readableBytes(), facts.sqlContext()),
                failed,
                null);
        bytes.release();
    }
}
