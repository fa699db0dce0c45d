package io.dbmanager.sync.plan;

import io.dbmanager.common.Finding;
import io.dbmanager.common.FindingKind;
import io.dbmanager.common.GtidSet;
import io.dbmanager.sync.SyncSettings.CloneMode;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.inspect.SchemaFacts;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.inspect.Unfinished;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the cheapest way to make one server a replica of the primary that loses nothing:
 *
 * <ol>
 *   <li>it replicates from the primary: leave it alone;
 *   <li>it was stopped by something that passes: start it;
 *   <li>its login is refused, what it had fetched is damaged, or its channel is lost or not the
 *       only one, but its GTIDs are part of the primary's history whose logs are still there: point
 *       it at the primary;
 *   <li>it holds the primary's own history and has strayed from it: repair what differs;
 *   <li>it holds nothing, or is of another version: clone where both servers can, else copy;
 *   <li>it holds something else: refuse, unless it has been said that it may be overwritten.
 * </ol>
 */
public final class ReplicaLadder {
    /** What is to be done with a replica. */
    public sealed interface Rung {
        record Keep() implements Rung {}

        record Start(String why) implements Rung {}

        record NewLogin(String why) implements Rung {}

        record FetchAgain(String why) implements Rung {}

        record CatchUp(String why) implements Rung {}

        /** Ships what differs; a copy where that costs less. */
        record Repair(String why, List<String> lost) implements Rung {}

        /** By the servers' own plugin; a copy where that fails. */
        record Clone(String why, List<String> lost) implements Rung {}

        /**
         * @param notCloned why it is not cloned; empty text where that goes without saying
         */
        record Copy(String why, List<String> lost, String notCloned) implements Rung {
            Copy(String why, List<String> lost) {
                this(why, lost, "");
            }
        }

        record Refuse(FindingKind kind, String sentence, boolean wouldLoseData) implements Rung {}
    }

    private final ServerFacts primary;
    private final ServerFacts replica;
    private final boolean gtids;
    private final boolean mayOverwrite;
    private final CloneMode cloning;

    /**
     * @param gtids whether replication is to go by GTIDs
     * @param mayOverwrite consent to lose what only the replica has
     */
    public ReplicaLadder(
            ServerFacts primary,
            ServerFacts replica,
            boolean gtids,
            boolean mayOverwrite,
            CloneMode cloning) {
        this.primary = primary;
        this.replica = replica;
        this.gtids = gtids;
        this.mayOverwrite = mayOverwrite;
        this.cloning = cloning;
    }

    public Rung rung() {
        return cheaper(chosen());
    }

    /**
     * What is asked for a copy and has most of it already is repaired, and cloned if it can be. A
     * copy that was cut off is neither: another one knows which of its tables are worth comparing.
     */
    private Rung cheaper(Rung rung) {
        if (!(rung instanceof Rung.Copy(String why, List<String> lost, _))
                || replica.unfinished() == Unfinished.COPY) {
            return rung;
        }
        if (hasMostOfIt()) {
            return new Rung.Repair(why, lost);
        }
        return CloneRules.whyNot(primary, replica, gtids, cloning)
                .<Rung>map(notCloned -> new Rung.Copy(why, lost, notCloned))
                .orElseGet(() -> new Rung.Clone(why, lost));
    }

    /** Definitions can be compared between servers of one series only. */
    private boolean hasMostOfIt() {
        return !replica.isBlank()
                && !primary.isBlank()
                && isOurs()
                && replica.version().major() == primary.version().major()
                && replica.version().minor() == primary.version().minor();
    }

    private Rung chosen() {
        Optional<Rung> misfit = misfit();
        if (misfit.isPresent()) {
            return misfit.get();
        }
        if (outlivesItsPrimary()) {
            return emptyPrimary();
        }
        if (hasAnotherHistory()) {
            return makeEqual(
                    FindingKind.OTHER_HISTORY,
                    "it holds a copy of another primary",
                    describeData(replica.filledSchemas()));
        }
        if (replica.seedUnderWay()) {
            return new Rung.Copy(
                    replica.unfinished() == Unfinished.COPY
                            ? "a copy to it was begun and did not end; tables that were finished are"
                                    + " kept and brought up to date"
                            : "a copy to it was begun and did not end",
                    List.of());
        }
        if (replica.channels().size() > 1) {
            return canCatchUp()
                    ? new Rung.CatchUp("it has several replication channels, of which one will do")
                    : makeEqual(
                            FindingKind.SECOND_CHANNEL,
                            "it has several replication channels",
                            describeData(replica.filledSchemas()));
        }
        return replica.channel()
                .filter(this::leadsToPrimary)
                .map(this::withChannel)
                .orElseGet(this::withoutChannel);
    }

    /** Asked for a copy whatever state it is in. */
    public Rung copyAnyway(String why) {
        return cheaper(copyWhatever(why));
    }

    private Rung copyWhatever(String why) {
        Optional<Rung> misfit = misfit();
        if (misfit.isPresent()) {
            return misfit.get();
        }
        if (outlivesItsPrimary()) {
            return emptyPrimary();
        }
        if (replica.isBlank() || (replica.seedUnderWay() && !hasAnotherHistory())) {
            return new Rung.Copy(why, List.of());
        }
        return makeEqual(
                FindingKind.HOLDS_OTHER_DATA,
                why,
                isOurs() ? losses() : describeData(replica.filledSchemas()));
    }

    /** What no copy can put right. */
    private Optional<Rung> misfit() {
        Optional<String> version = VersionRules.whyNot(primary.version(), replica.version());
        if (version.isPresent()) {
            return refused(FindingKind.VERSION, version.get());
        }
        if (!replica.missingPrivileges().isEmpty()) {
            return refused(FindingKind.PRIVILEGES, PrimaryRules.tooLittle(replica));
        }
        if (replica.serverId() == 0 && !replica.version().isMariaDb()) {
            // Started so, MySQL never sets up replication, whatever the variable says later (1794).
            return refused(
                    FindingKind.SERVER_ID_TAKEN,
                    "was started with server_id=0 and cannot replicate before a restart: put"
                            + " server_id=%d into %s and restart it"
                                    .formatted(
                                            ServerIds.derived(replica),
                                            replica.dialect().optionFile()));
        }
        String own = replica.variable("lower_case_table_names");
        String wanted = primary.variable("lower_case_table_names");
        if (!own.equals(wanted)) {
            return refused(
                    FindingKind.LOWER_CASE_TABLE_NAMES,
                    "has lower_case_table_names=%s and its primary %s: make it anew with the"
                                    .formatted(own, wanted)
                            + " primary's value, which cannot be changed later");
        }
        String renamed = replica.variable("replicate_rewrite_db");
        if (!renamed.isEmpty()) {
            return refused(
                    FindingKind.CHANNEL_FILTERED,
                    "is told to rename databases (replicate_rewrite_db=%s): take that line out of %s and restart it"
                            .formatted(renamed, replica.dialect().optionFile()));
        }
        return Optional.empty();
    }

    private static Optional<Rung> refused(FindingKind kind, String sentence) {
        return Optional.of(new Rung.Refuse(kind, sentence, false));
    }

    private boolean leadsToPrimary(ChannelStatus channel) {
        return channel.leadsTo(primary.identity(), primary.server().address());
    }

    private Rung withChannel(ChannelStatus channel) {
        GtidSet errant = Errant.transactions(primary, replica);
        if (!errant.isEmpty()) {
            return makeEqual(
                    FindingKind.ERRANT_TRANSACTIONS,
                    "it has transactions of its own",
                    List.of("transactions that " + primary.name() + " never had: " + errant));
        }
        if (Errant.isAhead(primary, replica)) {
            return makeEqual(
                    FindingKind.PRIMARY_WENT_BACK,
                    primary.name() + " has gone back in time",
                    losses());
        }
        if (channel.filtered()) {
            return makeEqual(
                    FindingKind.CHANNEL_FILTERED,
                    "it was told to leave out some of what it replicates",
                    losses());
        }
        return switch (ChannelJudge.judge(channel)) {
            case ChannelJudge.Verdict.Runs _ -> new Rung.Keep();
            case ChannelJudge.Verdict.Restartable(Finding found) ->
                    startUnlessPurged(channel, found);
            case ChannelJudge.Verdict.NeedsSetup(Finding found) ->
                    startUnlessPurged(channel, found);
            case ChannelJudge.Verdict.NeedsLogin(Finding found) ->
                    new Rung.NewLogin(found.detail());
            case ChannelJudge.Verdict.LostRelayLogs(Finding found) -> fetchAgain(channel, found);
            case ChannelJudge.Verdict.DataDiffers(Finding found, boolean somethingExtra) ->
                    makeEqual(
                            found.kind(),
                            found.detail(),
                            lossesWith(channel, found.detail(), somethingExtra));
            case ChannelJudge.Verdict.LostItsPlace(Finding found) ->
                    !channel.autoPosition() && canCatchUp()
                            ? new Rung.CatchUp(found.detail())
                            : makeEqual(found.kind(), found.detail(), losses());
        };
    }

    /**
     * Starting a replica whose next transactions are gone from the primary only shows the error.
     */
    private Rung startUnlessPurged(ChannelStatus channel, Finding found) {
        return isPurged(channel) ? purged(found) : new Rung.Start(found.detail());
    }

    private Rung fetchAgain(ChannelStatus channel, Finding found) {
        return isPurged(channel) ? purged(found) : new Rung.FetchAgain(found.detail());
    }

    private boolean isPurged(ChannelStatus channel) {
        return gtids
                && channel.autoPosition()
                && !replica.replicaGtids().contains(primary.purgedGtids());
    }

    private Rung purged(Finding found) {
        return makeEqual(
                FindingKind.LOGS_PURGED,
                found.detail()
                        + ", and "
                        + primary.name()
                        + " has purged the binary logs that it would need next",
                losses());
    }

    private Rung withoutChannel() {
        if (replica.isBlank()) {
            return new Rung.Copy("it holds no data", List.of());
        }
        if (canCatchUp()) {
            return new Rung.CatchUp("what it has is part of " + primary.name() + "'s history");
        }
        if (isOurs()) {
            return makeEqual(
                    FindingKind.NO_CHANNEL,
                    "it holds a copy of " + primary.name() + " but does not replicate",
                    losses());
        }
        return makeEqual(
                FindingKind.HOLDS_OTHER_DATA,
                "it is given up for a copy of " + primary.name(),
                describeData(replica.filledSchemas()));
    }

    /**
     * Whether it was made a copy of a primary other than the one that is there now, such as one
     * that has been replaced by a blank server since.
     */
    private boolean hasAnotherHistory() {
        return !replica.isBlank()
                && replica.history().isPresent()
                && !replica.history().equals(primary.history());
    }

    /** Whether it holds what came from a primary, and the one that is there now is empty. */
    private boolean outlivesItsPrimary() {
        return primary.isBlank()
                && !replica.isBlank()
                && (hasAnotherHistory() || replica.seedUnderWay());
    }

    /** Consent is given for years in a settings file; an empty primary is one bad day. */
    private Rung emptyPrimary() {
        return new Rung.Refuse(
                FindingKind.PRIMARY_EMPTY,
                (replica.seedUnderWay()
                                ? "holds what has been copied of another primary, and "
                                : "holds a copy of another primary, and ")
                        + primary.name()
                        + " is empty: bring the old primary back, or restore it from this"
                        + " replica. If the data is really to go, drop schemas dbmanager and"
                        + " dbmanager_local here and run startsync with --overwrite "
                        + replica.name(),
                true);
    }

    /** Whether its data came from the very history that the primary has. */
    private boolean isOurs() {
        if (hasAnotherHistory()) {
            return false;
        }
        boolean sameHistory =
                replica.history().isPresent() && replica.history().equals(primary.history());
        return sameHistory || replica.channel().filter(this::leadsToPrimary).isPresent();
    }

    private boolean canCatchUp() {
        return gtids
                && !replica.isBlank()
                && !replica.filtered()
                && !replica.replicaGtids().isEmpty()
                && !primary.sourceGtids().isEmpty()
                && Errant.transactions(primary, replica).isEmpty()
                && replica.replicaGtids().contains(primary.purgedGtids());
    }

    /**
     * Something is there that the primary has not made yet. Where the replica's place is exact, as
     * with GTIDs, and its own writes leave no trace, as without a binary log, then someone has
     * written it there and it exists nowhere else. Without GTIDs it is rather the trace of a crash.
     */
    private List<String> lossesWith(ChannelStatus channel, String why, boolean somethingExtra) {
        List<String> losses = losses();
        if (losses.isEmpty()
                && somethingExtra
                && channel.autoPosition()
                && !Errant.showsItsOwnWrites(replica)) {
            return List.of("something was written on it (" + why + ")");
        }
        return losses;
    }

    private List<String> losses() {
        List<String> losses = Errant.losses(primary, replica);
        return losses.isEmpty() && mayHaveBeenWritten()
                ? List.of(
                        "what may have been written on it, since it lets writers in, does not"
                                + " replicate, and keeps no GTIDs by which its own writes could be"
                                + " told: "
                                + String.join(", ", describeData(replica.filledSchemas())))
                : losses;
    }

    /**
     * A replica of ours that has lost its channel is still read-only. One that is not may be a
     * former primary, whose last writes nobody else has, and equal names of tables prove nothing.
     */
    private boolean mayHaveBeenWritten() {
        boolean sameId = replica.version().isMariaDb() && replica.serverId() == primary.serverId();
        return !replica.isBlank()
                && replica.channels().isEmpty()
                && !replica.readOnly()
                && (sameId || !Errant.showsItsOwnWrites(replica));
    }

    /**
     * It differs and cannot go on from where it is.
     *
     * @param lost what only it has and would lose
     */
    private Rung makeEqual(FindingKind kind, String why, List<String> lost) {
        if (lost.isEmpty() || mayOverwrite) {
            return new Rung.Copy(why, lost);
        }
        return new Rung.Refuse(
                kind,
                "holds what "
                        + primary.name()
                        + " does not have, and a copy would lose it: "
                        + String.join("; ", lost)
                        + ". Give consent with --overwrite "
                        + replica.name()
                        + ", or save it first",
                true);
    }

    private static List<String> describeData(List<SchemaFacts> schemas) {
        return schemas.stream().map(SchemaFacts::describe).map(s -> "database " + s).toList();
    }
}
