package io.dbmanager.tests.scenario;

import io.dbmanager.tests.servers.Login;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would differ on a server if someone had changed anything on it: databases, accounts, global
 * variables, the end of its binary log, its replication channels.
 */
record Footprint(List<List<@Nullable String>> facts) {
    static Footprint of(Login login) throws SQLException {
        try (Connection connection = login.connect()) {
            List<List<@Nullable String>> facts = new ArrayList<>();
            facts.addAll(Login.rows(connection, "SHOW DATABASES"));
            facts.addAll(Login.rows(connection, "SELECT user, host FROM mysql.user ORDER BY 1, 2"));
            facts.addAll(Login.rows(connection, "SHOW GLOBAL VARIABLES"));
            if (Login.rows(connection, "SELECT @@log_bin").getFirst().contains("1")) {
                facts.addAll(Login.rows(connection, "SHOW BINARY LOGS"));
            }
            facts.addAll(Login.rows(connection, channels(connection)));
            return new Footprint(facts);
        }
    }

    private static String channels(Connection connection) throws SQLException {
        String version =
                String.valueOf(Login.rows(connection, "SELECT VERSION()").getFirst().getFirst());
        boolean oldWords = version.contains("MariaDB") || version.matches("(5|8\\.0)\\..*");
        return oldWords ? "SHOW SLAVE STATUS" : "SHOW REPLICA STATUS";
    }
}
