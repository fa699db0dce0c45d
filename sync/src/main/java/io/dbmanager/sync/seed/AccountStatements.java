package io.dbmanager.sync.seed;

import io.dbmanager.common.ServerVersion;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a MySQL server's accounts are and may do everywhere, as statements: for a target of another
 * version, whose {@code mysql.user} has another form. What they may do in schemas, tables and
 * routines is in tables that have not changed and is carried as rows.
 *
 * @param create makes each account, without roles and privileges
 * @param grants global privileges and roles of each, and what is revoked from them in part
 * @param defaultRoles statements for after all grants
 * @param partialRevokes whether the server takes them
 */
record AccountStatements(
        Map<Account, String> create,
        Map<Account, List<String>> grants,
        List<String> defaultRoles,
        boolean partialRevokes) {

    private static final String QUOTED = "`(?:[^`]|``)*`";
    private static final Pattern DEFAULT_ROLE =
            Pattern.compile(" DEFAULT ROLE (%1$s@%1$s(?:,%1$s@%1$s)*)".formatted(QUOTED));

    /** Up to the last place where the clause can end: the hash may hold quotes itself. */
    private static final Pattern AUTHENTICATION =
            Pattern.compile("(?s) IDENTIFIED WITH '(?:[^']|'')*'(?: AS '.*'(?= REQUIRE ))?");

    private static final Pattern GRANT_EVERYWHERE =
            Pattern.compile("(?s)^GRANT (.*) ON \\*\\.\\* TO .*");

    /** Both names are packed. */
    record Account(String user, String host) {
        String sql() {
            return Packed.quoteName(user) + "@" + Packed.quoteName(host);
        }

        String display() {
            return Packed.toText(user) + "@" + Packed.toText(host);
        }
    }

    static AccountStatements read(ByteSession session, ServerVersion version) throws SQLException {
        session.set("print_identified_with_as_hex", "1");
        Map<Account, String> create = new LinkedHashMap<>();
        Map<Account, List<String>> grants = new LinkedHashMap<>();
        List<String> defaultRoles = new ArrayList<>();
        for (List<@Nullable String> row :
                session.rows(
                        "SELECT User, Host, plugin, HEX(authentication_string), x509_subject,"
                                + " x509_issuer, ssl_cipher FROM mysql.user ORDER BY User, Host")) {
            Account account = new Account(text(row, 0), text(row, 1));
            if (AccountRows.INTERNAL_USERS.contains(account.user())) {
                continue;
            }
            String shown = session.column("SHOW CREATE USER " + account.sql()).getFirst();
            shown = withQuoted(shown, "SUBJECT", text(row, 4));
            shown = withQuoted(shown, "ISSUER", text(row, 5));
            shown = withQuoted(shown, "CIPHER", text(row, 6));
            create.put(account, withHash(shown, text(row, 2), text(row, 3)));
            Matcher roles = DEFAULT_ROLE.matcher(shown);
            if (version.atLeast(8, 0, 0) && roles.find()) {
                defaultRoles.add("SET DEFAULT ROLE " + roles.group(1) + " TO " + account.sql());
            }
            grants.put(account, grants(session, version, account));
        }
        return new AccountStatements(
                create, grants, defaultRoles, "1".equals(session.global("partial_revokes")));
    }

    /** Servers print what a certificate must say without doubling the quotes in it. */
    static String withQuoted(String shown, String word, String value) {
        return shown.replace(word + " '" + value + "'", word + " " + Packed.quote(value));
    }

    /**
     * The statement without roles and with the hash as it is stored: before 8.0.17 the server shows
     * the bytes of caching_sha2_password's as they are, quotes and all.
     *
     * @param hashHex digits; empty for none
     */
    static String withHash(String shown, String plugin, String hashHex) {
        String plain = DEFAULT_ROLE.matcher(shown).replaceFirst("");
        if (plain.contains(" AS 0x")) {
            return plain;
        }
        String hash =
                hashHex.isEmpty()
                        ? ""
                        : " AS "
                                + Packed.quote(
                                        Packed.of(
                                                HexFormat.of()
                                                        .parseHex(
                                                                hashHex.toLowerCase(Locale.ROOT))));
        String identified = " IDENTIFIED WITH " + Packed.quote(plugin) + hash;
        return AUTHENTICATION.matcher(plain).replaceFirst(Matcher.quoteReplacement(identified));
    }

    private static List<String> grants(ByteSession session, ServerVersion version, Account account)
            throws SQLException {
        boolean endsServer =
                account.user().isEmpty() && version.atLeast(8, 0, 0) && !version.atLeast(8, 0, 20);
        if (endsServer) {
            // SHOW GRANTS for an anonymous account follows a null pointer and ends the server.
            return anonymousGrants(session, account);
        }
        // MySQL 5.7 prints the grantee without doubling the quotes in its name.
        String printed = "'" + account.user() + "'@'" + account.host() + "'";
        return session.column("SHOW GRANTS FOR " + account.sql()).stream()
                .filter(AccountStatements::isGlobalOrRole)
                .map(grant -> grant.replace(printed, account.sql()))
                .toList();
    }

    private static List<String> anonymousGrants(ByteSession session, Account account)
            throws SQLException {
        String grantee = "'" + account.user() + "'@'" + account.host() + "'";
        List<String> grants = new ArrayList<>();
        for (String privilege :
                session.column(
                        "SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES WHERE"
                                + " GRANTEE = "
                                + Packed.quote(grantee)
                                + " AND PRIVILEGE_TYPE <> 'USAGE'")) {
            grants.add("GRANT " + privilege + " ON *.* TO " + account.sql());
        }
        return grants;
    }

    /** Grants on schemas and what is in them come as rows, those of proxies too. */
    static boolean isGlobalOrRole(String grant) {
        if (grant.startsWith("REVOKE ")) {
            return true;
        }
        return !grant.startsWith("GRANT PROXY ")
                && (GRANT_EVERYWHERE.matcher(grant).matches() || grant.startsWith("GRANT `"));
    }

    /** A grant of several privileges everywhere as one statement each. */
    static List<String> oneByOne(String grant) {
        Matcher everywhere = GRANT_EVERYWHERE.matcher(grant);
        if (!everywhere.matches()) {
            return List.of(grant);
        }
        List<String> single = new ArrayList<>();
        for (String privilege : everywhere.group(1).split(", *")) {
            single.add("GRANT " + privilege + grant.substring(everywhere.end(1)));
        }
        return single;
    }

    private static String text(List<@Nullable String> row, int index) {
        String value = row.get(index);
        return value == null ? "" : value;
    }
}
