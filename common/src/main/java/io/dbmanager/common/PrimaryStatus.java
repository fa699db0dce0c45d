package io.dbmanager.common;

import java.util.Optional;

/**
 * The server that takes writes, as last observed.
 *
 * @param version empty until it has been reached once
 * @param serverUuid {@code @@server_uuid}; for MariaDB, which has none, a stand-in that is stable
 *     for the server's life; empty until it has been reached once
 * @param whyUnreachable empty while it answers
 */
public record PrimaryStatus(
        String name,
        ServerAddress address,
        boolean reachable,
        Optional<ServerVersion> version,
        Optional<String> serverUuid,
        Position position,
        Optional<String> whyUnreachable) {}
