package io.dbmanager.sync.plan;

import io.dbmanager.common.FindingKind;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.sync.SyncPlan.Refusal;
import io.dbmanager.sync.SyncPlan.ServerPlan;
import io.dbmanager.sync.SyncSettings.CloneMode;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.inspect.CloneFacts;
import io.dbmanager.sync.inspect.ErrorTolerance;
import io.dbmanager.sync.inspect.GtidMode;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.inspect.SessionDefaults;
import io.dbmanager.sync.jdbc.Sql;
import io.dbmanager.sync.plan.ReplicaLadder.Rung;
import io.dbmanager.sync.plan.SyncStep.From;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Turns what was found into what is to be done. The same facts always give the same plan, and the
 * plan of a half-finished run's facts leads to the same end.
 */
public final class SyncPlanner {
    private final ServerFacts primary;
    private final List<ServerFacts> replicas;
    private final Set<String> overwrite;
    private final Set<String> copyAnyway;
    private final CloneMode cloning;
    private final GtidChoice gtids;
    private final Map<String, Long> newIds;
    private final Donor donor;
    private final List<Refusal> refusals = new ArrayList<>();

    private SyncPlanner(
            ServerFacts primary,
            List<ServerFacts> replicas,
            Set<String> overwrite,
            Set<String> copyAnyway,
            CloneMode cloning,
            Donor.Choice copyFrom) {
        this.primary = primary;
        this.replicas = replicas;
        this.overwrite = overwrite;
        this.copyAnyway = copyAnyway;
        this.cloning = cloning;
        this.gtids = GtidChoice.of(primary, replicas);
        this.newIds = ServerIds.changes(primary, replicas);
        this.donor = Donor.choose(primary, replicas, copyAnyway, gtids, copyFrom);
    }

    /**
     * @param overwrite names of replicas that may lose what only they have
     */
    public static SyncPlan plan(
            ServerFacts primary,
            List<ServerFacts> replicas,
            Set<String> overwrite,
            CloneMode cloning) {
        return plan(primary, replicas, overwrite, Set.of(), cloning, Donor.Choice.PRIMARY);
    }

    /**
     * @param copyAnyway names of replicas that are to be copied even if they could go on
     * @param copyFrom where copies may be read from
     */
    public static SyncPlan plan(
            ServerFacts primary,
            List<ServerFacts> replicas,
            Set<String> overwrite,
            Set<String> copyAnyway,
            CloneMode cloning,
            Donor.Choice copyFrom) {
        return new SyncPlanner(
                        primary, List.copyOf(replicas), overwrite, copyAnyway, cloning, copyFrom)
                .plan();
    }

    private SyncPlan plan() {
        PrimaryRules.obstacles(primary)
                .forEach(f ->
                        refusals.add(new Refusal(primary.name(), f.kind(), f.detail(), false)));
        refuseTwins();
        refuseSwapped();
        List<ServerPlan> parts = new ArrayList<>();
        parts.add(primaryPlan());
        List<Rung> rungs = cheapestTogether(replicas.stream().map(this::rungOf).toList());
        for (int i = 0; i < replicas.size(); i++) {
            parts.add(replicaPlan(replicas.get(i), rungs.get(i)));
        }
        return new SyncPlan(parts, refusals);
    }

    private void refuseTwins() {
        Map<String, String> byIdentity = new HashMap<>();
        byIdentity.put(primary.identity(), primary.name());
        for (ServerFacts replica : replicas) {
            String other = byIdentity.putIfAbsent(replica.identity(), replica.name());
            if (other != null) {
                refusals.add(
                        new Refusal(
                                replica.name(),
                                FindingKind.SERVER_UUID_TAKEN,
                                "is the same server as %s (both are %s): give each service a server of its own; of a cloned data directory, remove auto.cnf and restart"
                                        .formatted(other, replica.identity()),
                                false));
            }
        }
    }

    /** No consent helps: the server with the data would get a copy of its own replica. */
    private void refuseSwapped() {
        for (ChannelStatus channel : primary.channels()) {
            replicas.stream()
                    .filter(replica ->
                            channel.leadsTo(replica.identity(), replica.server().address()))
                    .forEach(replica ->
                            refusals.add(
                                    new Refusal(
                                            primary.name(),
                                            FindingKind.PRIMARY_IS_REPLICA,
                                            "is a replica of %s, which is to become its replica: see whether environment.json has the two swapped. If %s is really to be the primary, stop its replication and forget it (%s) first"
                                                    .formatted(
                                                            replica.name(),
                                                            primary.name(),
                                                            String.join(
                                                                    "; ",
                                                                    primary.dialect()
                                                                            .forgetChannels(
                                                                                    List.of(
                                                                                            channel
                                                                                                    .name())))),
                                            false)));
        }
    }

    private ServerPlan primaryPlan() {
        List<String> found = Descriptions.of(primary);
        if (!gtids.note().isEmpty()) {
            found.add(gtids.note());
        }
        if (!primary.channels().isEmpty()) {
            found.add("it is a replica itself; its replicas will have what it has");
        }
        List<SyncStep> work = new ArrayList<>();
        addServerId(primary, work);
        if (!primary.binlogFormat().isEmpty() && !primary.binlogFormat().equals("ROW")) {
            work.add(
                    setVariable(
                            primary,
                            "binlog_format",
                            "ROW",
                            "so that replicas get rows and not statements"));
        }
        if (!gtids.toEnable().isEmpty()) {
            work.add(new SyncStep.EnableGtids(gtids.toEnable()));
        }
        if (primary.history().isEmpty()) {
            work.add(new SyncStep.CreateHeartbeat());
        }
        return ServerPlan.of(primary.name(), true, found, work, List.of());
    }

    private Rung rungOf(ServerFacts replica) {
        ReplicaLadder ladder =
                new ReplicaLadder(
                        primary,
                        replica,
                        gtids.gtids(),
                        overwrite.contains(replica.name()),
                        cloning);
        return copyAnyway.contains(replica.name())
                ? ladder.copyAnyway("a new copy was asked for")
                : ladder.rung();
    }

    /** Clones are made one after the other; a copy is read once for all. */
    private List<Rung> cheapestTogether(List<Rung> rungs) {
        long together =
                rungs.stream()
                        .filter(rung -> rung instanceof Rung.Clone || rung instanceof Rung.Copy)
                        .count();
        Optional<String> notCloned =
                donor.name().equals(primary.name())
                        ? CloneRules.whyNotAll(primary, together, cloning)
                        : Optional.of("the primary is spared");
        return notCloned.isEmpty()
                ? rungs
                : rungs.stream()
                        .map(rung ->
                                rung instanceof Rung.Clone(String why, List<String> lost)
                                        ? new Rung.Copy(why, lost, notCloned.get())
                                        : rung)
                        .toList();
    }

    private ServerPlan replicaPlan(ServerFacts replica, Rung rung) {
        List<SyncStep> work = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        switch (rung) {
            case Rung.Refuse(FindingKind kind, String sentence, boolean wouldLose) ->
                    refusals.add(new Refusal(replica.name(), kind, sentence, wouldLose));
            case Rung.Keep _ -> addSetup(replica, work);
            case Rung.Start(String why) -> {
                addSetup(replica, work);
                work.add(new SyncStep.StartReplication(why));
            }
            case Rung.NewLogin _ -> {
                addSetup(replica, work);
                work.add(replicate(From.ITS_PLACE));
            }
            case Rung.FetchAgain _ -> {
                addSetup(replica, work);
                work.add(replicate(From.ITS_APPLIED));
            }
            case Rung.CatchUp _ -> {
                addForget(replica, work);
                addSetup(replica, work);
                addDisableEvents(replica, work);
                work.add(replicate(From.OWN_GTIDS));
            }
            case Rung.Repair(String why, List<String> losses) -> {
                lost.addAll(losses);
                lost.addAll(lostAccounts(replica));
                addSetup(replica, work);
                // One that was cut off has consent already, and may not have saved everything.
                List<String> saved = losses.isEmpty() ? Errant.losses(primary, replica) : losses;
                work.add(new SyncStep.Repair(primary.name(), why, saved));
                addForget(replica, work);
                addClearFilters(replica, work);
                work.add(replicate(From.THE_COPY));
            }
            case Rung.Clone(String why, List<String> losses) -> {
                lost.addAll(losses);
                lost.addAll(lostAccounts(replica));
                addSetup(replica, work);
                work.add(
                        new SyncStep.Clone(
                                primary.name(),
                                why,
                                cloning == CloneMode.ALWAYS,
                                lackingThePlugin(replica)));
                addForget(replica, work);
                addClearFilters(replica, work);
                addDisableEvents(primary, work);
                work.add(replicate(From.THE_COPY));
            }
            case Rung.Copy(String why, List<String> losses, String notCloned) -> {
                lost.addAll(losses);
                lost.addAll(lostAccounts(replica));
                addSetup(replica, work);
                work.add(new SyncStep.Copy(donor, why, notCloned));
                // What shows that a copy is needed stays until the copy's own note takes its place.
                addForget(replica, work);
                addClearFilters(replica, work);
                work.add(replicate(From.THE_COPY));
            }
        }
        if (!(rung instanceof Rung.Refuse) && needsReadOnly(replica, work)) {
            work.add(new SyncStep.MakeReadOnly(replica.dialect().persists()));
        }
        return ServerPlan.of(replica.name(), false, Descriptions.of(replica), work, lost);
    }

    private List<String> lackingThePlugin(ServerFacts replica) {
        return Stream.of(primary, replica)
                .filter(server -> !server.cloneFacts().map(CloneFacts::isInstalled).orElse(false))
                .map(ServerFacts::name)
                .toList();
    }

    /** Events come with a clone as the primary has them. */
    private static void addDisableEvents(ServerFacts whose, List<SyncStep> work) {
        int events = whose.cloneFacts().map(CloneFacts::enabledEvents).orElse(0);
        if (events > 0) {
            work.add(new SyncStep.DisableEvents(events));
        }
    }

    private SyncStep replicate(From from) {
        return new SyncStep.Replicate(primary.name(), from, gtids.gtids());
    }

    private static void addForget(ServerFacts replica, List<SyncStep> work) {
        if (!replica.channels().isEmpty()) {
            List<String> sources = replica.channels().stream().map(SyncPlanner::sourceOf).toList();
            work.add(new SyncStep.ForgetChannels(sources));
        }
    }

    private static void addClearFilters(ServerFacts replica, List<SyncStep> work) {
        if (replica.filtered()) {
            work.add(
                    new SyncStep.ClearFilters(
                            "take the replicate_* lines out of " + replica.dialect().optionFile()));
        }
    }

    private static String sourceOf(ChannelStatus channel) {
        return channel.sourceHost() + ":" + channel.sourcePort();
    }

    private void addSetup(ServerFacts replica, List<SyncStep> work) {
        addServerId(replica, work);
        addSessionDefaults(replica, work);
        addStrictness(replica, work);
        boolean refusesAnonymous = !gtids.gtids() && replica.gtidMode() == GtidMode.ON;
        if (refusesAnonymous && !replica.version().isMariaDb()) {
            work.add(
                    setVariable(
                            replica,
                            "gtid_mode",
                            "ON_PERMISSIVE",
                            "since its primary has no GTIDs"));
        }
    }

    /** So that a statement answers the same there as on the primary. */
    private void addSessionDefaults(ServerFacts replica, List<SyncStep> work) {
        SessionDefaults own = replica.sessionDefaults();
        SessionDefaults wanted = primary.sessionDefaults();
        if (!own.mayTake(wanted)) {
            return;
        }
        String why = "as on " + primary.name();
        own.differencesFrom(wanted)
                .forEach(d -> work.add(setVariable(replica, d.variable(), d.literal(), why)));
        if (own.isInAnotherZone(wanted) && !wanted.zone().isEmpty()) {
            work.add(setVariable(replica, "time_zone", Sql.text(wanted.zone()), why));
        }
    }

    /** Errors that are skipped can only be told of: that takes a restart to undo. */
    private static void addStrictness(ServerFacts replica, List<SyncStep> work) {
        for (String variable : ErrorTolerance.EXEC_MODES) {
            if (replica.variable(variable).equals("IDEMPOTENT")) {
                work.add(
                        setVariable(
                                replica,
                                variable,
                                "'STRICT'",
                                "so that it does not go on over rows that differ"));
                return;
            }
        }
    }

    private void addServerId(ServerFacts server, List<SyncStep> work) {
        Long id = newIds.get(server.name());
        if (id != null) {
            String why =
                    server.serverId() == 0
                            ? "since it has none"
                            : "since " + server.serverId() + " is another server's too";
            work.add(setVariable(server, "server_id", id.toString(), why));
        }
    }

    private static SyncStep setVariable(
            ServerFacts server, String variable, String value, String why) {
        String advice = "put " + variable + "=" + value + " into " + server.dialect().optionFile();
        return new SyncStep.SetVariable(variable, value, server.dialect().persists(), why, advice);
    }

    private static boolean needsReadOnly(ServerFacts replica, List<SyncStep> work) {
        return !replica.fullyReadOnly()
                || work.stream()
                        .anyMatch(step -> step.seeds() || step instanceof SyncStep.DisableEvents);
    }

    /** Accounts that end with the copy; the login that is used is replaced, not lost. */
    private List<String> lostAccounts(ServerFacts replica) {
        return replica.accounts().stream()
                .filter(account -> !primary.accounts().contains(account))
                .filter(account -> !isLogin(replica, account))
                .map(account -> "account " + account)
                .toList();
    }

    private static boolean isLogin(ServerFacts replica, String account) {
        return account.startsWith(replica.server().credentials().user() + "@");
    }
}
