package io.dbmanager.sync.watch;

import io.dbmanager.common.Finding;
import io.dbmanager.common.FindingKind;
import io.dbmanager.common.GtidSet;
import io.dbmanager.common.Lag;
import io.dbmanager.common.MariaDbGtidSet;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.plan.ChannelJudge;
import io.dbmanager.sync.plan.Errant;
import io.dbmanager.sync.plan.SettingsJudge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Judges a replica by what was seen of it. Pure: the same sight gives the same judgement. */
public final class ReplicaAnalysis {
    private ReplicaAnalysis() {}

    /** What is to be done about it, beside telling. */
    public enum Action {
        NONE,
        /** Start the threads that have stopped. */
        START,
        /** Look at it closely and do what the plan for it says. */
        REPAIR
    }

    /**
     * What was seen.
     *
     * @param errant what it has and the primary never had
     * @param before its state until now
     * @param primaryReachable whether the primary answers us
     * @param primaryGtids whether the primary gives its transactions GTIDs
     * @param settings in what its answers would differ from the primary's
     * @param standing what was found before and only a copy or a repair puts right
     */
    public record Sight(
            List<ChannelStatus> channels,
            ServerAddress primaryAddress,
            GtidSet errant,
            Lag lag,
            Duration maxLag,
            ReplicaState before,
            boolean primaryReachable,
            boolean primaryGtids,
            List<SettingsJudge.Judged> settings,
            List<Finding> standing) {
        public Sight {
            channels = List.copyOf(channels);
            settings = List.copyOf(settings);
            standing = List.copyOf(standing);
        }
    }

    /**
     * @param reason empty when it replicates within the allowed lag and is right
     * @param findings all that is wrong, what matters most first
     */
    public record Judgement(
            ReplicaState state,
            Optional<String> reason,
            boolean takesReads,
            Action action,
            List<Finding> findings) {
        public Judgement {
            findings = List.copyOf(findings);
        }

        private static Judgement unfit(ReplicaState state, Finding finding, Action action) {
            return new Judgement(
                    state, Optional.of(finding.detail()), false, action, List.of(finding));
        }

        /** Unfit for now, with nothing wrong that has a name. */
        private static Judgement unfit(ReplicaState state, String reason) {
            return new Judgement(state, Optional.of(reason), false, Action.NONE, List.of());
        }

        private Judgement and(Finding more) {
            List<Finding> all = new ArrayList<>(findings);
            if (!all.contains(more)) {
                all.add(more);
            }
            return new Judgement(state, reason, takesReads, action, all);
        }
    }

    public static Judgement judge(Sight sight) {
        Judgement judgement = judgeReplication(sight);
        boolean wrongAnswers = false;
        boolean curable = false;
        for (SettingsJudge.Judged judged : sight.settings()) {
            judgement = judgement.and(judged.finding());
            wrongAnswers |= judged.misleads();
            curable |= judged.curable();
        }
        for (Finding finding : sight.standing()) {
            judgement = judgement.and(finding);
        }
        boolean repair = curable && sight.primaryReachable() && judgement.action() == Action.NONE;
        return new Judgement(
                judgement.state(),
                judgement.reason().or(() -> whyTold(sight)),
                judgement.takesReads() && !wrongAnswers,
                repair ? Action.REPAIR : judgement.action(),
                judgement.findings());
    }

    private static Optional<String> whyTold(Sight sight) {
        return sight.settings().stream()
                .filter(judged -> judged.misleads() || judged.curable())
                .map(judged -> judged.finding().detail())
                .findFirst();
    }

    private static Judgement judgeReplication(Sight sight) {
        if (sight.channels().isEmpty()) {
            return Judgement.unfit(
                    ReplicaState.NEEDS_RESYNC,
                    FindingKind.NO_CHANNEL.because(
                            "it has no replication channel: it was wiped, replaced, or reset by"
                                    + " hand"),
                    Action.REPAIR);
        }
        Optional<Judgement> misled = judgeChannels(sight);
        if (misled.isPresent()) {
            return misled.get();
        }
        ChannelStatus channel = sight.channels().getFirst();
        if (!sight.errant().isEmpty()) {
            return Judgement.unfit(
                    ReplicaState.NEEDS_RESYNC,
                    FindingKind.ERRANT_TRANSACTIONS.because(
                            "it has transactions that its primary never had: " + sight.errant()),
                    Action.REPAIR);
        }
        if (!sight.standing().isEmpty()) {
            return Judgement.unfit(
                    ReplicaState.NEEDS_RESYNC, sight.standing().getFirst(), Action.REPAIR);
        }
        if (channel.filtered()) {
            return Judgement.unfit(
                    ReplicaState.NEEDS_RESYNC,
                    FindingKind.CHANNEL_FILTERED.because(
                            "it is told to leave out some schemas or tables, so it is not the"
                                    + " whole primary"),
                    Action.REPAIR);
        }
        if (!sight.primaryReachable() && channel.sqlRunning()) {
            // Whatever keeps it from fetching, there is nothing to fetch.
            return whileThePrimaryIsAway(sight);
        }
        if (sight.primaryReachable() && !sight.primaryGtids() && channel.autoPosition()) {
            return withoutGtidsToFollow(channel, sight);
        }
        return judgeThreads(channel, sight);
    }

    private static Optional<Judgement> judgeChannels(Sight sight) {
        for (ChannelStatus channel : sight.channels()) {
            if (!leadsTo(channel, sight.primaryAddress())) {
                String from = channel.sourceHost() + ":" + channel.sourcePort();
                boolean second = sight.channels().size() > 1;
                return Optional.of(
                        Judgement.unfit(
                                ReplicaState.NEEDS_RESYNC,
                                second
                                        ? FindingKind.SECOND_CHANNEL.because(
                                                "it replicates from " + from + " as well")
                                        : FindingKind.CHANNEL_ELSEWHERE.because(
                                                "it replicates from "
                                                        + from
                                                        + " instead of its primary"),
                                Action.REPAIR));
            }
        }
        return sight.channels().size() > 1
                ? Optional.of(
                        Judgement.unfit(
                                ReplicaState.NEEDS_RESYNC,
                                FindingKind.SECOND_CHANNEL.because(
                                        "it replicates from its primary by several channels"),
                                Action.REPAIR))
                : Optional.empty();
    }

    /** Somebody has switched them off; while the replica still gets everything, it is right. */
    private static Judgement withoutGtidsToFollow(ChannelStatus channel, Sight sight) {
        Finding finding =
                FindingKind.PRIMARY_GTID_MODE.because(
                        "its primary's gtid_mode is no longer ON, and it finds its place by GTIDs");
        Judgement threads = judgeThreads(channel, sight);
        return new Judgement(
                        threads.state(),
                        threads.reason().or(() -> Optional.of(finding.detail())),
                        threads.takesReads(),
                        Action.REPAIR,
                        threads.findings())
                .and(finding);
    }

    private static Judgement judgeThreads(ChannelStatus channel, Sight sight) {
        return switch (ChannelJudge.judge(channel)) {
            case ChannelJudge.Verdict.Runs _ -> judgeRunning(channel, sight);
            case ChannelJudge.Verdict.Restartable(Finding found) ->
                    stopped(found, sight, Action.START);
            case ChannelJudge.Verdict.NeedsLogin(Finding found) ->
                    stopped(found, sight, Action.REPAIR);
            case ChannelJudge.Verdict.NeedsSetup(Finding found) ->
                    stopped(found, sight, Action.REPAIR);
            case ChannelJudge.Verdict.LostRelayLogs(Finding found) ->
                    stopped(found, sight, Action.REPAIR);
            case ChannelJudge.Verdict.LostItsPlace(Finding found) ->
                    Judgement.unfit(ReplicaState.NEEDS_RESYNC, found, Action.REPAIR);
            case ChannelJudge.Verdict.DataDiffers(Finding found, _) ->
                    Judgement.unfit(ReplicaState.NEEDS_RESYNC, found, Action.REPAIR);
        };
    }

    private static boolean leadsTo(ChannelStatus channel, ServerAddress primary) {
        return channel.sourceHost().equalsIgnoreCase(primary.host())
                && channel.sourcePort() == primary.port();
    }

    private static Judgement stopped(Finding why, Sight sight, Action action) {
        // A primary that is down stops its replicas, too: nothing is to be done here about that.
        return Judgement.unfit(
                ReplicaState.STOPPED, why, sight.primaryReachable() ? action : Action.NONE);
    }

    private static Judgement judgeRunning(ChannelStatus channel, Sight sight) {
        boolean connecting = channel.io() != ChannelStatus.Io.RUNNING;
        return switch (sight.lag()) {
            case Lag.Unknown(String why) -> Judgement.unfit(notThereYet(sight), why);
            case Lag.Known(Duration behind) when connecting && isTooFar(behind, sight) ->
                    Judgement.unfit(
                            ReplicaState.STOPPED,
                            FindingKind.CHANNEL_STOPPED.because(
                                    "it cannot connect to its primary: "
                                            + channel.ioError().message()),
                            Action.NONE);
            case Lag.Known(Duration behind) when channel.delay() > 0 && isTooFar(behind, sight) ->
                    Judgement.unfit(
                            notThereYet(sight),
                            FindingKind.CHANNEL_DELAYED.because(
                                    "it is told to stay %d s behind".formatted(channel.delay())),
                            Action.NONE);
            case Lag.Known(Duration behind) when isTooFar(behind, sight) ->
                    Judgement.unfit(
                            notThereYet(sight),
                            String.format(
                                    Locale.ROOT,
                                    "it is %.1f s behind; %.1f s are allowed",
                                    seconds(behind),
                                    seconds(sight.maxLag())));
            case Lag.Known _ ->
                    new Judgement(
                            ReplicaState.REPLICATING,
                            Optional.empty(),
                            true,
                            Action.NONE,
                            List.of());
        };
    }

    /**
     * Nothing is written while the primary is away, so a replica that was fresh stays fresh, and
     * its readers need not suffer.
     */
    private static Judgement whileThePrimaryIsAway(Sight sight) {
        return sight.before() == ReplicaState.REPLICATING
                ? new Judgement(
                        ReplicaState.REPLICATING,
                        Optional.of("its primary is unreachable"),
                        true,
                        Action.NONE,
                        List.of())
                : Judgement.unfit(
                        sight.before() == ReplicaState.WAITING
                                ? ReplicaState.CATCHING_UP
                                : sight.before(),
                        "its primary is unreachable");
    }

    /** Once it lags, a replica must come well within the limit before it takes reads again. */
    private static boolean isTooFar(Duration behind, Sight sight) {
        Duration limit =
                sight.before() == ReplicaState.LAGGING
                        ? sight.maxLag().dividedBy(2)
                        : sight.maxLag();
        return behind.compareTo(limit) > 0;
    }

    private static ReplicaState notThereYet(Sight sight) {
        return switch (sight.before()) {
            case REPLICATING, LAGGING -> ReplicaState.LAGGING;
            case WAITING, SEEDING, CATCHING_UP, STOPPED, UNREACHABLE, NEEDS_RESYNC ->
                    ReplicaState.CATCHING_UP;
        };
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /** What a replica has and its primary never had; the replica was looked at first. */
    static GtidSet errant(ReplicaProbe replica, PrimaryView primary) {
        GtidSet primaryHas = primary.executed().orElseThrow();
        return primaryHas instanceof MariaDbGtidSet
                ? Errant.mariaDb(
                        replica.has(),
                        replica.binlogState(),
                        replica.serverId(),
                        primaryHas,
                        primary.binlogState(),
                        primary.serverId())
                : replica.has().subtract(primaryHas);
    }
}
