package io.dbmanager.proxy.auth;

import io.dbmanager.proxy.password.CachingSha2;
import io.dbmanager.proxy.password.NativePassword;
import java.util.List;
import java.util.Optional;

/**
 * An account of the primary's, as far as a login needs it.
 *
 * @param host the pattern of hosts it may come from
 * @param plugin how it identifies itself
 * @param nativeHashes SHA1(SHA1(password)) of each password it has in that form
 */
public record Account(
        String user, String host, String plugin, List<byte[]> nativeHashes, Encryption encryption) {
    static final String SHA256 = "sha256_password";

    /** What an account demands of the connection it logs in by. */
    public enum Encryption {
        ANY,
        /** REQUIRE SSL. */
        TLS,
        /** REQUIRE X509, ISSUER, SUBJECT. */
        CERTIFICATE
    }

    public Account {
        nativeHashes = List.copyOf(nativeHashes);
    }

    /**
     * The plugin by which a client is asked for what the account needs. Where only the password
     * itself will do, that is the one by which most clients give it, and none but over TLS or
     * encrypted for the proxy's key.
     *
     * @return empty for plugins that need more than a password
     */
    Optional<String> asked() {
        return switch (plugin) {
            case NativePassword.NAME, CachingSha2.NAME, SHA256 -> Optional.of(plugin);
            case "ed25519", "parsec" -> Optional.of(CachingSha2.NAME);
            default -> Optional.empty();
        };
    }

    /**
     * How closely the pattern names a host: those without a wildcard first, then by where the first
     * one stands, as the servers sort them.
     */
    int precision() {
        int wildcard = firstWildcard();
        return wildcard < 0 ? Integer.MAX_VALUE : wildcard;
    }

    private int firstWildcard() {
        for (int i = 0; i < host.length(); i++) {
            if (host.charAt(i) == '%' || host.charAt(i) == '_') {
                return i;
            }
        }
        return host.isEmpty() ? 0 : -1;
    }

    /** Whether the pattern admits this host, by LIKE. */
    boolean admits(String from) {
        return host.isEmpty() || like(host, 0, from, 0);
    }

    private static boolean like(String pattern, int p, String text, int t) {
        int at = t;
        for (int i = p; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '%') {
                for (int rest = at; rest <= text.length(); rest++) {
                    if (like(pattern, i + 1, text, rest)) {
                        return true;
                    }
                }
                return false;
            }
            if (at >= text.length() || (c != '_' && !sameLetter(c, text.charAt(at)))) {
                return false;
            }
            at++;
        }
        return at == text.length();
    }

    private static boolean sameLetter(char a, char b) {
        return Character.toLowerCase(a) == Character.toLowerCase(b);
    }
}
