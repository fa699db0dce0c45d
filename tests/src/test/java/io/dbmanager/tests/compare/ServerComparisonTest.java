package io.dbmanager.tests.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.EachFlavour;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import io.dbmanager.tests.servers.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Two servers are made alike, then one thing after the other is changed on one of them. */
class ServerComparisonTest {
    private static final List<String> ALIKE =
            List.of(
                    "CREATE DATABASE d CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
                    "CREATE TABLE d.t (id int NOT NULL AUTO_INCREMENT, f float, g double, l varchar(20)"
                            + " CHARACTER SET latin1, c varchar(20), e enum('a', ''), s set('x', 'y'),"
                            + " b bit(64), bl blob, dt datetime(6), ti time(6), ts timestamp(6) NULL,"
                            + " j json, ge geometry, de decimal(65, 30), PRIMARY KEY (id))",
                    "INSERT INTO d.t VALUES (1, 0.1, -1.7976931348623157e308, 'x', 'x', '', 'x', b'1', 'x',"
                            + " '2020-01-01', '10:00:00', '2020-01-01', '{\"a\": 1}',"
                            + " ST_GeomFromText('POINT(1 1)'), 1), (2, 0, 0, 'y', 'y', 'a', 'y', b'0',"
                            + " 'y', '2021-01-01', '11:00:00', NULL, '{\"a\": 2}',"
                            + " ST_GeomFromText('POINT(2 2)'), 2)",
                    "CREATE TABLE d.no_key (a int, b int)",
                    "INSERT INTO d.no_key VALUES (1, 1), (1, 1), (2, 2)",
                    "CREATE VIEW d.v AS SELECT 1 AS x",
                    "CREATE TRIGGER d.tr1 BEFORE INSERT ON d.t FOR EACH ROW SET @x = 1",
                    "CREATE TRIGGER d.tr2 BEFORE INSERT ON d.t FOR EACH ROW SET @x = 2",
                    "CREATE PROCEDURE d.p() SELECT 1",
                    "CREATE FUNCTION d.f() RETURNS int NO SQL RETURN 1",
                    "CREATE EVENT d.e ON SCHEDULE EVERY 1 DAY STARTS '2036-01-01 00:00:00' DISABLE DO"
                            + " SELECT 1",
                    "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER 'u', HOST 'h')",
                    "CREATE USER u@'%'",
                    "CREATE USER w@'%'",
                    "CREATE ROLE r",
                    "INSERT IGNORE INTO mysql.proxies_priv (Host, User, Proxied_host, Proxied_user,"
                            + " With_grant, Grantor) VALUES ('%', 'root', '', '', 1, '')",
                    "FLUSH PRIVILEGES");

    /** Statements, and what the one new difference they make begins with. */
    private static Map<List<String>, String> changes() {
        Map<List<String>, String> changes = new LinkedHashMap<>();
        changes.put(List.of("CREATE DATABASE extra"), "schema `extra`: only on the copy");
        changes.put(List.of("ALTER DATABASE d COLLATE utf8mb4_unicode_ci"), "schema `d`: ");
        changes.put(List.of("ALTER TABLE d.t COMMENT 'other'"), "table `d`.`t`: ");
        changes.put(List.of("ALTER TABLE d.t AUTO_INCREMENT = 100"), "counter of table `d`.`t`: ");
        changes.put(List.of("CREATE TABLE d.more (a int)"), "table `d`.`more`: only on the copy");
        Map<String, String> cells = new LinkedHashMap<>();
        cells.put("f", "0.100000009");
        cells.put("g", "-1.7976931348623155e308");
        cells.put("l", "'x '");
        cells.put("c", "'X'");
        cells.put("e", "0");
        cells.put("s", "''");
        cells.put("b", "0x8000000000000001");
        cells.put("bl", "0x7800");
        cells.put("dt", "'2020-01-01 00:00:00.000001'");
        cells.put("ti", "'-10:00:00'");
        cells.put("ts", "NULL");
        cells.put("j", "'{\"a\": \"1\"}'");
        cells.put("ge", "ST_GeomFromText('POINT(1 1)', 4326)");
        cells.put("de", "1.000000000000000000000000000001");
        cells.forEach((column, value) ->
                changes.put(
                        List.of("UPDATE d.t SET " + column + " = " + value + " WHERE id = 1"),
                        "column `" + column + "` of rows of `d`.`t`: "));
        changes.put(
                List.of("UPDATE d.t SET g = '-0' WHERE id = 2"), "column `g` of rows of `d`.`t`: ");
        changes.put(
                List.of("DELETE FROM d.no_key WHERE a = 1 LIMIT 1"),
                "number of rows of `d`.`no_key`: ");
        changes.put(
                List.of("INSERT INTO d.no_key VALUES (1, 2)", "DELETE FROM d.no_key WHERE b = 1"),
                "rows of `d`.`no_key`: ");
        changes.put(List.of("ALTER VIEW d.v AS SELECT 2 AS x"), "view `d`.`v`: ");
        changes.put(
                List.of(
                        "DROP TRIGGER d.tr1",
                        "CREATE TRIGGER d.tr1 BEFORE INSERT ON d.t FOR EACH ROW SET @x = 1"),
                "order of trigger `d`.`tr1`: ");
        changes.put(
                List.of(
                        "DROP TRIGGER d.tr2",
                        "CREATE TRIGGER d.tr2 BEFORE INSERT ON d.t FOR EACH ROW SET @x = 3"),
                "trigger `d`.`tr2`: ");
        changes.put(
                List.of(
                        "SET SESSION sql_mode = 'ANSI_QUOTES'",
                        "DROP PROCEDURE d.p",
                        "CREATE PROCEDURE d.p() SELECT 1"),
                "procedure `d`.`p`: ");
        changes.put(List.of("DROP FUNCTION d.f"), "function `d`.`f`: only on the primary");
        changes.put(
                List.of("ALTER EVENT d.e ON SCHEDULE EVERY 2 DAY STARTS '2036-01-01 00:00:00'"),
                "event `d`.`e`: ");
        changes.put(List.of("ALTER EVENT d.e ENABLE"), "status of event `d`.`e`: ");
        changes.put(List.of("ALTER SERVER s OPTIONS (USER 'v')"), "rows of `mysql`.`servers`: ");
        changes.put(
                List.of("INSERT INTO mysql.time_zone_name VALUES ('Nowhere', 1)"),
                "number of rows of `mysql`.`time_zone_name`: ");
        changes.put(List.of("ALTER USER u@'%' IDENTIFIED BY 'p'"), "account 'u'@'%': ");
        changes.put(
                List.of("ALTER USER w@'%' WITH MAX_USER_CONNECTIONS 5 ACCOUNT LOCK"),
                "account 'w'@'%': ");
        changes.put(List.of("GRANT PROCESS ON *.* TO u@'%'"), "grants of 'u'@'%': ");
        changes.put(List.of("GRANT SELECT ON d.* TO u@'%'"), "mysql.db has ");
        changes.put(List.of("GRANT INSERT ON d.t TO u@'%'"), "mysql.tables_priv has ");
        changes.put(List.of("GRANT UPDATE (f) ON d.t TO u@'%'"), "mysql.columns_priv has ");
        changes.put(List.of("GRANT EXECUTE ON PROCEDURE d.p TO u@'%'"), "mysql.procs_priv has ");
        changes.put(List.of("GRANT PROXY ON ''@'' TO u@'%'"), "mysql.proxies_priv has ");
        changes.put(List.of("CREATE USER more@'%'"), "account 'more'@'%': only on the copy");
        return changes;
    }

    private static Map<List<String>, String> changesOfMariaDb() {
        Map<List<String>, String> changes = changes();
        changes.put(List.of("GRANT r TO u@'%'"), "mysql.roles_mapping has ");
        changes.put(List.of("SET DEFAULT ROLE r FOR u@'%'"), "mysql.global_priv has [u, %]");
        changes.put(List.of("CREATE ROLE more"), "role 'more': only on the copy");
        changes.put(List.of("DO NEXTVAL(d.sq)"), "state of sequence `d`.`sq`: ");
        changes.put(List.of("ALTER SEQUENCE d.sq MAXVALUE 50"), "sequence `d`.`sq`: ");
        changes.put(List.of("UPDATE d.h SET a = 1"), "number of rows of `d`.`h`: ");
        changes.put(List.of("ALTER DATABASE d COMMENT 'other'"), "schema `d`: ");
        return changes;
    }

    private static Map<List<String>, String> changesOfMySql() {
        Map<List<String>, String> changes = changes();
        changes.put(List.of("GRANT r TO u@'%' WITH ADMIN OPTION"), "mysql.role_edges has ");
        changes.put(List.of("SET DEFAULT ROLE r TO u@'%'"), "mysql.default_roles has ");
        changes.put(List.of("GRANT ROLE_ADMIN ON *.* TO u@'%'"), "mysql.global_grants has ");
        changes.put(
                List.of(
                        "ALTER USER u@'%' IDENTIFIED BY 'q'",
                        "ALTER USER u@'%' IDENTIFIED BY 'p' RETAIN CURRENT PASSWORD"),
                "mysql.user has ");
        changes.put(
                List.of(
                        "CREATE SPATIAL REFERENCE SYSTEM 990001 NAME 'x' DEFINITION '"
                                + "GEOGCS[\"x\",DATUM[\"x\",SPHEROID[\"x\",6378137,298]],"
                                + "PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.017453292519943278],"
                                + "AXIS[\"Lat\",NORTH],AXIS[\"Lon\",EAST]]'"),
                "number of rows of `information_schema`.`ST_SPATIAL_REFERENCE_SYSTEMS`: ");
        return changes;
    }

    @EachFamily
    void everyChangeIsFoundAndNamed(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(1).start();
                Connection primary = cluster.primary().root().connect();
                Connection copy = cluster.replica(1).root().connect()) {
            makeAlike(cluster.primary(), flavour);
            makeAlike(cluster.replica(1), flavour);
            // Each server has a root of its own.
            assertThat(ServerComparison.differences(primary, copy))
                    .isNotEmpty()
                    .allSatisfy(difference -> assertThat(difference).contains("root"));

            SortedMap<String, String> expected = ServerFacts.of(primary);
            List<String> known = differences(expected, copy);
            Map<List<String>, String> changes =
                    flavour.isMariaDb() ? changesOfMariaDb() : changesOfMySql();
            for (Map.Entry<List<String>, String> change : changes.entrySet()) {
                apply(cluster.replica(1), change.getKey());
                List<String> all = differences(expected, copy);
                List<String> found = new ArrayList<>(all);
                found.removeAll(known);
                assertThat(found)
                        .as("after %s", change.getKey())
                        .anySatisfy(line -> assertThat(line).startsWith(change.getValue()));
                known = all;
            }
        }
    }

    @EachFamily
    void whatMustDifferIsNoDifference(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(1).start();
                Connection primary = cluster.primary().root().connect();
                Connection copy = cluster.replica(1).root().connect()) {
            makeAlike(cluster.primary(), flavour);
            makeAlike(cluster.replica(1), flavour);
            List<String> before = ServerComparison.differences(primary, copy);

            cluster.replica(1)
                    .root()
                    .execute(
                            "ALTER EVENT d.e DISABLE ON SLAVE",
                            "CREATE DATABASE dbmanager",
                            "CREATE TABLE dbmanager.heartbeat (a int)");

            assertThat(ServerComparison.differences(primary, copy)).isEqualTo(before);
        }
    }

    @EachFlavour
    void awkwardDataLoadsAndIsReadWhole(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(0).start();
                Connection one = cluster.primary().root().connect();
                Connection other = cluster.primary().root().connect()) {
            AwkwardData.load(one);

            SortedMap<String, String> facts = ServerFacts.of(one);

            assertThat(facts).hasSizeGreaterThan(500);
            // What the server itself cannot show could not be compared.
            assertThat(facts.values()).noneMatch(fact -> fact.startsWith("error "));
            assertThat(ServerComparison.between(facts, ServerFacts.of(other))).isEmpty();
        }
    }

    private static void apply(TestServer server, List<String> change) throws SQLException {
        List<String> statements = new ArrayList<>(change);
        statements.addFirst("SET SESSION sql_mode = ''");
        server.root().execute(statements.toArray(String[]::new));
    }

    private static List<String> differences(SortedMap<String, String> expected, Connection copy)
            throws SQLException {
        return ServerComparison.between(expected, ServerFacts.of(copy));
    }

    private static void makeAlike(TestServer server, ServerFlavour flavour) throws SQLException {
        Login root = server.root();
        List<String> statements = new ArrayList<>();
        statements.add("SET SESSION sql_mode = '', time_zone = '+00:00'");
        statements.addAll(ALIKE);
        if (flavour.isMariaDb()) {
            statements.add("CREATE SEQUENCE d.sq MAXVALUE 100 CACHE 10");
            statements.add("CREATE TABLE d.h (a int)");
            statements.add("SET SESSION timestamp = 1600000000");
            statements.add("ALTER TABLE d.h ADD SYSTEM VERSIONING");
            statements.add("INSERT INTO d.h VALUES (0)");
        }
        root.execute(statements.toArray(String[]::new));
    }
}
