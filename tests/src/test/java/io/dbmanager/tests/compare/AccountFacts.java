package io.dbmanager.tests.compare;

import static io.dbmanager.tests.compare.Answers.literal;

import io.dbmanager.common.ServerVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Accounts and roles with everything they are and may do. */
final class AccountFacts {
    private static final String COMPARED_ACCOUNTS =
            " NOT IN ('mysql.sys', 'mysql.session', 'mysql.infoschema', 'mariadb.sys')";

    /** Columns that say when something was done and by whom, not what it is. */
    private static final Set<String> CIRCUMSTANCES =
            Set.of("password_last_changed", "timestamp", "grantor");

    private static final Pattern COLUMNS = Pattern.compile("\\(([^()]*)\\)");

    private AccountFacts() {}

    static void gather(
            Connection connection, ServerVersion version, SortedMap<String, String> facts)
            throws SQLException {
        if (version.isMariaDb()) {
            ofMariaDb(connection, facts);
        } else {
            ofMySql(connection, version, facts);
        }
        for (String table : List.of("db", "tables_priv", "columns_priv", "procs_priv")) {
            systemTable(connection, table, facts);
        }
        systemTable(connection, "proxies_priv", facts);
    }

    private static void ofMySql(
            Connection connection, ServerVersion version, SortedMap<String, String> facts)
            throws SQLException {
        for (List<String> row : accounts(connection, "mysql.user")) {
            String account = literal(row.get(0)) + "@" + literal(row.get(1));
            // SHOW GRANTS for an anonymous account ends MySQL 8.0.15; the tables tell as much.
            account(connection, account, !row.get(0).isEmpty(), facts);
        }
        systemTable(connection, "user", facts);
        if (version.atLeast(8, 0, 0)) {
            for (String table : List.of("role_edges", "default_roles", "global_grants")) {
                systemTable(connection, table, facts);
            }
        }
        if (version.atLeast(8, 0, 16)) {
            facts.put(
                    "variable partial_revokes",
                    Answers.column(connection, "SELECT @@GLOBAL.partial_revokes").getFirst());
        }
    }

    private static void ofMariaDb(Connection connection, SortedMap<String, String> facts)
            throws SQLException {
        for (List<String> row : accounts(connection, "mysql.global_priv")) {
            if (row.get(1).isEmpty()) {
                String role = row.get(0).equals("PUBLIC") ? "PUBLIC" : literal(row.get(0));
                facts.put("role " + role, "there");
                grants(connection, role, facts);
            } else {
                account(connection, literal(row.get(0)) + "@" + literal(row.get(1)), true, facts);
            }
        }
        // What is global in rights is told by SHOW GRANTS: as a number it depends on who wrote it.
        for (List<String> row :
                Answers.rows(
                        connection,
                        "SELECT user, host, JSON_VALUE(priv, '$.plugin'),"
                                + " JSON_VALUE(priv, '$.authentication_string'),"
                                + " JSON_QUERY(priv, '$.auth_or'), JSON_VALUE(priv, '$.is_role'),"
                                + " JSON_VALUE(priv, '$.default_role') FROM mysql.global_priv"
                                + " WHERE user"
                                + COMPARED_ACCOUNTS)) {
            facts.put("mysql.global_priv has " + row.subList(0, 2), row.toString());
        }
        systemTable(connection, "roles_mapping", facts);
    }

    private static List<List<String>> accounts(Connection connection, String table)
            throws SQLException {
        return Answers.rows(
                connection, "SELECT user, host FROM " + table + " WHERE user" + COMPARED_ACCOUNTS);
    }

    private static void account(
            Connection connection,
            String account,
            boolean withGrants,
            SortedMap<String, String> facts) {
        facts.put(
                "account " + account,
                Answers.showCreate(connection, "SHOW CREATE USER " + account));
        if (withGrants) {
            grants(connection, account, facts);
        }
    }

    private static void grants(
            Connection connection, String grantee, SortedMap<String, String> facts) {
        facts.put("grants of " + grantee, grants(connection, grantee));
    }

    private static String grants(Connection connection, String grantee) {
        try {
            return Answers.column(connection, "SHOW GRANTS FOR " + grantee).stream()
                    .map(AccountFacts::inOrder)
                    .sorted()
                    .collect(Collectors.joining("\n"));
        } catch (SQLException e) {
            // An account that is in the tables but not in the server's mind is no account.
            return Answers.refusal(e);
        }
    }

    /** A grant whose columns stand in order; servers list them as they come. */
    private static String inOrder(String grant) {
        return COLUMNS.matcher(grant)
                .replaceAll((MatchResult list) ->
                        Matcher.quoteReplacement(
                                "("
                                        + Arrays.stream(list.group(1).split(", "))
                                                .sorted()
                                                .collect(Collectors.joining(", "))
                                        + ")"));
    }

    /** Each row of a system table is a fact by itself; bytes are shown as hexadecimal digits. */
    private static void systemTable(
            Connection connection, String table, SortedMap<String, String> facts)
            throws SQLException {
        List<String> columns =
                TableFacts.columns(connection, "mysql", table).stream()
                        .map(List::getFirst)
                        .filter(column -> !CIRCUMSTANCES.contains(column.toLowerCase(Locale.ROOT)))
                        .toList();
        String all =
                columns.stream()
                        .map(column -> shown(Answers.name(column)))
                        .collect(Collectors.joining(", "));
        String filter =
                columns.stream().anyMatch("user"::equalsIgnoreCase)
                        ? " WHERE user" + COMPARED_ACCOUNTS
                        : "";
        for (List<String> row :
                Answers.rows(connection, "SELECT " + all + " FROM mysql." + table + filter)) {
            StringBuilder fact = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                fact.append(' ').append(columns.get(i)).append('=').append(row.get(i));
            }
            facts.put("mysql." + table + " has" + fact, "there");
        }
    }

    /** Text that can be read where it can, else its bytes. */
    private static String shown(String column) {
        String text = "CONVERT(" + column + " USING utf8mb4)";
        return "IF(HEX("
                + column
                + ") REGEXP '^(2[0-9A-F]|[3-6][0-9A-F]|7[0-9A-E])*$', "
                + text
                + ", HEX("
                + column
                + "))";
    }
}
