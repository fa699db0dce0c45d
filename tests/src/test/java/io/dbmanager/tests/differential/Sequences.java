package io.dbmanager.tests.differential;

import io.dbmanager.tests.differential.Step.Parameter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

/** The sequence that belongs to a seed: the same one each time. */
final class Sequences {
    static final int CLIENTS = 3;
    static final int CROWD = 4;
    private static final int INIT_DB = 0x02;
    private static final int FIELD_LIST = 0x04;
    private static final int PING = 0x0E;
    private static final int CHANGE_USER = 0x11;
    private static final int SET_OPTION = 0x1B;
    private static final int RESET_CONNECTION = 0x1F;

    private final Random random;
    private final boolean mariaDb;
    private final Twins.Kind kind;
    private final EnumSet<Topic> topics = EnumSet.noneOf(Topic.class);
    private final int[] holds = new int[2];

    private Sequences(long seed, boolean mariaDb, Twins.Kind kind) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.mariaDb = mariaDb;
        this.kind = kind;
    }

    static List<Step> of(long seed, int steps, boolean mariaDb, Twins.Kind kind) {
        return new Sequences(seed, mariaDb, kind).make(steps);
    }

    /** What a client's connection is capable of. */
    static int capabilities(long seed, int client) {
        Random random = new Random(seed * 31 + client);
        int capabilities = RawClient.USUAL;
        capabilities |= random.nextBoolean() ? RawClient.DEPRECATE_EOF : 0;
        capabilities |= random.nextInt(4) == 0 ? RawClient.FOUND_ROWS : 0;
        capabilities |= random.nextInt(4) == 0 ? RawClient.SESSION_TRACK : 0;
        capabilities |= random.nextInt(8) == 0 ? RawClient.IGNORE_SPACE : 0;
        return capabilities;
    }

    /** What each client begins with: two schemas of its own with the same tables. */
    static List<String> preparation(int client, boolean mariaDb, boolean shared) {
        List<String> all = new ArrayList<>();
        String first = "c" + client;
        all.add("DROP DATABASE IF EXISTS " + first + "c");
        for (String schema : List.of(first + "b", first)) {
            all.add("DROP DATABASE IF EXISTS " + schema);
            all.add("CREATE DATABASE " + schema + " CHARACTER SET utf8mb4");
            all.add("USE " + schema);
            String columns = " (id INT AUTO_INCREMENT PRIMARY KEY, k INT, v VARCHAR(40)) ENGINE=";
            all.add("CREATE TABLE t0" + columns + "InnoDB");
            all.add("INSERT INTO t0 (k, v) VALUES (1, 'one'), (2, 'two'), (3, NULL)");
        }
        all.add(
                "CREATE TABLE t1 (id INT AUTO_INCREMENT PRIMARY KEY, k INT UNIQUE, v VARCHAR(20))"
                        + " ENGINE=InnoDB");
        all.add("INSERT INTO t1 (k, v) VALUES (1, 'one'), (5, 'five')");
        all.add(
                "CREATE TABLE m0 (id INT AUTO_INCREMENT PRIMARY KEY, k INT, v VARCHAR(40))"
                        + " ENGINE=MyISAM");
        all.add("CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, k INT) ENGINE=InnoDB");
        all.add("CREATE VIEW v0 AS SELECT id, k, v FROM t0");
        routines(all);
        all.add("CREATE VIEW v_write AS SELECT f_write(7) AS w");
        if (mariaDb) {
            all.add("CREATE SEQUENCE s0");
        }
        if (shared && client == 0) {
            all.add("DROP DATABASE IF EXISTS shared");
            all.add("CREATE DATABASE shared");
            all.add("CREATE TABLE shared.s (id INT PRIMARY KEY, n INT) ENGINE=InnoDB");
            all.add("INSERT INTO shared.s VALUES (1, 0), (2, 0), (3, 0)");
        }
        // What FOUND_ROWS() says before the first SELECT is not defined.
        all.add("SELECT 1");
        return all;
    }

    private static void routines(List<String> all) {
        all.add(
                "CREATE FUNCTION f_count() RETURNS INT READS SQL DATA RETURN (SELECT COUNT(*) FROM"
                        + " t0)");
        all.add("CREATE FUNCTION f_pure(n INT) RETURNS INT DETERMINISTIC NO SQL RETURN n * 2");
        all.add(
                "CREATE FUNCTION f_write(n INT) RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO log"
                        + " (k) VALUES (n); RETURN n; END");
        all.add("CREATE FUNCTION f_set(n INT) RETURNS INT NO SQL BEGIN SET @f = n; RETURN n; END");
        all.add(
                "CREATE PROCEDURE p_two() BEGIN SELECT COUNT(*) FROM t0; SELECT 1/0 AS nothing; END");
        all.add(
                "CREATE PROCEDURE p_write(n INT) BEGIN INSERT INTO log (k) VALUES (n); SELECT"
                        + " MAX(id) FROM log; END");
        all.add("CREATE PROCEDURE p_out(OUT n INT) SELECT COUNT(*) INTO n FROM t0");
        all.add("CREATE PROCEDURE p_mode() SET SESSION lc_time_names = 'fr_FR'");
        all.add("CREATE PROCEDURE p_begin() BEGIN SET @a = 1; START TRANSACTION; END");
        all.add(
                "CREATE PROCEDURE p_temporary() BEGIN CREATE TEMPORARY TABLE IF NOT EXISTS tt (id"
                        + " INT, k INT, v INT); INSERT INTO tt VALUES (1, 2, 3); END");
        all.add(
                "CREATE TRIGGER t1_insert AFTER INSERT ON t1 FOR EACH ROW BEGIN SET @fired = NEW.k;"
                        + " INSERT INTO log (k) VALUES (NEW.k); END");
    }

    private List<Step> make(int count) {
        for (Topic topic : Topic.values()) {
            if (random.nextInt(4) == 0) {
                topics.add(topic);
            }
        }
        if (!kind.allWrites()) {
            // Nobody may look at what another has written.
            topics.remove(Topic.SHARED_TABLE);
        }
        List<Statements> speech = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            speech.add(new Statements(random, mariaDb, client));
        }
        List<Step> steps = new ArrayList<>();
        int client = 0;
        while (steps.size() < count) {
            if (random.nextInt(3) == 0) {
                client = random.nextInt(CLIENTS);
            }
            if (kind.crowded() && random.nextInt(3) == 0) {
                int member = random.nextInt(CROWD);
                steps.add(new Step.Crowd(member, speech.get(client).crowd(member)));
            }
            next(steps, client, speech.get(client));
        }
        return steps;
    }

    private void next(List<Step> steps, int client, Statements speech) {
        int dice = random.nextInt(100);
        if (dice < 4) {
            disturb(steps);
        } else if (dice < 30) {
            steps.add(new Step.Query(client, speech.read()));
        } else if (dice < 42 || topics.isEmpty()) {
            steps.add(new Step.Query(client, speech.write()));
        } else {
            Topic topic = List.copyOf(topics).get(random.nextInt(topics.size()));
            if (topic == Topic.BINARY_PREPARED) {
                prepared(steps, client, speech);
            } else if (topic == Topic.COMMANDS) {
                command(steps, client);
            } else {
                if (topic == Topic.DIAGNOSTICS) {
                    steps.add(new Step.Query(client, speech.subject()));
                }
                steps.add(new Step.Query(client, speech.of(topic)));
            }
        }
    }

    private void disturb(List<Step> steps) {
        int replica = 1 + random.nextInt(2);
        boolean held = holds[replica - 1] > 0;
        holds[replica - 1] = held ? 0 : 1;
        steps.add(held ? new Step.ReleaseReplica(replica) : new Step.HoldReplica(replica));
    }

    private void command(List<Step> steps, int client) {
        steps.add(
                switch (random.nextInt(8)) {
                    case 0 -> new Step.Command(client, INIT_DB, "c" + client);
                    case 1 -> new Step.Command(client, INIT_DB, "c" + client + "b");
                    case 2 -> new Step.Command(client, RESET_CONNECTION, "");
                    case 3 -> new Step.Command(client, CHANGE_USER, "c" + client);
                    case 4 -> new Step.Command(client, PING, "");
                    case 5 ->
                            new Step.Command(
                                    client, SET_OPTION, random.nextBoolean() ? "\0\0" : "\1\0");
                    case 6 -> new Step.Command(client, FIELD_LIST, "t0\0");
                    default -> new Step.Command(client, INIT_DB, "no_such_schema");
                });
    }

    private void prepared(List<Step> steps, int client, Statements speech) {
        String name = "b" + random.nextInt(3);
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                Template template = TEMPLATES.get(random.nextInt(TEMPLATES.size()));
                steps.add(new Step.Prepare(client, name, template.sql()));
                steps.add(execute(client, name, template.parameters(), true, speech));
            }
            case 3 -> {
                steps.add(new Step.Prepare(client, name, speech.read()));
                steps.add(execute(client, name, 0, true, speech));
            }
            case 4 -> {
                steps.add(new Step.Prepare(client, name, "INSERT INTO t0 (k, v) VALUES (?, ?)"));
                steps.add(new Step.LongData(client, name, "long "));
                steps.add(new Step.LongData(client, name, "data"));
                steps.add(
                        new Step.Execute(
                                client,
                                name,
                                List.of(
                                        new Parameter.Whole(speech.number()),
                                        new Parameter.Before()),
                                true,
                                false));
            }
            case 5 -> {
                steps.add(
                        new Step.Prepare(
                                client, name, "SELECT id, v FROM t0 WHERE id > ? ORDER BY id"));
                steps.add(
                        new Step.Execute(
                                client, name, List.of(new Parameter.Whole(0)), true, true));
                steps.add(new Step.Fetch(client, name, 1));
                if (random.nextBoolean()) {
                    steps.add(new Step.Query(client, speech.write()));
                }
                steps.add(new Step.Fetch(client, name, 100));
            }
            case 6 -> steps.add(new Step.CloseStatement(client, name));
            case 7 -> steps.add(new Step.ResetStatement(client, name));
            case 8 -> steps.add(new Step.Fetch(client, name, 2));
            default -> steps.add(new Step.Execute(client, name, List.of(), false, false));
        }
    }

    private Step execute(
            int client, String name, int parameters, boolean types, Statements speech) {
        List<Parameter> values = new ArrayList<>();
        for (int i = 0; i < parameters; i++) {
            values.add(
                    switch (random.nextInt(4)) {
                        case 0, 1 -> new Parameter.Whole(speech.number());
                        case 2 -> new Parameter.Text(Integer.toString(speech.number()));
                        default -> new Parameter.Null();
                    });
        }
        return new Step.Execute(client, name, values, types, false);
    }

    private record Template(String sql, int parameters) {}

    private static final List<Template> TEMPLATES =
            List.of(
                    new Template("SELECT id, k, v FROM t0 WHERE id >= ? ORDER BY id", 1),
                    new Template("SELECT ?, ? + 1", 2),
                    new Template("INSERT INTO t0 (k, v) VALUES (?, ?)", 2),
                    new Template("INSERT INTO t1 (k, v) VALUES (?, 'unique')", 1),
                    new Template("UPDATE t0 SET v = ? WHERE id = ?", 2),
                    new Template("SELECT @a, ?", 1),
                    new Template("SET @a = ?", 1),
                    new Template("CALL p_write(?)", 1),
                    new Template("CALL p_two()", 0),
                    new Template("SELECT f_write(?)", 1),
                    new Template("SELECT id FROM tt WHERE k = ?", 1),
                    new Template("SELECT SQL_CALC_FOUND_ROWS id FROM t0 ORDER BY id LIMIT ?", 1),
                    new Template("SELECT id FROM t0 WHERE k > ? ORDER BY id FOR UPDATE", 1),
                    new Template("SELECT LAST_INSERT_ID()", 0),
                    new Template("SELECT \"id\", ? FROM t0 ORDER BY id", 1),
                    new Template("SELECT CAST(? AS SIGNED), 1/0", 1),
                    new Template("DELETE FROM t0 WHERE id = ?", 1));
}
