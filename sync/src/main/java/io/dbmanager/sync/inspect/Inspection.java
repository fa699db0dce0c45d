package io.dbmanager.sync.inspect;

import java.util.ArrayList;
import java.util.List;

/** All servers, as they were found at about one moment; the primary was looked at last. */
public record Inspection(ServerFacts primary, List<ServerFacts> replicas) {
    public Inspection {
        replicas = List.copyOf(replicas);
    }

    /**
     * @throws IllegalArgumentException if it is none of these servers
     */
    public ServerFacts server(String name) {
        return all().stream()
                .filter(facts -> facts.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no server " + name));
    }

    public List<ServerFacts> all() {
        List<ServerFacts> all = new ArrayList<>(replicas);
        all.add(primary);
        return all;
    }
}
