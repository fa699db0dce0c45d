package io.dbmanager.sync;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Secret;
import java.io.IOException;
import java.util.Optional;

/** Whence the managing login comes at each start, and where its password can be changed. */
public interface PasswordKeeper {
    /** For servers that no environment names: their password stays. */
    PasswordKeeper NONE =
            new PasswordKeeper() {
                @Override
                public Optional<Credentials> current() {
                    return Optional.empty();
                }

                @Override
                public Optional<String> obstacle() {
                    return Optional.of("no environment.json names these servers");
                }

                @Override
                public void keep(Secret password) throws IOException {
                    throw new IOException("no environment.json names these servers");
                }
            };

    /** What a start would be given now; empty where that cannot be told. */
    Optional<Credentials> current();

    /** Why the password cannot be changed from here, and who has to; empty if it can. */
    Optional<String> obstacle();

    /**
     * Makes the next start be given this password. It is on disk when this returns.
     *
     * @throws IOException if it was not changed
     */
    void keep(Secret password) throws IOException;
}
