package io.dbmanager.tests.compare;

import io.dbmanager.common.ServerVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All there is to know of a server, as named texts: what its schemas, tables and programs are, what
 * its tables hold, and who may do what.
 */
final class ServerFacts {
    /** SQL for the schemas that are compared, as a condition on a column of their names. */
    static final String USER_SCHEMAS =
            " NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys', 'ndbinfo',"
                    + " 'dbmanager', 'dbmanager_local')";

    private ServerFacts() {}

    static SortedMap<String, String> of(Connection connection) throws SQLException {
        prepare(connection);
        ServerVersion version = version(connection);
        SortedMap<String, String> facts = new TreeMap<>();
        TableFacts.gather(connection, version, facts);
        ProgramFacts.gather(connection, version, facts);
        AccountFacts.gather(connection, version, facts);
        return facts;
    }

    static ServerVersion version(Connection connection) throws SQLException {
        List<String> row =
                Answers.rows(connection, "SELECT VERSION(), @@GLOBAL.version_comment").getFirst();
        return ServerVersion.parse(row.get(0), row.get(1));
    }

    /** Settings on which the texts that a server shows depend. */
    private static void prepare(Connection connection) throws SQLException {
        // The schema that is current is left out of names in SHOW CREATE: it must be the same one.
        Answers.run(connection, "USE mysql");
        connection.setAutoCommit(true);
        Answers.run(connection, "SET NAMES utf8mb4");
        Answers.run(
                connection,
                "SET SESSION sql_mode = '', time_zone = '+00:00', sql_quote_show_create = 1");
        for (String wanted :
                List.of(
                        "print_identified_with_as_hex",
                        "show_gipk_in_create_table_and_information_schema")) {
            if (!Answers.rows(connection, "SHOW SESSION VARIABLES LIKE " + Answers.literal(wanted))
                    .isEmpty()) {
                Answers.run(connection, "SET SESSION " + wanted + " = 1");
            }
        }
    }
}
