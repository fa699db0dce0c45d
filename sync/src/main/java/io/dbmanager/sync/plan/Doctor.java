package io.dbmanager.sync.plan;

import io.dbmanager.common.FindingKind;
import io.dbmanager.sync.Diagnosis;
import io.dbmanager.sync.Diagnosis.Weight;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.sync.SyncSettings.CloneMode;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Says all about a set of servers that stands in the way of replicas or will, worst first. */
public final class Doctor {
    private static final long SHORT_BINLOG_SECONDS = 24 * 3600;

    private final Inspection inspection;
    private final ServerFacts primary;
    private final SyncPlan plan;
    private final List<Diagnosis> diagnoses = new ArrayList<>();

    private Doctor(Inspection inspection, Set<String> overwrite, CloneMode cloning) {
        this.inspection = inspection;
        this.primary = inspection.primary();
        this.plan = SyncPlanner.plan(primary, inspection.replicas(), overwrite, cloning);
    }

    public static List<Diagnosis> examine(
            Inspection inspection, Set<String> overwrite, CloneMode cloning) {
        return new Doctor(inspection, overwrite, cloning).examine();
    }

    /**
     * The part of a plan that loses nothing and copies nothing: what may be done for the asking.
     */
    public static SyncPlan fixes(SyncPlan plan) {
        Set<String> refused =
                Set.copyOf(plan.refusals().stream().map(SyncPlan.Refusal::server).toList());
        return new SyncPlan(
                plan.servers().stream()
                        .filter(part -> !refused.contains(part.name()) && !part.copies())
                        .filter(part -> !part.work().isEmpty())
                        .toList(),
                List.of());
    }

    private List<Diagnosis> examine() {
        plan.refusals().forEach(this::addRefusal);
        plan.servers().forEach(this::addWork);
        examineHistory();
        examineBinaryLog();
        if (!primary.tls()) {
            note(
                    primary,
                    FindingKind.PRIMARY_NO_TLS,
                    "it offers no TLS, so replication crosses the network in clear",
                    "put ssl_cert and ssl_key into " + primary.dialect().optionFile());
        }
        inspection.replicas().forEach(this::examineReplica);
        diagnoses.sort(Comparator.comparing(Diagnosis::weight));
        return diagnoses;
    }

    private void addRefusal(SyncPlan.Refusal refusal) {
        add(
                refusal.server(),
                refusal.kind(),
                Weight.BLOCKS,
                "it " + refusal.sentence(),
                refusal.wouldLoseData()
                        ? "save the data, or give consent with --overwrite " + refusal.server()
                        : "do what the sentence says, then run startsync");
    }

    private void addWork(SyncPlan.ServerPlan part) {
        Weight weight = part.copies() ? Weight.NOTE : Weight.FIXABLE;
        for (SyncStep step : part.work()) {
            if (step instanceof SyncStep.SetVariable set && !set.lasting()) {
                add(
                        part.name(),
                        FindingKind.NOT_LASTING,
                        weight,
                        set.variable() + " is not " + set.value() + ", " + set.why(),
                        "startsync sets it until the next restart; to make it last "
                                + set.advice());
            } else {
                add(
                        part.name(),
                        FindingKind.PENDING,
                        weight,
                        "the next sync has something to do here",
                        step.describe());
            }
        }
    }

    private void examineHistory() {
        GtidChoice gtids = GtidChoice.of(primary, inspection.replicas());
        if (!gtids.gtids()) {
            note(
                    primary,
                    FindingKind.PRIMARY_GTID_MODE,
                    "replication goes by file and offset, which cannot follow the primary to"
                            + " another server without a new copy",
                    gtids.note());
        }
    }

    private void examineBinaryLog() {
        long kept = keptSeconds(primary);
        if (primary.binaryLog() && kept > 0 && kept < SHORT_BINLOG_SECONDS) {
            note(
                    primary,
                    FindingKind.PRIMARY_BINARY_LOG_SHORT,
                    "binary logs are kept for %d s only: a replica that is away longer needs a new copy"
                            .formatted(kept),
                    "raise binlog_expire_logs_seconds (or expire_logs_days)");
        }
        String sync = primary.variable("sync_binlog");
        String flush = primary.variable("innodb_flush_log_at_trx_commit");
        if (primary.binaryLog() && (isOther(sync, "1") || isOther(flush, "1"))) {
            note(
                    primary,
                    FindingKind.PRIMARY_BINARY_LOG_UNSAFE,
                    "a crash of its machine can lose transactions that replicas have already (sync_binlog=%s, innodb_flush_log_at_trx_commit=%s)"
                            .formatted(sync, flush),
                    "SET GLOBAL sync_binlog = 1; SET GLOBAL innodb_flush_log_at_trx_commit = 1; and"
                            + " the same lines into "
                            + primary.dialect().optionFile());
        }
        if (isOther(primary.variable("binlog_row_image"), "FULL")) {
            note(
                    primary,
                    FindingKind.PRIMARY_BINARY_LOG_FORMAT,
                    "its binary log holds rows in part only (binlog_row_image=%s), so a replica that differs is noticed later"
                            .formatted(primary.variable("binlog_row_image")),
                    "SET GLOBAL binlog_row_image = FULL, and the same line into "
                            + primary.dialect().optionFile());
        }
    }

    private static boolean isOther(String value, String wanted) {
        return !value.isEmpty() && !value.equalsIgnoreCase(wanted);
    }

    private static long keptSeconds(ServerFacts primary) {
        String seconds = primary.variable("binlog_expire_logs_seconds");
        if (!seconds.isEmpty() && !seconds.equals("0")) {
            return Long.parseLong(seconds);
        }
        String days = primary.variable("expire_logs_days");
        return days.isEmpty() ? 0 : (long) (Double.parseDouble(days) * 24 * 3600);
    }

    private void examineReplica(ServerFacts replica) {
        for (ChannelStatus channel : replica.channels()) {
            ChannelJudge.judge(channel)
                    .found()
                    .ifPresent(found ->
                            note(
                                    replica,
                                    found.kind(),
                                    found.detail(),
                                    "the plan says what will be done: startsync --dry-run"));
        }
        replica.channels().stream()
                .filter(ChannelStatus::filtered)
                .findFirst()
                .ifPresent(_ ->
                        note(
                                replica,
                                FindingKind.CHANNEL_FILTERED,
                                "it is told to leave out some schemas or tables, so it is not the"
                                        + " whole primary",
                                "remove the replicate_* lines from "
                                        + replica.dialect().optionFile()));
        replica.channels().stream()
                .filter(channel -> channel.delay() > 0)
                .findFirst()
                .ifPresent(channel ->
                        note(
                                replica,
                                FindingKind.CHANNEL_DELAYED,
                                "it is told to stay %d s behind, so it takes no reads"
                                        .formatted(channel.delay()),
                                "set the delay of its channel to 0"));
        for (SettingsJudge.Judged judged :
                SettingsJudge.judge(primary.sessionDefaults(), replica.sessionDefaults())) {
            if (!judged.curable()) {
                note(
                        replica,
                        judged.finding().kind(),
                        judged.finding().detail(),
                        remedy(judged.finding().kind(), replica));
            }
        }
        if (!replica.dialect().persists()) {
            note(
                    replica,
                    FindingKind.NOT_LASTING,
                    "it lets writers in for a moment after each of its restarts",
                    "put read_only=ON into " + replica.dialect().optionFile());
        }
    }

    private String remedy(FindingKind kind, ServerFacts replica) {
        String file = replica.dialect().optionFile();
        return switch (kind) {
            case SESSION_DEFAULTS ->
                    "put the primary's values into " + file + " where they mean the same there";
            case TIME_ZONE ->
                    "put default_time_zone='%+03d:%02d' into %s, or give its host the primary's zone, and restart it"
                            .formatted(
                                    primary.time().utcOffsetMinutes() / 60,
                                    Math.abs(primary.time().utcOffsetMinutes() % 60),
                                    file);
            case TIME_ZONE_TABLES ->
                    "startsync resync %s, which brings the primary's; or mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql mysql there, with its read-only switched off meanwhile"
                            .formatted(replica.name());
            case CLOCK -> "run NTP (such as chrony) on both hosts";
            case ERRORS_TOLERATED ->
                    "take the line out of "
                            + file
                            + ", restart it, and run startsync verify "
                            + replica.name();
            default -> "see " + kind.page();
        };
    }

    private void note(ServerFacts server, FindingKind kind, String problem, String remedy) {
        add(server.name(), kind, Weight.NOTE, problem, remedy);
    }

    private void add(
            String server, FindingKind kind, Weight weight, String problem, String remedy) {
        diagnoses.add(new Diagnosis(server, kind.because(problem), weight, remedy));
    }
}
