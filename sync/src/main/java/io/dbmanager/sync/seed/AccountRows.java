package io.dbmanager.sync.seed;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.SystemRows.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives a target the source's accounts by exchanging the rows of its grant tables: exact down to
 * the second password, the date of the last change, and grants on what no longer exists. Right only
 * between servers whose tables are alike: see {@link #fits}.
 *
 * <p>The server goes by what it has in memory until it is told to read the tables again, so nobody
 * is locked out half way; and when the source's login then does not open the target, the old rows
 * are put back.
 */
final class AccountRows {
    /** Made by the servers for themselves. */
    static final Set<String> INTERNAL_USERS =
            Set.of("mysql.sys", "mysql.session", "mysql.infoschema", "mariadb.sys");

    /** Tables that have one row for an account: the account itself. */
    private static final Set<String> OF_ONE_ROW = Set.of("user", "global_priv");

    private static final Set<String> USER_COLUMNS =
            Set.of("user", "from_user", "to_user", "default_role_user");

    private final ServerConnector connector;
    private final CopyTarget target;
    private final SystemRows wanted;
    private final Credentials sourceLogin;

    AccountRows(
            ServerConnector connector,
            CopyTarget target,
            SystemRows wanted,
            Credentials sourceLogin) {
        this.connector = connector;
        this.target = target;
        this.wanted = wanted;
        this.sourceLogin = sourceLogin;
    }

    /** Whether two servers' grant tables are the same in form. */
    static boolean fits(SystemRows source, SystemRows target) {
        return form(source).equals(form(target));
    }

    /**
     * The rows with the columns that a target has too. MariaDB keeps what an account is in one JSON
     * text, which versions read from each other.
     */
    static SystemRows fitted(SystemRows source, SystemRows target) {
        Map<String, Rows> tables = new LinkedHashMap<>();
        source.tables()
                .forEach((table, rows) -> {
                    Rows other = target.tables().get(table);
                    if (other != null) {
                        tables.put(table, rows.only(other.columnNames()));
                    }
                });
        return new SystemRows(tables);
    }

    private static Map<String, List<Column>> form(SystemRows rows) {
        Map<String, List<Column>> form = new LinkedHashMap<>();
        rows.tables().forEach((table, content) -> form.put(table, content.columns()));
        return form;
    }

    void exchange(SystemRows present) throws SQLException, SyncException, InterruptedException {
        try (ByteSession session = target.openForRows()) {
            write(session, wanted);
            if (!admits(connector, target, sourceLogin)) {
                write(session, present);
                throw notAdmitted(target, sourceLogin);
            }
        }
    }

    /**
     * The same with single accounts, named as {@link AccountDifferences} names them; the rows of
     * others stay as they are.
     */
    void exchange(SystemRows present, Set<String> names)
            throws SQLException, SyncException, InterruptedException {
        SystemRows going = only(present, names);
        SystemRows coming = only(wanted, names);
        try (ByteSession session = target.openForRows()) {
            exchange(session, going, coming);
            if (!admits(connector, target, sourceLogin)) {
                exchange(session, coming, going);
                throw notAdmitted(target, sourceLogin);
            }
        }
    }

    /**
     * Where the tables know no transactions, what ends in between must not leave an account missing
     * that is to stay: so its own row is replaced, and only what it may do goes first.
     */
    private static void exchange(ByteSession session, SystemRows going, SystemRows coming)
            throws SQLException, InterruptedException {
        for (Map.Entry<String, Rows> table : coming.tables().entrySet()) {
            String name = table.getKey();
            Set<String> stay = OF_ONE_ROW.contains(name) ? conditions(table.getValue()) : Set.of();
            Set<String> gone = new LinkedHashSet<>();
            Rows present = going.tables().get(name);
            if (present != null) {
                gone.addAll(conditions(present));
            }
            gone.removeAll(stay);
            for (String condition : gone) {
                session.run("DELETE FROM mysql." + name + " WHERE " + condition);
            }
            insert(session, name, table.getValue(), !stay.isEmpty());
        }
        session.run("COMMIT");
        session.run("FLUSH LOCAL PRIVILEGES");
    }

    private static Set<String> conditions(Rows rows) {
        Set<String> conditions = new LinkedHashSet<>();
        for (byte[] @Nullable [] row : rows.values()) {
            conditions.add(AccountDifferences.owner(rows.columns(), row).condition());
        }
        return conditions;
    }

    /** The rows that say what these accounts are and may do. */
    static SystemRows only(SystemRows all, Set<String> names) {
        Map<String, Rows> tables = new LinkedHashMap<>();
        for (Map.Entry<String, Rows> table : all.tables().entrySet()) {
            if (SystemRows.ACCOUNT_TABLES.contains(table.getKey())) {
                List<Column> columns = table.getValue().columns();
                List<byte[] @Nullable []> kept = new ArrayList<>();
                for (byte[] @Nullable [] row : table.getValue().values()) {
                    if (names.contains(AccountDifferences.owner(columns, row).display())) {
                        kept.add(row);
                    }
                }
                tables.put(table.getKey(), new Rows(columns, kept));
            }
        }
        return new SystemRows(tables);
    }

    static SyncException notAdmitted(CopyTarget target, Credentials login) {
        return new SyncException(
                target.name()
                        + " would not let "
                        + login.user()
                        + " in from here: on the primary that account admits other hosts only; give"
                        + " it a host pattern that holds for all servers, such as '%'");
    }

    private void write(ByteSession session, SystemRows rows)
            throws SQLException, InterruptedException {
        for (Map.Entry<String, Rows> table : rows.tables().entrySet()) {
            session.run("DELETE FROM mysql." + table.getKey() + whereNotInternal(table.getValue()));
            insert(session, table.getKey(), table.getValue());
        }
        session.run("COMMIT");
        session.run("FLUSH LOCAL PRIVILEGES");
    }

    static String whereNotInternal(Rows rows) {
        List<String> conditions = new ArrayList<>();
        for (Column column : rows.columns()) {
            if (isUserColumn(column)) {
                conditions.add(
                        "IFNULL("
                                + Packed.quoteName(column.name())
                                + ", '') NOT IN ('"
                                + String.join("', '", INTERNAL_USERS)
                                + "')");
            }
        }
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private static boolean isUserColumn(Column column) {
        return USER_COLUMNS.contains(column.name().toLowerCase(Locale.ROOT));
    }

    static void insert(ByteSession session, String table, Rows rows)
            throws SQLException, InterruptedException {
        insert(session, table, rows, false);
    }

    private static void insert(ByteSession session, String table, Rows rows, boolean replacing)
            throws SQLException, InterruptedException {
        List<String> statements = new ArrayList<>();
        String name = "mysql." + table;
        InsertStatements.Sink sink = (sql, _) -> statements.add(sql);
        InsertStatements inserts =
                replacing
                        ? InsertStatements.replacing(name, rows.columns(), sink)
                        : new InsertStatements(name, rows.columns(), sink);
        for (byte[] @Nullable [] values : rows.values()) {
            if (!isInternal(rows.columns(), values)) {
                var _ = inserts.add(RowView.of(values));
            }
        }
        inserts.flush();
        for (String statement : statements) {
            session.run(statement);
        }
    }

    private static boolean isInternal(List<Column> columns, byte[] @Nullable [] values) {
        for (int i = 0; i < values.length; i++) {
            byte[] value = values[i];
            if (value != null
                    && isUserColumn(columns.get(i))
                    && INTERNAL_USERS.contains(Packed.of(value))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a login opens a connection to the target now. */
    static boolean admits(ServerConnector connector, CopyTarget target, Credentials login) {
        ServerSpec own = target.target().server();
        try (Connection _ = connector.open(new ServerSpec(own.name(), own.address(), login))) {
            return true;
        } catch (SQLException _) {
            return false;
        }
    }
}
