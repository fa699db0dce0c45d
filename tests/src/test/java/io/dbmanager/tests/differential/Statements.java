package io.dbmanager.tests.differential;

import java.util.List;
import java.util.Random;

/**
 * Statements by chance. Each gives the same answer whenever it is run on the same data by a session
 * of the same past: nothing of them depends on the time, on chance or on the server's name.
 */
final class Statements {
    private static final List<String> TABLES = List.of("t0", "t0", "t1", "m0", "v0", "x0", "tt");
    private static final List<String> MODES =
            List.of(
                    "",
                    "ANSI_QUOTES",
                    "NO_BACKSLASH_ESCAPES",
                    "PIPES_AS_CONCAT",
                    "STRICT_TRANS_TABLES",
                    "ANSI",
                    "ONLY_FULL_GROUP_BY",
                    "PAD_CHAR_TO_FULL_LENGTH",
                    "IGNORE_SPACE",
                    "HIGH_NOT_PRECEDENCE",
                    "NO_UNSIGNED_SUBTRACTION,ANSI_QUOTES");

    private final Random random;
    private final boolean mariaDb;
    private final int client;

    Statements(Random random, boolean mariaDb, int client) {
        this.random = random;
        this.mariaDb = mariaDb;
        this.client = client;
    }

    String of(Topic topic) {
        return switch (topic) {
            case USER_VARIABLES -> userVariable();
            case SESSION_VARIABLES -> sessionVariable();
            case NAMES -> names();
            case SCHEMAS -> schema();
            case TRANSACTIONS -> transaction();
            case AUTOCOMMIT -> autocommit();
            case TEMPORARY_TABLES -> temporaryTable();
            case TABLE_LOCKS -> tableLock();
            case USER_LOCKS -> userLock();
            case TEXT_PREPARED -> textPrepared();
            case MULTI_STATEMENTS -> any() + "; " + any() + (coin() ? "; " + any() : "");
            case DIAGNOSTICS -> diagnostics();
            case ERRORS -> error();
            case ROUTINES -> routine();
            case TRIGGERS -> trigger();
            case DEFINITIONS -> definition();
            case SEQUENCES -> sequence();
            case SCHEMA_QUESTIONS -> schemaQuestion();
            case SHARED_TABLE -> shared();
            case BINARY_PREPARED -> read();
            case COMMANDS -> write();
        };
    }

    /** Something short, as a part of several statements in one. */
    private String any() {
        return switch (random.nextInt(7)) {
            case 0, 1, 2 -> read();
            case 3, 4 -> write();
            case 5 -> userVariable();
            default -> sessionVariable();
        };
    }

    String read() {
        String table = table();
        return pick(
                "SELECT id, k, v FROM " + table + " WHERE id >= " + small() + " ORDER BY id",
                "SELECT COUNT(*), SUM(k), MAX(v) FROM " + table,
                "SELECT v FROM " + table + " WHERE k = " + number(),
                "select/* how many */count( * )from " + table,
                "SELECT a.id, b.k FROM t0 a JOIN t1 b ON a.k = b.k ORDER BY a.id, b.id",
                "(SELECT id FROM t0) UNION (SELECT k FROM t1) ORDER BY 1",
                "SELECT GROUP_CONCAT(v ORDER BY id) FROM " + table,
                "SELECT * FROM (SELECT id, v FROM " + table + " ORDER BY id LIMIT 3) d",
                "SELECT EXISTS (SELECT 1 FROM " + table + " WHERE id = " + small() + ")",
                "SELECT 'a\"b' 'c', \"t0\"",
                "SELECT 1 || 0, NOT 1 BETWEEN -5 AND 5",
                "SELECT DATABASE(), SCHEMA()",
                "SELECT 1/0, CAST('12x' AS SIGNED)",
                "SELECT SQL_CALC_FOUND_ROWS id FROM " + table + " ORDER BY id LIMIT 1",
                "SELECT CHARSET('x'), COLLATION('x'), 'é', LENGTH('é')",
                "SELECT CHAR(65 + " + small() + ") AS 'letter', NULL, 1.50, 2e0, x'41'",
                "SELECT id FROM " + table + " ORDER BY id LIMIT " + small() + " FOR UPDATE",
                "SELECT id FROM " + table + " ORDER BY id LOCK IN SHARE MODE",
                "SELECT f_count(), id FROM t0 ORDER BY id LIMIT 1",
                "SELECT COUNT(*) FROM log",
                "/* a comment */ SELECT /*! 1 + */ 1 -- and an end",
                "SELECT v, COUNT(*) FROM t0 GROUP BY v ORDER BY v");
    }

    String write() {
        return pick(
                "INSERT INTO t0 (k, v) VALUES (" + number() + ", " + text() + ")",
                "INSERT INTO t0 (k, v) VALUES (" + number() + ", 'x'), (" + number() + ", 'y')",
                "INSERT INTO t1 (k, v) VALUES (" + number() + ", " + text() + ")",
                "INSERT IGNORE INTO t1 (k, v) VALUES (" + number() + ", 'ignored')",
                "INSERT INTO t1 (k, v) VALUES ("
                        + number()
                        + ", 'd') ON DUPLICATE KEY UPDATE v = CONCAT(v, '+')",
                "INSERT INTO m0 (k, v) VALUES (" + number() + ", " + text() + ")",
                "REPLACE INTO t1 (k, v) VALUES (" + number() + ", 'replaced')",
                "UPDATE t0 SET v = " + text() + " WHERE id <= " + small(),
                "UPDATE t0 SET k = k + 1",
                "UPDATE t0 SET v = LEFT(v, 3) ORDER BY id LIMIT 2",
                "DELETE FROM t0 WHERE id = " + small(),
                "DELETE FROM t1 WHERE k = " + number(),
                "INSERT INTO t0 (k, v) SELECT k + 50, 'copied' FROM t1 ORDER BY id",
                "INSERT INTO tt (k, v) VALUES (" + number() + ", 'temporary')",
                "INSERT INTO t0 (k, v) VALUES (1, REPEAT('long', 30))");
    }

    private String userVariable() {
        return pick(
                "SET @a = " + number(),
                "SET @b = 'text', @a = NULL",
                "SET @a = (SELECT COUNT(*) FROM t0)",
                "SET @a := @a + 1",
                "SELECT @a, @b",
                "SELECT @a := " + number(),
                "SELECT @a := @a + 1",
                "SELECT MAX(id), MAX(v) INTO @a, @b FROM t0",
                "SELECT id FROM t0 WHERE k > @a ORDER BY id",
                "SELECT @A, @`b`, @undefined",
                "UPDATE t0 SET k = (@a := " + number() + ") WHERE id = 1",
                "INSERT INTO t0 (k, v) VALUES (@a, @b)",
                "SELECT COUNT(*) FROM t0 INTO @b",
                "SET @b = _latin1 x'e9'",
                "SET @b = 'it''s \\'quoted\\' \"twice\"'");
    }

    private String sessionVariable() {
        return pick(
                "SET sql_mode = '" + pick(MODES) + "'",
                "SET SESSION sql_mode = '" + pick(MODES) + "'",
                "SET @@sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')",
                "SET time_zone = '" + pick("+00:00", "+03:00", "SYSTEM") + "'",
                "SET group_concat_max_len = " + (4 + random.nextInt(60)),
                "SET SESSION group_concat_max_len = @@group_concat_max_len + 1",
                "SET sql_select_limit = " + pick("1", "2", "DEFAULT"),
                "SET @@session.div_precision_increment = " + small(),
                "SET lc_time_names = 'de_DE'",
                "SET sql_safe_updates = " + random.nextInt(2),
                "SET foreign_key_checks = 0, unique_checks = 0",
                "SET SESSION TRANSACTION ISOLATION LEVEL "
                        + pick("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"),
                "SET timestamp = " + (1_000_000 + number()),
                "SET timestamp = DEFAULT",
                "SELECT NOW() = FROM_UNIXTIME(1000000), UNIX_TIMESTAMP() < 2000000",
                "SET auto_increment_increment = " + (1 + small()),
                "SET sql_auto_is_null = " + random.nextInt(2),
                "SELECT @@sql_mode, @@time_zone, @@group_concat_max_len",
                "SELECT @@session.sql_select_limit, @@auto_increment_increment, @@autocommit",
                "SELECT @@div_precision_increment, 1/3, DATE_FORMAT('2024-05-01', '%M')",
                "SELECT FROM_UNIXTIME(86400), @@lc_time_names, @@sql_safe_updates",
                "SHOW VARIABLES LIKE 'sql_mode'",
                "SHOW SESSION VARIABLES WHERE variable_name IN ('time_zone', 'unique_checks')",
                "SET SESSION sql_mode = DEFAULT",
                "SET max_length_for_sort_data = 5",
                "SET no_such_variable = 1",
                "SET sql_mode = 'NO_SUCH_MODE'",
                "SET sql_warnings = 1",
                "SET insert_id = " + (100 + number()),
                "SET last_insert_id = " + number(),
                "SET SESSION wait_timeout = 1000",
                "SELECT @@wait_timeout, @@foreign_key_checks, @@timestamp < 2000000",
                "SET div_precision_increment = (SELECT COUNT(*) FROM t1)");
    }

    private String names() {
        return pick(
                "SET NAMES latin1",
                "SET NAMES utf8mb4",
                "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
                "SET NAMES binary",
                "SET CHARACTER SET latin1",
                "SET character_set_results = NULL",
                "SET character_set_results = utf8mb4",
                "SET character_set_client = gbk",
                "SET collation_connection = 'utf8mb4_bin'",
                "SET collation_connection = latin1_german1_ci",
                "SELECT 'é', 'A' = 'a', CHARSET('é'), COLLATION('é')",
                "SELECT @@character_set_client, @@character_set_results, @@collation_connection",
                "SELECT v FROM t0 WHERE v = 'É'",
                "INSERT INTO t0 (k, v) VALUES (" + number() + ", 'é')",
                "SELECT HEX(v), v FROM t0 ORDER BY id",
                "SHOW VARIABLES LIKE 'character\\_set\\_c%'",
                "SELECT _latin1 x'e9', N'n', 'a' 'b'");
    }

    private String schema() {
        String other = "c" + client + "b";
        return pick(
                "USE " + other,
                "USE `c" + client + "`",
                "USE c" + client,
                "SELECT DATABASE()",
                "SELECT id, v FROM " + other + ".t0 ORDER BY id",
                "INSERT INTO " + other + ".t0 (k, v) VALUES (" + number() + ", 'other')",
                "USE no_such_schema",
                "SHOW TABLES",
                "SHOW TABLES FROM " + other,
                "SELECT COUNT(*) FROM t0");
    }

    private String transaction() {
        return pick(
                "BEGIN",
                "START TRANSACTION",
                "START TRANSACTION READ ONLY",
                "START TRANSACTION READ WRITE",
                "START TRANSACTION WITH CONSISTENT SNAPSHOT",
                "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
                "COMMIT",
                "COMMIT",
                "COMMIT AND CHAIN",
                "ROLLBACK",
                "ROLLBACK AND CHAIN",
                "SAVEPOINT s" + small(),
                "ROLLBACK TO SAVEPOINT s" + small(),
                "RELEASE SAVEPOINT s" + small(),
                "SET TRANSACTION READ ONLY",
                "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                "SET SESSION TRANSACTION READ ONLY",
                "SET SESSION TRANSACTION READ WRITE",
                "SET completion_type = " + pick("CHAIN", "NO_CHAIN"));
    }

    private String autocommit() {
        return pick(
                "SET autocommit = 0",
                "SET autocommit = 1",
                "SET @@session.autocommit = OFF",
                "SET autocommit = DEFAULT",
                "COMMIT",
                "ROLLBACK",
                "SELECT @@autocommit");
    }

    private String temporaryTable() {
        return pick(
                "CREATE TEMPORARY TABLE tt (id INT AUTO_INCREMENT PRIMARY KEY, k INT, v VARCHAR(40))",
                "CREATE TEMPORARY TABLE t0 (id INT PRIMARY KEY, k INT, v VARCHAR(40))",
                "CREATE TEMPORARY TABLE IF NOT EXISTS tt LIKE t1",
                "CREATE TEMPORARY TABLE tt AS SELECT id, k, v FROM t0",
                "DROP TEMPORARY TABLE tt",
                "DROP TEMPORARY TABLE IF EXISTS tt, t0",
                "DROP TABLE IF EXISTS tt",
                "INSERT INTO tt (k, v) VALUES (" + number() + ", 'temporary')",
                "INSERT INTO t0 (id, k, v) VALUES (" + number() + ", 1, 'which')",
                "SELECT id, k, v FROM tt ORDER BY id",
                "SELECT COUNT(*) FROM t0",
                "ALTER TABLE tt RENAME TO t1",
                "ALTER TABLE tt ADD COLUMN w INT",
                "SHOW CREATE TABLE tt",
                "DESCRIBE tt",
                "CALL p_temporary()",
                "TRUNCATE TABLE tt");
    }

    private String tableLock() {
        return pick(
                "LOCK TABLES t0 WRITE",
                "LOCK TABLES t0 READ, t1 WRITE",
                "LOCK TABLES t0 AS a READ",
                "UNLOCK TABLES",
                "UNLOCK TABLES",
                "SELECT COUNT(*) FROM t0",
                "SELECT COUNT(*) FROM t1",
                "SELECT id FROM t0 a ORDER BY id");
    }

    private String userLock() {
        String name = "'l" + small() + "'";
        return pick(
                "SELECT GET_LOCK(" + name + ", 0)",
                "SELECT RELEASE_LOCK(" + name + ")",
                "SELECT IS_FREE_LOCK(" + name + ")",
                "SELECT RELEASE_ALL_LOCKS()",
                "DO GET_LOCK(" + name + ", 0)",
                "DO RELEASE_LOCK(" + name + ")",
                "SELECT IS_USED_LOCK(" + name + ") = CONNECTION_ID()",
                "SET @a = GET_LOCK(" + name + ", 0)");
    }

    private String textPrepared() {
        String name = "p" + random.nextInt(2);
        return pick(
                "PREPARE " + name + " FROM 'SELECT id, v FROM t0 ORDER BY id'",
                "PREPARE " + name + " FROM 'SELECT id FROM t0 WHERE k > ? ORDER BY id'",
                "PREPARE " + name + " FROM 'INSERT INTO t0 (k, v) VALUES (?, \"p\")'",
                "PREPARE " + name + " FROM 'CREATE TEMPORARY TABLE tt (id INT, k INT, v INT)'",
                "PREPARE " + name + " FROM 'SET @a = 5'",
                "PREPARE " + name + " FROM 'SET sql_mode = \"ANSI_QUOTES\"'",
                "SET @sql = 'SELECT COUNT(*) FROM t0'",
                "PREPARE " + name + " FROM @sql",
                "EXECUTE " + name,
                "EXECUTE " + name,
                "EXECUTE " + name + " USING @a",
                "DEALLOCATE PREPARE " + name,
                "DROP PREPARE " + name,
                "SELECT COUNT(*) FROM tt",
                "SELECT @a, @@sql_mode");
    }

    /**
     * Something whose warnings, rows and ids are asked for next. It uses a table: of the others
     * some leave what is known of the statement before as it is, and some servers differ in which.
     */
    String subject() {
        return pick(
                "SELECT id FROM t0 ORDER BY id",
                "SELECT CAST('warning' AS SIGNED) FROM t0",
                "SELECT * FROM no_such_table",
                "INSERT IGNORE INTO t1 (k, v) VALUES (1, 'ignored')",
                "INSERT INTO t0 (k, v) VALUES (" + number() + ", 'a'), (2, 'b')",
                "INSERT INTO t1 (k, v) VALUES (1, 'duplicate')",
                "UPDATE t0 SET k = k + 1 WHERE id < " + small(),
                "SELECT SQL_CALC_FOUND_ROWS id FROM t0 ORDER BY id LIMIT 1",
                "DELETE FROM t1 WHERE k = " + number());
    }

    private String diagnostics() {
        return pick(
                "SHOW WARNINGS",
                "SHOW ERRORS",
                "SHOW COUNT(*) WARNINGS",
                "SHOW COUNT(*) ERRORS",
                "SHOW WARNINGS LIMIT 1",
                "SELECT @@warning_count, @@error_count",
                "SELECT LAST_INSERT_ID()",
                "SELECT ROW_COUNT()",
                "SELECT FOUND_ROWS()",
                "SELECT @@identity, @@last_insert_id",
                "SELECT LAST_INSERT_ID(" + number() + ")",
                "SELECT LAST_INSERT_ID() + id FROM t0 ORDER BY id",
                "UPDATE t0 SET k = LAST_INSERT_ID(k + 1) WHERE id = 1",
                "INSERT INTO t0 (k, v) VALUES (LAST_INSERT_ID(), 'last')",
                "GET DIAGNOSTICS @a = NUMBER",
                "GET DIAGNOSTICS CONDITION 1 @a = RETURNED_SQLSTATE, @b = MESSAGE_TEXT",
                "SELECT id FROM t0 WHERE id IS NULL");
    }

    private String error() {
        return pick(
                "INSERT INTO t1 (id, k) VALUES (1, 1)",
                "SELECT * FROM no_such_table",
                "SELECT no_such_column FROM t0",
                "SELEC 1",
                "SELECT FROM",
                "SELECT no_such_function(1)",
                "CALL no_such_procedure()",
                "SELECT (SELECT id FROM t0)",
                "INSERT INTO t0 (id, k) VALUES ('x', 'y')",
                "SELECT 1 + ",
                "DROP TABLE no_such_table",
                "CREATE TABLE t0 (id INT)",
                "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'on purpose'",
                "SELECT 18446744073709551615 + 1",
                "UPDATE v0 SET id = 1 WHERE id = 2",
                "");
    }

    private String routine() {
        return pick(
                "SELECT f_count()",
                "SELECT f_write(" + number() + ")",
                "SELECT f_set(" + number() + ")",
                "SELECT id, f_set(id) FROM t0 ORDER BY id LIMIT 2",
                "SELECT f_pure(" + number() + ")",
                "CALL p_two()",
                "CALL p_write(" + number() + ")",
                "CALL p_out(@a)",
                "CALL p_mode()",
                "CALL p_begin()",
                "SELECT @a, @f",
                "SELECT DATE_FORMAT('2024-05-01', '%M')",
                "SELECT COUNT(*), MAX(k) FROM log",
                "SELECT * FROM v_write",
                "DO f_write(" + number() + ")",
                "SET @a = f_write(" + number() + ")",
                "ROLLBACK");
    }

    private String trigger() {
        return pick(
                "INSERT INTO t1 (k, v) VALUES (" + number() + ", 'fires')",
                "SELECT @fired",
                "SELECT @fired, COUNT(*) FROM log",
                "SELECT LAST_INSERT_ID()",
                "DELETE FROM t1 WHERE k < " + number(),
                "DROP TRIGGER IF EXISTS t1_insert",
                "SET @fired = " + number());
    }

    private String definition() {
        return pick(
                "CREATE TABLE IF NOT EXISTS x0 (id INT PRIMARY KEY, k INT, v VARCHAR(40))",
                "CREATE TABLE x0 LIKE t0",
                "DROP TABLE IF EXISTS x0",
                "DROP TABLE x0",
                "ALTER TABLE t0 ADD COLUMN w" + small() + " INT DEFAULT 7",
                "ALTER TABLE x0 ADD INDEX (k)",
                "TRUNCATE TABLE t0",
                "RENAME TABLE x0 TO x1",
                "RENAME TABLE x1 TO x0",
                "CREATE OR REPLACE VIEW v0 AS SELECT id, k, v FROM t" + random.nextInt(2),
                "DROP VIEW IF EXISTS v0",
                "SELECT * FROM t0 ORDER BY id",
                "SELECT * FROM x0 ORDER BY id",
                "SHOW CREATE TABLE t0",
                "SHOW CREATE VIEW v0",
                "INSERT INTO x0 (id, k, v) VALUES (" + number() + ", 1, 'x')",
                "CREATE TABLE x2 SELECT id, k FROM t0 ORDER BY id",
                "DROP TABLE IF EXISTS x2, x1",
                "CREATE DATABASE c" + client + "c",
                "DROP DATABASE IF EXISTS c" + client + "c",
                "USE c" + client + "c");
    }

    private String sequence() {
        if (!mariaDb) {
            return write();
        }
        return pick(
                "SELECT NEXTVAL(s0)",
                "SELECT NEXT VALUE FOR s0",
                "SELECT LASTVAL(s0)",
                "SELECT PREVIOUS VALUE FOR s0",
                "SELECT SETVAL(s0, " + (1000 + number()) + ")",
                "INSERT INTO t0 (k, v) VALUES (NEXTVAL(s0), 'sequence') RETURNING id, k",
                "DELETE FROM t0 WHERE id = " + small() + " RETURNING v",
                "SET STATEMENT sql_select_limit = 1 FOR SELECT id FROM t0 ORDER BY id",
                "SELECT id FROM t0 ORDER BY id LIMIT ROWS EXAMINED 1000");
    }

    private String schemaQuestion() {
        return pick(
                "SHOW TABLES",
                "SHOW FULL COLUMNS FROM t0",
                "DESCRIBE t1",
                "SHOW CREATE TABLE t1",
                "SHOW CREATE PROCEDURE p_two",
                "SHOW INDEX FROM t1 WHERE Key_name = 'PRIMARY' AND Seq_in_index = 2",
                "SHOW TRIGGERS WHERE `Trigger` = 'none'",
                "SHOW DATABASES LIKE 'c" + client + "%'",
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'c"
                        + client
                        + "' ORDER BY 1",
                "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema"
                        + " = DATABASE() AND table_name = 't0' ORDER BY ordinal_position",
                "SHOW CHARACTER SET LIKE 'latin1'",
                "SHOW COLLATION LIKE 'latin1_bin'",
                "SHOW GRANTS FOR CURRENT_USER()",
                "SELECT CURRENT_USER()",
                "SELECT CONNECTION_ID() = CONNECTION_ID()");
    }

    private String shared() {
        return pick(
                "SELECT id, n FROM shared.s ORDER BY id",
                "SELECT id, n FROM shared.s ORDER BY id",
                "SELECT SUM(n) FROM shared.s",
                "UPDATE shared.s SET n = n + " + number() + " WHERE id = " + (client + 1),
                "UPDATE shared.s SET n = n + 1 WHERE id = " + (client + 1));
    }

    /**
     * Leaves behind on a connection what the next one to use it must not find. After a write nobody
     * knows which values a user variable has, so that it would tie the connection: the first member
     * of the crowd sets some and never writes.
     */
    String crowd(int member) {
        String always =
                pick(
                        "SELECT COUNT(*) FROM crowd.c",
                        "SELECT SQL_CALC_FOUND_ROWS v FROM crowd.c LIMIT 1",
                        "SELECT CAST('crowd' AS SIGNED) FROM crowd.c",
                        "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
                        "SET NAMES latin1",
                        "SET sql_select_limit = 1, time_zone = '+07:00', group_concat_max_len = 4",
                        "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                        "USE crowd",
                        "SELECT * FROM crowd.no_such_table");
        String own =
                member == 0
                        ? "SET @a = 'crowd', @b = 'crowd', @f = 1, @fired = 2"
                        : pick("INSERT INTO crowd.c (v) VALUES ('crowd')", "DELETE FROM crowd.c");
        return coin() ? always : own;
    }

    private String table() {
        return pick(TABLES);
    }

    private String text() {
        return pick("'one'", "'two'", "'it''s'", "'back\\\\slash'", "'é'", "NULL", "''");
    }

    int small() {
        return 1 + random.nextInt(4);
    }

    int number() {
        return random.nextInt(40);
    }

    private boolean coin() {
        return random.nextBoolean();
    }

    private String pick(String... from) {
        return from[random.nextInt(from.length)];
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
