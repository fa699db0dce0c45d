package io.dbmanager.common;

import java.time.Duration;
import java.util.Optional;

/**
 * How far the seeding of one replica has come.
 *
 * @param method {@code copy}, {@code clone}, {@code repair} or {@code verify}
 * @param rowsDone of a clone, which knows bytes only, reckoned from the share of those
 * @param rowsTotal an estimate until the copy is done; never less than {@code rowsDone}
 * @param eta empty until there is something to reckon from
 * @param slowed why it goes more slowly than it could, for people; empty when it does not
 */
public record SeedProgress(
        String method,
        long rowsDone,
        long rowsTotal,
        long bytesDone,
        Optional<Duration> eta,
        Optional<String> slowed) {
    /** At full speed. */
    public SeedProgress(
            String method, long rowsDone, long rowsTotal, long bytesDone, Optional<Duration> eta) {
        this(method, rowsDone, rowsTotal, bytesDone, eta, Optional.empty());
    }
}
