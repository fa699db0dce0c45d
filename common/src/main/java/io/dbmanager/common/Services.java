package io.dbmanager.common;

import java.util.List;
import java.util.Optional;

/**
 * The servers that were discovered: one that takes writes and those that are to be its replicas.
 *
 * @param replicas in natural order of their names; may be empty
 */
public record Services(ServerSpec primary, List<ServerSpec> replicas) {
    public Services {
        replicas = List.copyOf(replicas);
    }

    public Optional<ServerSpec> replica(String name) {
        return replicas.stream().filter(spec -> spec.name().equals(name)).findFirst();
    }
}
