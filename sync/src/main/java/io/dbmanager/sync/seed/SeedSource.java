package io.dbmanager.sync.seed;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.ServerVersion;
import java.util.Optional;

/**
 * The server that is copied from.
 *
 * @param server with credentials that work
 * @param identity tells the primary whose data it is from every other server; see {@code
 *     ServerIdentity}
 * @param gtids whether the position of the copy is to be a GTID set, else file and offset
 * @param replicaOf the primary, with credentials that work, where {@code server} is a healthy
 *     replica of it; empty for the primary itself
 */
public record SeedSource(
        ServerSpec server,
        ServerVersion version,
        String identity,
        boolean gtids,
        Optional<ServerSpec> replicaOf) {
    public SeedSource {
        if (replicaOf.isPresent() && !gtids) {
            throw new IllegalArgumentException(
                    "a replica tells its place in the primary's history by GTIDs only");
        }
    }

    /** The primary itself. */
    public SeedSource(ServerSpec server, ServerVersion version, String identity, boolean gtids) {
        this(server, version, identity, gtids, Optional.empty());
    }

    boolean isReplica() {
        return replicaOf.isPresent();
    }

    ServerSpec primary() {
        return replicaOf.orElse(server);
    }

    /** Whether definitions of a server of this version read as the source's do. */
    boolean isOfTheSeriesOf(ServerVersion other) {
        return version.major() == other.major() && version.minor() == other.minor();
    }
}
