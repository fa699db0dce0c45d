package io.dbmanager.sync;

import java.util.List;

/**
 * What was found and what is to be done about it, server by server.
 *
 * @param refusals sentences; if there is one, nothing of the plan is run
 */
public record SyncPlan(List<ServerPlan> servers, List<Refusal> refusals) {
    public SyncPlan {
        servers = List.copyOf(servers);
        refusals = List.copyOf(refusals);
    }

    /**
     * One server's part.
     *
     * @param found what it is: flavour, version, binary log, GTIDs, server id, data, accounts,
     *     channel
     * @param steps what would be done, in order; empty for nothing
     * @param lost what would be lost by it, by name; empty for nothing
     */
    public record ServerPlan(
            String name,
            boolean primary,
            List<String> found,
            List<String> steps,
            List<String> lost) {}

    /**
     * Why the plan is not run.
     *
     * @param wouldLoseData whether {@code --overwrite} is what it takes
     */
    public record Refusal(String server, String sentence, boolean wouldLoseData) {}
}
