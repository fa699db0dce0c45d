package io.dbmanager.sync.plan;

import io.dbmanager.sync.inspect.GtidMode;
import io.dbmanager.sync.inspect.ServerFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether replication goes by GTIDs, or by file and offset.
 *
 * <p>GTIDs are switched on where that lasts: MySQL 8 and later, whose setting outlives a restart.
 * MySQL 5.7 would come back from its next restart without them, and what clients write before they
 * are on again could not be replicated; so there file and offset serve, unless its option file has
 * switched GTIDs on. They are not switched on either while the primary serves replicas that are not
 * ours: those would break if theirs are off.
 *
 * @param gtids whether they are used once the plan is done
 * @param toEnable servers on which they must be switched on first, the primary first
 * @param note why they are not used, for people; empty when they are
 */
record GtidChoice(boolean gtids, List<String> toEnable, String note) {
    static GtidChoice of(ServerFacts primary, List<ServerFacts> replicas) {
        if (primary.version().isMariaDb()) {
            return new GtidChoice(true, List.of(), "");
        }
        if (primary.gtidMode() != GtidMode.ON) {
            String obstacle = obstacle(primary, replicas);
            if (!obstacle.isEmpty()) {
                return new GtidChoice(false, List.of(), obstacle);
            }
        }
        List<String> toEnable = new ArrayList<>();
        if (primary.gtidMode() != GtidMode.ON) {
            toEnable.add(primary.name());
        }
        replicas.stream()
                .filter(replica -> !replica.version().isMariaDb())
                .filter(replica -> replica.gtidMode() != GtidMode.ON)
                .forEach(replica -> toEnable.add(replica.name()));
        return new GtidChoice(true, toEnable, "");
    }

    private static String obstacle(ServerFacts primary, List<ServerFacts> replicas) {
        if (!primary.dialect().persists()) {
            return "GTIDs stay off, since "
                    + primary.version().display()
                    + " would forget them at its next restart: put gtid_mode=ON and"
                    + " enforce_gtid_consistency=ON into "
                    + primary.dialect().optionFile()
                    + " to have them";
        }
        Set<Long> ours =
                replicas.stream()
                        .filter(replica -> replica.channel().isPresent())
                        .map(ServerFacts::serverId)
                        .collect(Collectors.toSet());
        List<Long> strangers =
                primary.connectedReplicas().stream().filter(id -> !ours.contains(id)).toList();
        return strangers.isEmpty()
                ? ""
                : "GTIDs stay off, since replicas that are not known here depend on the primary"
                        + " (server ids "
                        + strangers.stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + ")";
    }
}
