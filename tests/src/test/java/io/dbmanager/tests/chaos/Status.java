package io.dbmanager.tests.chaos;

import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code /status} says, as far as it matters here.
 *
 * @param replicas by name
 */
record Status(String state, Map<String, Replica> replicas, long readsByReplicas) {
    record Replica(String state, boolean takesReads, long reads) {}

    static Status of(String json) {
        JsonNode status = JsonMapper.shared().readTree(json);
        Map<String, Replica> replicas =
                status.get("replicas")
                        .valueStream()
                        .collect(
                                Collectors.toMap(
                                        each -> each.get("name").asString(), Status::replica));
        return new Status(
                status.get("state").asString(),
                replicas,
                replicas.values().stream().mapToLong(Replica::reads).sum());
    }

    private static Replica replica(JsonNode node) {
        return new Replica(
                node.get("state").asString(),
                node.get("takes_reads").asBoolean(),
                node.get("reads_total").asLong());
    }

    boolean isWell() {
        return state.equals("healthy") && replicas.values().stream().allMatch(Replica::takesReads);
    }

    boolean takesReads(String replica) {
        Replica found = replicas.get(replica);
        return found != null && found.takesReads();
    }
}
