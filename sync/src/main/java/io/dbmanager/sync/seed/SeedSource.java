package io.dbmanager.sync.seed;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.ServerVersion;

/**
 * The server that is copied from.
 *
 * @param server with credentials that work
 * @param identity tells it from every other server; see {@code ServerIdentity}
 * @param gtids whether the position of the copy is to be a GTID set, else file and offset
 */
public record SeedSource(ServerSpec server, ServerVersion version, String identity, boolean gtids) {
    /** Whether definitions of a server of this version read as the source's do. */
    boolean isOfTheSeriesOf(ServerVersion other) {
        return version.major() == other.major() && version.minor() == other.minor();
    }
}
