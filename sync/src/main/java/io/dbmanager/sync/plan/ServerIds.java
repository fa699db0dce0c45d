package io.dbmanager.sync.plan;

import io.dbmanager.sync.inspect.ServerFacts;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Gives each server an id that no other has. A server whose id is its own keeps it; a new one is
 * made from its name and address, so that a server that forgets it gets the same one again.
 */
final class ServerIds {
    private static final long LOWEST_NEW = 1_000_000;
    private static final long NEW_IDS = 1_000_000_000;

    private ServerIds() {}

    /** The servers that need a new id, with it. */
    static Map<String, Long> changes(ServerFacts primary, List<ServerFacts> replicas) {
        Set<Long> taken = new HashSet<>();
        Map<String, Long> changes = new LinkedHashMap<>();
        replicas.forEach(replica -> taken.add(replica.serverId()));
        if (primary.serverId() == 0) {
            changes.put(primary.name(), free(primary, taken));
        }
        taken.clear();
        taken.add(changes.getOrDefault(primary.name(), primary.serverId()));
        for (ServerFacts replica : replicas) {
            if (replica.serverId() == 0 || !taken.add(replica.serverId())) {
                long id = free(replica, taken);
                taken.add(id);
                changes.put(replica.name(), id);
            }
        }
        return changes;
    }

    private static long free(ServerFacts server, Set<Long> taken) {
        long id = derived(server);
        while (taken.contains(id)) {
            id++;
        }
        return id;
    }

    /** The id that follows from its name and address. */
    static long derived(ServerFacts server) {
        CRC32 crc = new CRC32();
        crc.update(
                (server.name() + "@" + server.server().address()).getBytes(StandardCharsets.UTF_8));
        return LOWEST_NEW + crc.getValue() % NEW_IDS;
    }
}
