package io.dbmanager.sync.watch;

import io.dbmanager.common.GtidSet;
import io.dbmanager.common.Lag;
import io.dbmanager.common.MariaDbGtidSet;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.plan.ChannelJudge;
import io.dbmanager.sync.plan.Errant;
import java.time.Duration;
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
     */
    public record Sight(
            List<ChannelStatus> channels,
            ServerAddress primaryAddress,
            GtidSet errant,
            Lag lag,
            Duration maxLag,
            ReplicaState before,
            boolean primaryReachable) {}

    /**
     * @param reason empty when it replicates within the allowed lag
     */
    public record Judgement(
            ReplicaState state, Optional<String> reason, boolean takesReads, Action action) {
        private static Judgement unfit(ReplicaState state, String reason, Action action) {
            return new Judgement(state, Optional.of(reason), false, action);
        }
    }

    public static Judgement judge(Sight sight) {
        if (sight.channels().isEmpty()) {
            return Judgement.unfit(
                    ReplicaState.NEEDS_RESYNC,
                    "it has no replication channel: it was wiped, replaced, or reset by hand",
                    Action.REPAIR);
        }
        ChannelStatus channel = sight.channels().getFirst();
        if (sight.channels().size() > 1 || !leadsTo(channel, sight.primaryAddress())) {
            return Judgement.unfit(
                    ReplicaState.NEEDS_RESYNC,
                    "it replicates from %s:%d instead of its primary"
                            .formatted(channel.sourceHost(), channel.sourcePort()),
                    Action.REPAIR);
        }
        if (!sight.errant().isEmpty()) {
            return Judgement.unfit(
                    ReplicaState.NEEDS_RESYNC,
                    "it has transactions that its primary never had: " + sight.errant(),
                    Action.REPAIR);
        }
        if (!sight.primaryReachable() && channel.sqlRunning()) {
            // Whatever keeps it from fetching, there is nothing to fetch.
            return whileThePrimaryIsAway(sight);
        }
        return switch (ChannelJudge.judge(channel)) {
            case ChannelJudge.Verdict.Runs _ -> judgeRunning(channel, sight);
            case ChannelJudge.Verdict.Restartable(String why) -> stopped(why, sight, Action.START);
            case ChannelJudge.Verdict.NeedsLogin(String why) -> stopped(why, sight, Action.REPAIR);
            case ChannelJudge.Verdict.NeedsSetup(String why) -> stopped(why, sight, Action.REPAIR);
            case ChannelJudge.Verdict.LostItsPlace(String why) ->
                    Judgement.unfit(ReplicaState.NEEDS_RESYNC, why, Action.REPAIR);
            case ChannelJudge.Verdict.DataDiffers(String why, _) ->
                    Judgement.unfit(ReplicaState.NEEDS_RESYNC, why, Action.REPAIR);
        };
    }

    private static boolean leadsTo(ChannelStatus channel, ServerAddress primary) {
        return channel.sourceHost().equalsIgnoreCase(primary.host())
                && channel.sourcePort() == primary.port();
    }

    private static Judgement stopped(String why, Sight sight, Action action) {
        // A primary that is down stops its replicas, too: nothing is to be done here about that.
        return Judgement.unfit(
                ReplicaState.STOPPED, why, sight.primaryReachable() ? action : Action.NONE);
    }

    private static Judgement judgeRunning(ChannelStatus channel, Sight sight) {
        boolean connecting = channel.io() != ChannelStatus.Io.RUNNING;
        return switch (sight.lag()) {
            case Lag.Unknown(String why) -> Judgement.unfit(notThereYet(sight), why, Action.NONE);
            case Lag.Known(Duration behind) when connecting && isTooFar(behind, sight) ->
                    Judgement.unfit(
                            ReplicaState.STOPPED,
                            "it cannot connect to its primary: " + channel.ioError().message(),
                            Action.NONE);
            case Lag.Known(Duration behind) when isTooFar(behind, sight) ->
                    Judgement.unfit(
                            notThereYet(sight),
                            String.format(
                                    Locale.ROOT,
                                    "it is %.1f s behind; %.1f s are allowed",
                                    seconds(behind),
                                    seconds(sight.maxLag())),
                            Action.NONE);
            case Lag.Known _ ->
                    new Judgement(ReplicaState.REPLICATING, Optional.empty(), true, Action.NONE);
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
                        Action.NONE)
                : Judgement.unfit(
                        sight.before() == ReplicaState.WAITING
                                ? ReplicaState.CATCHING_UP
                                : sight.before(),
                        "its primary is unreachable",
                        Action.NONE);
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
