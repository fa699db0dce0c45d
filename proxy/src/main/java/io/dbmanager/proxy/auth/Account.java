package io.dbmanager.proxy.auth;

import java.util.List;

/**
 * An account of the primary's, as far as a login needs it.
 *
 * @param host the pattern of hosts it may come from
 * @param plugin how it identifies itself
 * @param nativeHashes SHA1(SHA1(password)) of each password it has in that form
 * @param requiresTls whether it may log in over TLS only
 */
public record Account(
        String user, String host, String plugin, List<byte[]> nativeHashes, boolean requiresTls) {
    public Account {
        nativeHashes = List.copyOf(nativeHashes);
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
