package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.SystemRows.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which accounts of two servers are not alike; pure. */
final class AccountDifferences {
    /** When and by whom something was said, which replication does not keep. */
    private static final Set<String> CIRCUMSTANCES =
            Set.of("password_last_changed", "timestamp", "grantor", "password_timestamp");

    private static final Pattern CIRCUMSTANCES_IN_JSON =
            Pattern.compile(",?\\s*\"(password_last_changed|version_id)\"\\s*:\\s*\\d+");

    private static final Set<String> USER_COLUMNS =
            Set.of("user", "from_user", "to_user", "default_role_user");

    private AccountDifferences() {}

    /**
     * The accounts with a row in either that the other has not, sorted; {@code user@host}. Where
     * the tables differ in form, as between versions, only who exists is compared.
     */
    static List<String> between(SystemRows primary, SystemRows replica) {
        TreeSet<String> names = new TreeSet<>();
        boolean alike = AccountRows.fits(primary, replica);
        for (Map.Entry<String, Rows> table : primary.tables().entrySet()) {
            Rows other = replica.tables().get(table.getKey());
            boolean ofAccounts = SystemRows.ACCOUNT_TABLES.contains(table.getKey());
            boolean holdsNames =
                    table.getKey().equals("user") || table.getKey().equals("global_priv");
            if (other != null && ofAccounts && (alike || holdsNames)) {
                difference(table.getValue(), other, alike, names);
                difference(other, table.getValue(), alike, names);
            }
        }
        return List.copyOf(names);
    }

    private static void difference(Rows of, Rows minus, boolean whole, Set<String> names) {
        Set<List<String>> others = new java.util.HashSet<>();
        for (byte[] @Nullable [] row : minus.values()) {
            others.add(comparable(minus.columns(), row, whole));
        }
        for (byte[] @Nullable [] row : of.values()) {
            String user = value(of.columns(), row, "user", "to_user");
            boolean internal = AccountRows.INTERNAL_USERS.contains(user);
            if (!internal && !others.contains(comparable(of.columns(), row, whole))) {
                String host = value(of.columns(), row, "host", "to_host");
                names.add(Packed.toText(user) + "@" + Packed.toText(host));
            }
        }
    }

    private static List<String> comparable(
            List<Column> columns, byte[] @Nullable [] row, boolean whole) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < row.length; i++) {
            String column = columns.get(i).name().toLowerCase(Locale.ROOT);
            boolean name = USER_COLUMNS.contains(column) || column.equals("host");
            if (whole ? !CIRCUMSTANCES.contains(column) : name) {
                byte[] value = row[i];
                String text = value == null ? "NULL" : "=" + Packed.of(value);
                values.add(
                        column.equals("priv")
                                ? CIRCUMSTANCES_IN_JSON.matcher(text).replaceAll("")
                                : text);
            }
        }
        return values;
    }

    private static String value(
            List<Column> columns, byte[] @Nullable [] row, String name, String otherName) {
        for (int i = 0; i < row.length; i++) {
            String column = columns.get(i).name().toLowerCase(Locale.ROOT);
            byte[] value = row[i];
            if (value != null && (column.equals(name) || column.equals(otherName))) {
                return Packed.of(value);
            }
        }
        return "";
    }
}
