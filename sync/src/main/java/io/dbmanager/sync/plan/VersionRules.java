package io.dbmanager.sync.plan;

import io.dbmanager.common.ServerVersion;
import java.util.Optional;

/** Which server may be a replica of which. */
final class VersionRules {
    private VersionRules() {}

    /** The sentence that says why not; empty when it may. */
    static Optional<String> whyNot(ServerVersion primary, ServerVersion replica) {
        if (primary.flavour() != replica.flavour()) {
            return Optional.of(
                    "is %s and cannot replicate from %s: use a %s server"
                            .formatted(replica.display(), primary.display(), primary.flavour()));
        }
        if (isOlder(replica, primary)) {
            return Optional.of(
                    "is %s, older than its primary, %s: a replica must be the same or newer"
                            .formatted(replica.display(), primary.display()));
        }
        if (!primary.isMariaDb() && series(replica) - series(primary) > 1) {
            return Optional.of(
                    "is %s, too new for its primary, %s: MySQL replicates into the same series or"
                                    .formatted(replica.display(), primary.display())
                            + " the next one only (5.7 into 8.0, 8.0 into 8.4, 8.4 into 9, ...)");
        }
        return Optional.empty();
    }

    private static boolean isOlder(ServerVersion replica, ServerVersion primary) {
        return replica.major() != primary.major()
                ? replica.major() < primary.major()
                : replica.minor() < primary.minor();
    }

    /** Counts MySQL's release series; 9.7 was the last before they are numbered by year. */
    private static int series(ServerVersion version) {
        if (version.atLeast(26, 0, 0)) {
            return 4;
        }
        if (version.atLeast(9, 0, 0)) {
            return 3;
        }
        if (version.atLeast(8, 1, 0)) {
            return 2;
        }
        return version.atLeast(8, 0, 0) ? 1 : 0;
    }
}
