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
            Owner owner = owner(of.columns(), row);
            boolean internal = AccountRows.INTERNAL_USERS.contains(owner.user().packed());
            if (!internal && !others.contains(comparable(of.columns(), row, whole))) {
                names.add(owner.display());
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

    /** The account that a row of a grant table speaks of, and the columns that say so. */
    record Owner(Part user, Part host) {
        /**
         * @param packed its value; empty text for none
         */
        record Part(String column, String packed) {
            private String condition() {
                return "IFNULL(" + Packed.quoteName(column) + ", '') = " + Packed.quote(packed);
            }
        }

        String display() {
            return Packed.toText(user.packed()) + "@" + Packed.toText(host.packed());
        }

        /** What all rows of this account fulfil. */
        String condition() {
            return user.condition() + " AND " + host.condition();
        }
    }

    static Owner owner(List<Column> columns, byte[] @Nullable [] row) {
        return new Owner(
                part(columns, row, "user", "to_user"), part(columns, row, "host", "to_host"));
    }

    private static Owner.Part part(
            List<Column> columns, byte[] @Nullable [] row, String name, String otherName) {
        for (int i = 0; i < row.length; i++) {
            String column = columns.get(i).name();
            boolean named = column.equalsIgnoreCase(name) || column.equalsIgnoreCase(otherName);
            if (named) {
                byte[] value = row[i];
                return new Owner.Part(column, value == null ? "" : Packed.of(value));
            }
        }
        throw new IllegalArgumentException("no account in a row of " + columns);
    }
}
