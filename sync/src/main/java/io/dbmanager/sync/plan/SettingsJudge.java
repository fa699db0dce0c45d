package io.dbmanager.sync.plan;

import io.dbmanager.common.Finding;
import io.dbmanager.common.FindingKind;
import io.dbmanager.sync.inspect.ErrorTolerance;
import io.dbmanager.sync.inspect.SessionDefaults;
import io.dbmanager.sync.inspect.TimeFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says whether the same statement would be answered by a replica as by its primary. */
public final class SettingsJudge {
    private SettingsJudge() {}

    /**
     * @param misleads whether reads would be answered otherwise than on the primary
     * @param curable whether the plan for the replica puts it right
     */
    public record Judged(Finding finding, boolean misleads, boolean curable) {}

    public static List<Judged> judge(SessionDefaults primary, SessionDefaults replica) {
        List<Judged> judged = new ArrayList<>();
        boolean mayTake = replica.mayTake(primary);
        List<SessionDefaults.Difference> differences = replica.differencesFrom(primary);
        if (!differences.isEmpty()) {
            String evidence =
                    differences.stream()
                            .map(SessionDefaults.Difference::describe)
                            .collect(Collectors.joining(", "));
            judged.add(
                    new Judged(
                            FindingKind.SESSION_DEFAULTS.because(
                                    "new sessions begin otherwise than on its primary: "
                                            + evidence),
                            mayTake,
                            mayTake));
        }
        if (replica.isInAnotherZone(primary)) {
            judged.add(
                    new Judged(
                            FindingKind.TIME_ZONE.because(
                                    "its local time is UTC%+d min and its primary's UTC%+d min, so times are read otherwise there"
                                            .formatted(
                                                    replica.time().utcOffsetMinutes(),
                                                    primary.time().utcOffsetMinutes())),
                            true,
                            mayTake && !primary.zone().isEmpty()));
        }
        judgeZoneTables(primary.time(), replica.time(), judged);
        Duration ahead = replica.time().aheadOf(primary.time());
        if (!ahead.isZero()) {
            judged.add(
                    new Judged(
                            FindingKind.CLOCK.because(
                                    String.format(
                                            Locale.ROOT,
                                            "its clock is %.1f s %s its primary's",
                                            Math.abs(ahead.toMillis() / 1000.0),
                                            ahead.isNegative() ? "behind" : "ahead of")),
                            false,
                            false));
        }
        List<String> tolerant = ErrorTolerance.of(replica.variables());
        if (!tolerant.isEmpty()) {
            judged.add(
                    new Judged(
                            FindingKind.ERRORS_TOLERATED.because(
                                    "it goes on over errors, and may differ without a word: "
                                            + String.join(", ", tolerant)),
                            false,
                            tolerant.stream().anyMatch(v -> v.endsWith("_exec_mode=IDEMPOTENT"))));
        }
        return judged;
    }

    private static void judgeZoneTables(TimeFacts primary, TimeFacts replica, List<Judged> judged) {
        if (primary.namedZones() > 0 && replica.namedZones() == 0) {
            judged.add(
                    new Judged(
                            FindingKind.TIME_ZONE_TABLES.because(
                                    "it knows no time zones by name and its primary %d, so CONVERT_TZ answers NULL there"
                                            .formatted(primary.namedZones())),
                            true,
                            false));
        }
    }
}
