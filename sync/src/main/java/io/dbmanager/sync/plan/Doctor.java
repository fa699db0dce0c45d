package io.dbmanager.sync.plan;

import io.dbmanager.sync.Finding;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Says all about a set of servers that stands in the way of replicas or will, worst first. */
public final class Doctor {
    private static final long SHORT_BINLOG_SECONDS = 24 * 3600;

    private Doctor() {}

    public static List<Finding> examine(Inspection inspection, Set<String> overwrite) {
        List<Finding> findings = new ArrayList<>();
        SyncPlan plan = SyncPlanner.plan(inspection.primary(), inspection.replicas(), overwrite);
        for (SyncPlan.Refusal refusal : plan.refusals()) {
            findings.add(
                    new Finding(
                            refusal.server(),
                            true,
                            "it " + refusal.sentence(),
                            refusal.wouldLoseData()
                                    ? "save the data, or give consent with --overwrite "
                                            + refusal.server()
                                    : "do what the sentence says, then run startsync"));
        }
        for (SyncPlan.ServerPlan part : plan.servers()) {
            part.work().forEach(step -> findings.add(pending(part.name(), step)));
        }
        examinePrimary(inspection, findings);
        inspection.replicas().forEach(replica -> examineReplica(replica, findings));
        findings.sort(Comparator.comparing(finding -> !finding.blocks()));
        return findings;
    }

    private static Finding pending(String server, SyncStep step) {
        if (step instanceof SyncStep.SetVariable set && !set.lasting()) {
            return new Finding(
                    server,
                    false,
                    set.variable() + " is not " + set.value() + ", " + set.why(),
                    "startsync sets it until the next restart; to make it last " + set.advice());
        }
        return new Finding(
                server, false, "the next sync has something to do here", step.describe());
    }

    private static void examinePrimary(Inspection inspection, List<Finding> findings) {
        ServerFacts primary = inspection.primary();
        GtidChoice gtids = GtidChoice.of(primary, inspection.replicas());
        if (!gtids.gtids()) {
            findings.add(
                    new Finding(
                            primary.name(),
                            false,
                            "replication goes by file and offset, which cannot follow the primary"
                                    + " to another server without a new copy",
                            gtids.note()));
        }
        long kept = keptSeconds(primary);
        if (primary.binaryLog() && kept > 0 && kept < SHORT_BINLOG_SECONDS) {
            findings.add(
                    new Finding(
                            primary.name(),
                            false,
                            "binary logs are kept for %d s only: a replica that is away longer needs a new copy"
                                    .formatted(kept),
                            "raise binlog_expire_logs_seconds (or expire_logs_days)"));
        }
        if (!primary.tls()) {
            findings.add(
                    new Finding(
                            primary.name(),
                            false,
                            "it offers no TLS, so replication crosses the network in clear",
                            "put ssl_cert and ssl_key into " + primary.dialect().optionFile()));
        }
    }

    private static long keptSeconds(ServerFacts primary) {
        String seconds = primary.variable("binlog_expire_logs_seconds");
        if (!seconds.isEmpty() && !seconds.equals("0")) {
            return Long.parseLong(seconds);
        }
        String days = primary.variable("expire_logs_days");
        return days.isEmpty() ? 0 : (long) (Double.parseDouble(days) * 24 * 3600);
    }

    private static void examineReplica(ServerFacts replica, List<Finding> findings) {
        replica.channel()
                .filter(channel -> channel.filtered())
                .ifPresent(_ ->
                        findings.add(
                                new Finding(
                                        replica.name(),
                                        false,
                                        "it is told to leave out some schemas or tables, so"
                                                + " it is not the whole primary",
                                        "remove the replicate_* lines from "
                                                + replica.dialect().optionFile())));
        replica.channel()
                .filter(channel -> channel.delay() > 0)
                .ifPresent(channel ->
                        findings.add(
                                new Finding(
                                        replica.name(),
                                        false,
                                        "it is told to stay %d s behind, so it takes no reads"
                                                .formatted(channel.delay()),
                                        "set the delay of its channel to 0")));
        if (!replica.dialect().persists()) {
            findings.add(
                    new Finding(
                            replica.name(),
                            false,
                            "it lets writers in for a moment after each of its restarts",
                            "put read_only=ON into " + replica.dialect().optionFile()));
        }
    }
}
