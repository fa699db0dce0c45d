package io.dbmanager.proxy.auth;

import io.dbmanager.common.ServerVersion;
import io.dbmanager.proxy.backend.Server;
import io.dbmanager.proxy.protocol.Handshake;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the proxy has learned of the primary: how it greets, and its accounts.
 *
 * @param primary whom this is about
 * @param greeting as the primary sent it
 * @param seenAs the host under which the primary sees the proxy
 * @param askedAt when the primary was asked, by {@link System#nanoTime}
 */
public record Catalog(
        Server primary,
        Handshake greeting,
        ServerVersion version,
        String seenAs,
        Map<String, List<Account>> accounts,
        long askedAt) {

    /**
     * The account that the primary will take a login of the proxy's for this user to be. Where no
     * pattern is seen to fit (a netmask, or a name the proxy does not know itself by) the closest
     * counts; the primary judges anyway.
     */
    public Optional<Account> account(String user) {
        Comparator<Account> order =
                Comparator.<Account>comparingInt(a -> a.admits(seenAs) ? 0 : 1)
                        .thenComparing(Comparator.comparingInt(Account::precision).reversed())
                        .thenComparingInt(a -> a.user().isEmpty() ? 1 : 0);
        return named(user).stream().min(order);
    }

    /** All accounts of this name and those of any, whatever their host. */
    public List<Account> named(String user) {
        List<Account> anonymous = accounts.getOrDefault("", List.of());
        List<Account> own = accounts.getOrDefault(user, List.of());
        if (anonymous.isEmpty() || user.isEmpty()) {
            return own;
        }
        List<Account> both = new ArrayList<>(own);
        both.addAll(anonymous);
        return both;
    }
}
