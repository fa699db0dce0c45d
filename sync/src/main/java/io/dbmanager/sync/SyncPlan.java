package io.dbmanager.sync;

import io.dbmanager.common.FindingKind;
import io.dbmanager.sync.plan.SyncStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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

    /** The same, with more that stands against it. */
    public SyncPlan refused(List<Refusal> more) {
        List<Refusal> all = new ArrayList<>(more);
        all.addAll(refusals);
        return new SyncPlan(servers, all);
    }

    /** The part of the plan that is about these servers. */
    public SyncPlan only(Set<String> names) {
        return new SyncPlan(
                servers.stream().filter(part -> names.contains(part.name())).toList(),
                refusals.stream().filter(refusal -> names.contains(refusal.server())).toList());
    }

    /**
     * One server's part.
     *
     * @param found what it is: flavour, version, binary log, GTIDs, server id, data, accounts,
     *     channel
     * @param steps what would be done, in order; empty for nothing
     * @param lost what would be lost by it, by name; empty for nothing
     * @param work the steps as they are run
     */
    public record ServerPlan(
            String name,
            boolean primary,
            List<String> found,
            List<String> steps,
            List<String> lost,
            List<SyncStep> work) {
        public ServerPlan {
            found = List.copyOf(found);
            steps = List.copyOf(steps);
            lost = List.copyOf(lost);
            work = List.copyOf(work);
        }

        /** A part that can be shown but not run. */
        public ServerPlan(
                String name,
                boolean primary,
                List<String> found,
                List<String> steps,
                List<String> lost) {
            this(name, primary, found, steps, lost, List.of());
        }

        /** A part whose texts follow from what is to be done. */
        public static ServerPlan of(
                String name,
                boolean primary,
                List<String> found,
                List<SyncStep> work,
                List<String> lost) {
            List<String> steps = work.stream().map(SyncStep::describe).toList();
            return new ServerPlan(name, primary, found, steps, lost, work);
        }

        /** Whether it is to get a copy. */
        public boolean copies() {
            return work.stream().anyMatch(SyncStep::seeds);
        }
    }

    /**
     * Why the plan is not run.
     *
     * @param sentence begins after the server's name
     * @param wouldLoseData whether {@code --overwrite} is what it takes
     */
    public record Refusal(String server, FindingKind kind, String sentence, boolean wouldLoseData) {
        /** The whole, with the page that explains it. */
        public String describe() {
            return "%s %s (see %s)".formatted(server, sentence, kind.page());
        }
    }
}
