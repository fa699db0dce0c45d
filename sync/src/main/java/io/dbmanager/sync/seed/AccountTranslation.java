package io.dbmanager.sync.seed;

import io.dbmanager.common.Credentials;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.AccountStatements.Account;
import io.dbmanager.sync.seed.SystemRows.Rows;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives a target the accounts of a source of another version.
 *
 * <p>Someone can log in at every moment: the account that the copy is using stays until the
 * source's login has been seen to work, and if it is the same account its password is exchanged in
 * one statement.
 */
final class AccountTranslation {
    private static final int PLUGIN_NOT_LOADED = 1524;

    /** Unchanged between MySQL 5.7 and 9; what a version lacks of their columns is left out. */
    private static final List<String> ROWS_AS_THEY_ARE =
            List.of(
                    "db",
                    "tables_priv",
                    "columns_priv",
                    "procs_priv",
                    "proxies_priv",
                    SystemRows.SERVERS_TABLE);

    private final ServerConnector connector;
    private final CopyTarget target;
    private final ByteSession session;
    private final AccountStatements wanted;
    private final SystemRows rows;
    private final Account sourceAccount;
    private final Credentials sourceLogin;

    /**
     * @param sourceAccount the account that {@code sourceLogin} is on the source
     */
    AccountTranslation(
            ServerConnector connector,
            CopyTarget target,
            AccountStatements wanted,
            SystemRows rows,
            Account sourceAccount,
            Credentials sourceLogin) {
        this.connector = connector;
        this.target = target;
        this.session = target.admin();
        this.wanted = wanted;
        this.rows = rows;
        this.sourceAccount = sourceAccount;
        this.sourceLogin = sourceLogin;
    }

    void apply() throws SQLException, SyncException, InterruptedException {
        Account own = currentAccount(session);
        if (wanted.partialRevokes()) {
            session.run("SET PERSIST partial_revokes = ON");
        }
        TreeSet<String> missing = new TreeSet<>();
        // Opened while this login still has the password that it came with.
        try (ByteSession writer = target.openForRows()) {
            dropOthers(own);
            for (Map.Entry<Account, String> account : wanted.create().entrySet()) {
                if (!create(account.getKey(), account.getValue(), own)) {
                    missing.add(account.getKey().sql());
                }
            }
            copyRows(writer);
        }
        for (Map.Entry<Account, List<String>> grants : wanted.grants().entrySet()) {
            if (!missing.contains(grants.getKey().sql())) {
                grants.getValue().forEach(this::grant);
            }
        }
        wanted.defaultRoles().forEach(this::grant);
        if (!AccountRows.admits(connector, target, sourceLogin)) {
            throw AccountRows.notAdmitted(target, sourceLogin);
        }
        if (!wanted.create().containsKey(own)) {
            session.run("DROP USER " + own.sql());
        }
    }

    static Account currentAccount(ByteSession session) throws SQLException {
        String current = session.column("SELECT CURRENT_USER()").getFirst();
        int at = current.lastIndexOf('@');
        return new Account(current.substring(0, at), current.substring(at + 1));
    }

    private void dropOthers(Account own) throws SQLException {
        for (List<@Nullable String> row : session.rows("SELECT User, Host FROM mysql.user")) {
            Account present = new Account(String.valueOf(row.get(0)), String.valueOf(row.get(1)));
            if (!present.equals(own) && !AccountRows.INTERNAL_USERS.contains(present.user())) {
                session.run("DROP USER " + present.sql());
            }
        }
    }

    private boolean create(Account account, String create, Account own) throws SQLException {
        boolean exists = account.equals(own);
        String statement = exists ? create.replaceFirst("^CREATE USER", "ALTER USER") : create;
        try {
            session.run(statement);
            return true;
        } catch (SQLException e) {
            if (DefinitionWriter.isLost(e)) {
                throw e;
            }
            boolean passwordKnown = account.equals(sourceAccount);
            if (e.getErrorCode() == PLUGIN_NOT_LOADED && passwordKnown) {
                // The one password that is known: it goes on with this version's own plugin.
                session.run(
                        (exists ? "ALTER USER " : "CREATE USER ")
                                + account.sql()
                                + " IDENTIFIED BY "
                                + Packed.quote(Packed.ofText(sourceLogin.password().reveal())));
                return true;
            }
            target.note("account " + account.display() + " was left out: " + e.getMessage());
            return exists;
        }
    }

    private void copyRows(ByteSession writer) throws SQLException, InterruptedException {
        SystemRows present = SystemRows.read(session);
        for (String table : ROWS_AS_THEY_ARE) {
            Rows from = rows.tables().get(table);
            Rows to = present.tables().get(table);
            if (from != null && to != null) {
                writer.run("DELETE FROM mysql." + table + AccountRows.whereNotInternal(to));
                AccountRows.insert(writer, table, from.only(to.columnNames()));
            }
        }
        writer.run("COMMIT");
        writer.run("FLUSH LOCAL PRIVILEGES");
    }

    /** What a version does not know any more is told; the rest of the grant is given. */
    private void grant(String statement) {
        try {
            session.run(statement);
            return;
        } catch (SQLException _) {
            // Perhaps only one of its privileges is the reason: told of below.
        }
        List<String> refused = new ArrayList<>();
        for (String single : AccountStatements.oneByOne(statement)) {
            try {
                session.run(single);
            } catch (SQLException e) {
                refused.add(Packed.toText(single) + " (" + e.getMessage() + ")");
            }
        }
        if (!refused.isEmpty()) {
            target.note(
                    "not granted, since this version refuses: "
                            + refused.stream().collect(Collectors.joining("; ")));
        }
    }
}
