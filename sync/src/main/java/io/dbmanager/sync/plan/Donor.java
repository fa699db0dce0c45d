package io.dbmanager.sync.plan;

import io.dbmanager.common.FindingKind;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.sync.SyncSettings;
import io.dbmanager.sync.SyncSettings.CloneMode;
import io.dbmanager.sync.SyncSettings.CopyFrom;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.inspect.ServerFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which server copies are read from.
 *
 * @param why why it is this one, a phrase for people; empty where nobody asked for another
 */
public record Donor(String name, String why) {
    /**
     * Where copies may be read from.
     *
     * @param maxLag a replica further behind will not do
     * @param unfit what is known to be wrong with replicas, by name
     */
    public record Choice(CopyFrom from, Duration maxLag, Map<String, String> unfit) {
        public static final Choice PRIMARY = new Choice(CopyFrom.PRIMARY, Duration.ZERO, Map.of());

        public Choice {
            unfit = Map.copyOf(unfit);
        }

        /**
         * By what has been seen of the replicas lately.
         *
         * @param isBusy whether something is being done to a replica
         */
        public static Choice of(
                SyncSettings settings, List<ReplicaStatus> seen, Predicate<String> isBusy) {
            Map<String, String> unfit = new HashMap<>();
            for (ReplicaStatus replica : seen) {
                boolean looked = replica.state() != ReplicaState.WAITING;
                if (isBusy.test(replica.name())) {
                    unfit.put(replica.name(), "it is being worked on");
                } else if (looked && replica.state() != ReplicaState.REPLICATING) {
                    unfit.put(replica.name(), replica.reason().orElse(replica.state().word()));
                } else if (!replica.findings().isEmpty()) {
                    FindingKind kind = replica.findings().getFirst().kind();
                    unfit.put(replica.name(), "something is wrong with it (" + kind.id() + ")");
                }
            }
            return new Choice(settings.copyFrom(), settings.maxLag(), unfit);
        }
    }

    /**
     * Chooses: a replica that replicates and has nothing of its own, where that is wanted and its
     * place in the primary's history can be told; else the primary.
     *
     * @param copied names of replicas that are to be copied whatever they are
     */
    static Donor choose(
            ServerFacts primary,
            List<ServerFacts> replicas,
            Set<String> copied,
            GtidChoice gtids,
            Choice choice) {
        if (choice.from() == CopyFrom.PRIMARY) {
            return new Donor(primary.name(), "");
        }
        if (!gtids.gtids() || gtids.toEnable().contains(primary.name())) {
            return new Donor(
                    primary.name(),
                    "since without GTIDs a replica does not tell its place in the primary's history");
        }
        List<String> obstacles = new ArrayList<>();
        for (ServerFacts replica : replicas) {
            if (copied.contains(replica.name()) || !isInPlace(primary, replica)) {
                continue;
            }
            Optional<String> obstacle =
                    gtids.toEnable().contains(replica.name())
                            ? Optional.of("it has no GTIDs yet")
                            : obstacle(primary, replica, choice);
            if (obstacle.isEmpty()) {
                return new Donor(
                        replica.name(), "a healthy replica, so that the primary is spared");
            }
            obstacles.add(replica.name() + ": " + obstacle.get());
        }
        return new Donor(
                primary.name(),
                obstacles.isEmpty()
                        ? "since there is no other replica"
                        : "since no replica will do: " + String.join("; ", obstacles));
    }

    /** Whether nothing is to be done to it but settings. */
    private static boolean isInPlace(ServerFacts primary, ServerFacts replica) {
        return replica.channels().size() == 1
                && new ReplicaLadder(primary, replica, true, false, CloneMode.NEVER).rung()
                        instanceof ReplicaLadder.Rung.Keep;
    }

    private static Optional<String> obstacle(
            ServerFacts primary, ServerFacts replica, Choice choice) {
        String unfit = choice.unfit().get(replica.name());
        if (unfit != null) {
            return Optional.of(unfit);
        }
        ChannelStatus channel = replica.channels().getFirst();
        boolean isClose =
                channel.running()
                        && channel.delay() == 0
                        && channel.secondsBehind()
                                .filter(seconds -> seconds <= choice.maxLag().toSeconds())
                                .isPresent();
        if (!isClose) {
            return Optional.of("it does not follow the primary closely");
        }
        if (!channel.autoPosition()) {
            return Optional.of("it does not replicate by GTIDs");
        }
        if (!replica.fullyReadOnly()) {
            return Optional.of("it lets writers in");
        }
        if (replica.version().major() != primary.version().major()
                || replica.version().minor() != primary.version().minor()) {
            return Optional.of("it is of another series than the primary");
        }
        return Optional.empty();
    }
}
