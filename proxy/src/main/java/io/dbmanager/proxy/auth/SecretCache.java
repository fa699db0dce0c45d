package io.dbmanager.proxy.auth;

import io.dbmanager.proxy.password.CachingSha2;
import io.dbmanager.proxy.password.LoginSecret;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Passwords of accounts that logged in by caching_sha2_password, as servers keep them: in memory
 * only, so that later logins need not send the password again. An entry proves nothing by itself:
 * every login is made on the primary too, and one that the primary refuses is taken out. An account
 * may have two passwords at a time while one replaces the other.
 */
public final class SecretCache {
    private static final int MOST = 10_000;
    private static final int MOST_OF_ONE = 2;

    /** By account name; the oldest leave. */
    private final Map<String, List<LoginSecret.Plain>> secrets =
            Collections.synchronizedMap(
                    new LinkedHashMap<>() {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(
                                Map.Entry<String, List<LoginSecret.Plain>> eldest) {
                            return size() > MOST;
                        }
                    });

    /** The user's password, if {@code answer} was made with the one known here. */
    Optional<LoginSecret.Plain> verified(String user, byte[] answer, byte[] scramble) {
        return secrets.getOrDefault(user, List.of()).stream()
                .filter(known ->
                        MessageDigest.isEqual(
                                CachingSha2.answer(known.password(), scramble), answer))
                .findFirst();
    }

    /** Has just let somebody in. */
    void remember(String user, LoginSecret.Plain secret) {
        secrets.merge(
                user,
                List.of(secret),
                (known, _) ->
                        Stream.concat(
                                        Stream.of(secret),
                                        known.stream().filter(other -> !same(other, secret)))
                                .limit(MOST_OF_ONE)
                                .toList());
    }

    void forget(String user, LoginSecret.Plain secret) {
        secrets.computeIfPresent(
                user,
                (_, known) -> {
                    List<LoginSecret.Plain> left =
                            known.stream().filter(other -> !same(other, secret)).toList();
                    return left.isEmpty() ? null : left;
                });
    }

    private static boolean same(LoginSecret.Plain a, LoginSecret.Plain b) {
        return MessageDigest.isEqual(a.password(), b.password());
    }
}
