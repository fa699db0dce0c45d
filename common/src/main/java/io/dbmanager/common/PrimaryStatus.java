package io.dbmanager.common;

import java.util.Optional;

/**
 * The server that takes writes, as last observed.
 *
 * @param version empty until it has been reached once
 * @param serverUuid {@code @@server_uuid}; for MariaDB, which has none, a stand-in that is stable
 *     for the server's life; empty until it has been reached once
 * @param whyUnreachable empty while it answers
 * @param doubt why the server that answers at the address is not believed to be the primary: nobody
 *     may use it; empty while there is no such doubt
 * @param sighting rises each time it may be another server that answers at the address, believed or
 *     not: connections made in an earlier one may lead to a server that is the primary no more
 */
public record PrimaryStatus(
        String name,
        ServerAddress address,
        boolean reachable,
        Optional<ServerVersion> version,
        Optional<String> serverUuid,
        Position position,
        Optional<String> whyUnreachable,
        Optional<String> doubt,
        long sighting) {

    /** One that nobody doubts, in the first sighting. */
    public PrimaryStatus(
            String name,
            ServerAddress address,
            boolean reachable,
            Optional<ServerVersion> version,
            Optional<String> serverUuid,
            Position position,
            Optional<String> whyUnreachable) {
        this(
                name,
                address,
                reachable,
                version,
                serverUuid,
                position,
                whyUnreachable,
                Optional.empty(),
                0);
    }
}
