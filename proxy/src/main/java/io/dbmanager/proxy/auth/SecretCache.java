package io.dbmanager.proxy.auth;

import io.dbmanager.proxy.password.CachingSha2;
import io.dbmanager.proxy.password.LoginSecret;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Passwords of accounts that logged in by caching_sha2_password, as servers keep them: in memory
 * only, so that later logins need not send the password again. An entry proves nothing by itself:
 * every login is made on the primary too, and one that the primary refuses is taken out.
 */
public final class SecretCache {
    private static final int MOST = 10_000;

    /** By account name; the oldest leave. */
    private final Map<String, LoginSecret.Plain> secrets =
            Collections.synchronizedMap(
                    new LinkedHashMap<>() {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(
                                Map.Entry<String, LoginSecret.Plain> eldest) {
                            return size() > MOST;
                        }
                    });

    /** The user's password, if {@code answer} was made with the one known here. */
    Optional<LoginSecret.Plain> verified(String user, byte[] answer, byte[] scramble) {
        LoginSecret.Plain known = secrets.get(user);
        boolean same =
                known != null
                        && MessageDigest.isEqual(
                                CachingSha2.answer(known.password(), scramble), answer);
        return same ? Optional.ofNullable(known) : Optional.empty();
    }

    void remember(String user, LoginSecret.Plain secret) {
        secrets.put(user, secret);
    }

    void forget(String user) {
        secrets.remove(user);
    }
}
