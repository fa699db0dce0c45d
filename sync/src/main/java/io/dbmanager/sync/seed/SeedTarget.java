package io.dbmanager.sync.seed;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.ServerVersion;

/**
 * A server that becomes a copy.
 *
 * @param server with credentials that work now; after the copy the source's do
 */
public record SeedTarget(ServerSpec server, ServerVersion version) {
    public String name() {
        return server.name();
    }
}
