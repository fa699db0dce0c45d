package io.dbmanager.sync.seed;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.jdbc.ServerConnector;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether logins may do everything that a copy needs; asked before anything is touched. */
final class Privileges {
    private static final List<String> TO_READ =
            List.of("SELECT", "RELOAD", "LOCK TABLES", "SHOW VIEW", "TRIGGER", "EVENT", "PROCESS");

    private static final List<String> TO_WRITE =
            List.of(
                    "SELECT",
                    "INSERT",
                    "UPDATE",
                    "DELETE",
                    "CREATE",
                    "DROP",
                    "ALTER",
                    "INDEX",
                    "REFERENCES",
                    "CREATE VIEW",
                    "CREATE ROUTINE",
                    "ALTER ROUTINE",
                    "TRIGGER",
                    "EVENT",
                    "CREATE USER",
                    "RELOAD");

    private Privileges() {}

    static void check(ServerConnector connector, SeedSource source)
            throws SQLException, SyncException {
        try (ByteSession session =
                ByteSession.open(connector, source.server(), ByteSession.Charset.UTF8)) {
            check(session, source.server(), TO_READ, "read");
        }
    }

    /**
     * @param session of the target's login
     */
    static void checkTarget(ByteSession session, ServerSpec target)
            throws SQLException, SyncException {
        check(session, target, TO_WRITE, "write");
    }

    private static void check(
            ByteSession session, ServerSpec server, List<String> needed, String todo)
            throws SQLException, SyncException {
        Set<String> granted = new HashSet<>();
        for (List<@Nullable String> row :
                session.rows(
                        "SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES WHERE"
                                + " GRANTEE = CONCAT('''', REPLACE(CURRENT_USER(), '@',"
                                + " '''@'''), '''')")) {
            String privilege = row.getFirst();
            if (privilege != null) {
                granted.add(privilege);
            }
        }
        List<String> missing = needed.stream().filter(p -> !granted.contains(p)).toList();
        // Roles may give what is not granted to the account itself: then servers say so later.
        if (!missing.isEmpty() && !granted.isEmpty() && hasNoRoles(session)) {
            throw new SyncException(
                    "%s does not let %s %s everything: missing %s; run GRANT %s ON *.* TO that account"
                            .formatted(
                                    server.name(),
                                    server.credentials().user(),
                                    todo,
                                    String.join(", ", missing),
                                    String.join(", ", missing)));
        }
    }

    private static boolean hasNoRoles(ByteSession session) throws SQLException {
        try {
            List<String> role = session.column("SELECT CURRENT_ROLE()");
            return role.getFirst().isEmpty() || role.getFirst().equals("NONE");
        } catch (SQLException e) {
            // 1305: this version has no roles.
            if (e.getErrorCode() == 1305 || e.getErrorCode() == 1630) {
                return true;
            }
            throw e;
        }
    }
}
