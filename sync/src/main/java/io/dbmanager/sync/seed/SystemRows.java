package io.dbmanager.sync.seed;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the system tables that hold what users have said: accounts, grants, roles, and
 * foreign servers. Small enough to be held in memory.
 *
 * @param tables by name, in the order in which they are to be written
 */
record SystemRows(Map<String, Rows> tables) {
    /** Accounts and what they may do, in all flavours; which there are depends on the version. */
    static final List<String> ACCOUNT_TABLES =
            List.of(
                    "user",
                    "global_priv",
                    "db",
                    "tables_priv",
                    "columns_priv",
                    "procs_priv",
                    "proxies_priv",
                    "roles_mapping",
                    "role_edges",
                    "default_roles",
                    "global_grants",
                    "password_history");

    static final String SERVERS_TABLE = "servers";

    /** Those of MySQL 5.7, none of which reads from a snapshot. */
    static final List<String> MYSQL_57_TABLES =
            List.of(
                    "user",
                    "db",
                    "tables_priv",
                    "columns_priv",
                    "procs_priv",
                    "proxies_priv",
                    SERVERS_TABLE);

    /**
     * @param columns all that are stored, in order
     * @param values as {@link Column#readExpression} selects them
     */
    record Rows(List<Column> columns, List<byte[] @Nullable []> values) {
        Set<String> columnNames() {
            return columns.stream().map(Column::name).collect(Collectors.toSet());
        }

        /** The same rows with those of their columns that are named. */
        Rows only(Set<String> names) {
            List<Integer> kept = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                if (names.contains(columns.get(i).name())) {
                    kept.add(i);
                }
            }
            if (kept.size() == columns.size()) {
                return this;
            }
            List<byte[] @Nullable []> rows = new ArrayList<>();
            for (byte[] @Nullable [] row : values) {
                byte[] @Nullable [] part = new byte[kept.size()] @Nullable [];
                for (int i = 0; i < part.length; i++) {
                    part[i] = row[kept.get(i)];
                }
                rows.add(part);
            }
            return new Rows(kept.stream().map(columns::get).toList(), rows);
        }
    }

    static SystemRows read(ByteSession session) throws SQLException {
        List<String> wanted = new ArrayList<>(ACCOUNT_TABLES);
        wanted.add(SERVERS_TABLE);
        Map<String, List<Column>> columns = columns(session, wanted);
        Map<String, Rows> tables = new LinkedHashMap<>();
        for (String table : wanted) {
            List<Column> stored = columns.get(table);
            if (stored != null) {
                tables.put(table, new Rows(stored, values(session, table, stored)));
            }
        }
        return new SystemRows(tables);
    }

    /** Columns of base tables; MariaDB's {@code mysql.user} is a view over another and left out. */
    private static Map<String, List<Column>> columns(ByteSession session, List<String> wanted)
            throws SQLException {
        Map<String, List<Column>> columns = new LinkedHashMap<>();
        for (List<@Nullable String> row :
                session.rows(
                        "SELECT c.TABLE_NAME, c.COLUMN_NAME, c.DATA_TYPE FROM"
                                + " information_schema.COLUMNS c JOIN information_schema.TABLES t"
                                + " ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME ="
                                + " c.TABLE_NAME WHERE c.TABLE_SCHEMA = 'mysql' AND t.TABLE_TYPE ="
                                + " 'BASE TABLE' AND c.TABLE_NAME IN ('"
                                + String.join("', '", wanted)
                                + "') ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION")) {
            String table = row.get(0);
            String name = row.get(1);
            String type = row.get(2);
            if (table != null && name != null && type != null) {
                columns.computeIfAbsent(table, _ -> new ArrayList<>()).add(new Column(name, type));
            }
        }
        return columns;
    }

    private static List<byte[] @Nullable []> values(
            ByteSession session, String table, List<Column> columns) throws SQLException {
        List<byte[] @Nullable []> values = new ArrayList<>();
        List<String> expressions = columns.stream().map(Column::readExpression).toList();
        for (List<@Nullable String> row :
                session.rows("SELECT " + String.join(", ", expressions) + " FROM mysql." + table)) {
            byte[] @Nullable [] bytes = new byte[columns.size()] @Nullable [];
            for (int i = 0; i < bytes.length; i++) {
                String value = row.get(i);
                bytes[i] = value == null ? null : Packed.bytes(value);
            }
            values.add(bytes);
        }
        return values;
    }
}
