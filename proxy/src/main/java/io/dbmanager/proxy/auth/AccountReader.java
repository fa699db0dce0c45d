package io.dbmanager.proxy.auth;

import io.dbmanager.common.ServerVersion;
import io.dbmanager.proxy.password.NativePassword;
import io.dbmanager.proxy.protocol.TextResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the primary's accounts out of its system tables, whose columns differ by version. */
final class AccountReader {
    private static final Pattern NATIVE_HASH = Pattern.compile("\\*[0-9A-Fa-f]{40}");

    private AccountReader() {}

    static String query(ServerVersion version) {
        // From MariaDB 10.4 an account can have several ways to log in, which only Priv lists.
        return version.isMariaDb() && version.atLeast(10, 4, 0)
                ? "SELECT u.*, g.Priv FROM mysql.user u JOIN mysql.global_priv g"
                        + " ON u.User = g.User AND u.Host = g.Host WHERE u.is_role = 'N'"
                : "SELECT * FROM mysql.user";
    }

    static Map<String, List<Account>> read(TextResult rows) {
        Map<String, Integer> columns = new HashMap<>();
        for (int i = 0; i < rows.columns().size(); i++) {
            columns.put(rows.columns().get(i).name().toLowerCase(Locale.ROOT), i);
        }
        Map<String, List<Account>> accounts = new HashMap<>();
        for (List<@Nullable String> row : rows.rows()) {
            Account account = account(new Row(columns, row));
            accounts.computeIfAbsent(account.user(), _ -> new ArrayList<>()).add(account);
        }
        accounts.replaceAll((_, list) -> List.copyOf(list));
        return Map.copyOf(accounts);
    }

    private record Row(Map<String, Integer> columns, List<@Nullable String> values) {
        String get(String column) {
            Integer index = columns.get(column);
            String value = index == null ? null : values.get(index);
            return value == null ? "" : value;
        }
    }

    private static Account account(Row row) {
        String everything =
                String.join(
                        " ",
                        row.get("authentication_string"),
                        row.get("password"),
                        row.get("priv"),
                        // The second password of MySQL 8.0.14 and later.
                        row.get("user_attributes"));
        List<byte[]> hashes = new ArrayList<>();
        Matcher matcher = NATIVE_HASH.matcher(everything);
        while (matcher.find()) {
            hashes.add(NativePassword.parseStored(matcher.group()));
        }
        return new Account(
                row.get("user"),
                row.get("host"),
                plugin(row.get("plugin"), row.get("priv")),
                hashes,
                switch (row.get("ssl_type").toUpperCase(Locale.ROOT)) {
                    case "", "NONE" -> Account.Encryption.ANY;
                    case "ANY" -> Account.Encryption.TLS;
                    default -> Account.Encryption.CERTIFICATE;
                });
    }

    /** MariaDB's unix_socket is no way in for a proxy; a password beside it is. */
    private static String plugin(String first, String priv) {
        boolean orNative = priv.contains(NativePassword.NAME);
        return first.isEmpty() || (orNative && !first.equals(NativePassword.NAME))
                ? NativePassword.NAME
                : first;
    }
}
