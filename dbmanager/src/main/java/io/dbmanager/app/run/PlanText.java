package io.dbmanager.app.run;

import io.dbmanager.app.ExitCode;
import io.dbmanager.sync.SyncPlan;
import java.util.ArrayList;
import java.util.List;

/** A plan as people read it; the same lines for {@code --dry-run} and before a plan is run. */
public final class PlanText {
    private PlanText() {}

    public static List<String> lines(SyncPlan plan) {
        List<String> lines = new ArrayList<>();
        for (SyncPlan.ServerPlan server : plan.servers()) {
            lines.add(server.name() + (server.primary() ? " (primary)" : " (replica)"));
            server.found().forEach(found -> lines.add("    is     " + found));
            server.steps().forEach(step -> lines.add("    do     " + step));
            server.lost().forEach(lost -> lines.add("    LOST   " + lost));
            if (server.steps().isEmpty()) {
                lines.add("    do     nothing");
            }
        }
        plan.refusals().forEach(r -> lines.add("REFUSED  " + r.describe()));
        return lines;
    }

    /** What the plan's refusals mean for the command. */
    public static ExitCode exitCode(SyncPlan plan) {
        if (plan.refusals().isEmpty()) {
            return ExitCode.DONE;
        }
        return plan.refusals().stream().anyMatch(SyncPlan.Refusal::wouldLoseData)
                ? ExitCode.WOULD_LOSE_DATA
                : ExitCode.FAILED;
    }
}
