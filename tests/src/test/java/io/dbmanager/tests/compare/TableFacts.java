package io.dbmanager.tests.compare;

import static io.dbmanager.tests.compare.Answers.literal;
import static io.dbmanager.tests.compare.Answers.name;
import static io.dbmanager.tests.compare.ServerFacts.USER_SCHEMAS;

import io.dbmanager.common.ServerVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Schemas, tables, sequences and views; and what tables and sequences hold. */
final class TableFacts {
    private static final Pattern COUNTER =
            Pattern.compile("(?m)^(\\)[^\\n]*?\\bENGINE=\\w+) AUTO_INCREMENT=(\\d+)");

    private TableFacts() {}

    static void gather(
            Connection connection, ServerVersion version, SortedMap<String, String> facts)
            throws SQLException {
        for (String schema :
                Answers.column(
                        connection,
                        "SELECT schema_name FROM information_schema.schemata WHERE schema_name"
                                + USER_SCHEMAS)) {
            facts.put(
                    "schema " + name(schema),
                    Answers.showCreate(connection, "SHOW CREATE DATABASE " + name(schema)));
        }
        for (List<String> table :
                Answers.rows(
                        connection,
                        "SELECT table_schema, table_name, table_type FROM information_schema.tables"
                                + " WHERE table_schema"
                                + USER_SCHEMAS)) {
            String qualified = name(table.get(0), table.get(1));
            switch (table.get(2)) {
                case "VIEW" ->
                        facts.put(
                                "view " + qualified,
                                Answers.showCreate(connection, "SHOW CREATE VIEW " + qualified));
                case "SEQUENCE" -> sequence(connection, qualified, facts);
                default -> table(connection, table, qualified, facts);
            }
        }
        RowDigests.gather(connection, "mysql", "servers", false, facts);
        for (String part :
                List.of("", "_name", "_leap_second", "_transition", "_transition_type")) {
            RowDigests.gather(connection, "mysql", "time_zone" + part, false, facts);
        }
        if (!version.isMariaDb() && version.atLeast(8, 0, 0)) {
            RowDigests.gather(
                    connection, "information_schema", "ST_SPATIAL_REFERENCE_SYSTEMS", false, facts);
        }
    }

    private static void table(
            Connection connection,
            List<String> table,
            String qualified,
            SortedMap<String, String> facts)
            throws SQLException {
        String create = Answers.showCreate(connection, "SHOW CREATE TABLE " + qualified);
        Matcher counter = COUNTER.matcher(create);
        boolean counts = counter.find();
        facts.put("counter of table " + qualified, counts ? counter.group(2) : "at its beginning");
        facts.put("table " + qualified, counts ? counter.replaceFirst("$1") : create);
        boolean versioned = table.get(2).equals("SYSTEM VERSIONED");
        RowDigests.gather(connection, table.get(0), table.get(1), versioned, facts);
    }

    private static void sequence(
            Connection connection, String qualified, SortedMap<String, String> facts)
            throws SQLException {
        facts.put(
                "sequence " + qualified,
                Answers.showCreate(connection, "SHOW CREATE SEQUENCE " + qualified));
        facts.put(
                "state of sequence " + qualified,
                Answers.rows(connection, "SELECT * FROM " + qualified).toString());
    }

    /** The columns of a table, generated and invisible ones too: name and type. */
    static List<List<String>> columns(Connection connection, String schema, String table)
            throws SQLException {
        return Answers.rows(
                connection,
                "SELECT column_name, data_type, generation_expression FROM"
                        + " information_schema.columns WHERE table_schema = "
                        + literal(schema)
                        + " AND table_name = "
                        + literal(table)
                        + " ORDER BY ordinal_position");
    }
}
