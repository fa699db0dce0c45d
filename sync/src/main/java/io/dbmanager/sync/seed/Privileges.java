package io.dbmanager.sync.seed;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.jdbc.ServerConnector;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether the source's login may read everything that a copy needs. */
final class Privileges {
    private static final List<String> NEEDED =
            List.of("SELECT", "RELOAD", "LOCK TABLES", "SHOW VIEW", "TRIGGER", "EVENT", "PROCESS");

    private Privileges() {}

    static void check(ServerConnector connector, SeedSource source)
            throws SQLException, SyncException {
        try (ByteSession session =
                ByteSession.open(connector, source.server(), ByteSession.Charset.UTF8)) {
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
            List<String> missing = NEEDED.stream().filter(p -> !granted.contains(p)).toList();
            // Roles may give what is not granted to the account itself: then servers say so later.
            if (!missing.isEmpty() && !granted.isEmpty() && hasNoRoles(session)) {
                throw new SyncException(
                        source.server().name()
                                + " does not let "
                                + source.server().credentials().user()
                                + " read everything: missing "
                                + String.join(", ", missing)
                                + "; run GRANT "
                                + String.join(", ", missing)
                                + " ON *.* TO that account");
            }
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
