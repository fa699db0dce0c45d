package io.dbmanager.sync.plan;

import io.dbmanager.common.GtidSet;
import io.dbmanager.sync.inspect.BinlogState;
import io.dbmanager.sync.inspect.GtidMode;
import io.dbmanager.sync.inspect.ServerFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a replica holds and its primary does not. */
public final class Errant {
    private static final int NAMES_SHOWN = 5;

    private Errant() {}

    /**
     * The replica's transactions that the primary never had. The primary must have been looked at
     * after the replica, or what replicated in between would seem to be errant.
     */
    public static GtidSet transactions(ServerFacts primary, ServerFacts replica) {
        if (replica.version().isMariaDb()) {
            return mariaDb(
                    replica.replicaGtids(),
                    replica.binlogState(),
                    replica.serverId(),
                    primary.sourceGtids(),
                    primary.binlogState(),
                    primary.serverId());
        }
        return replica.replicaGtids().subtract(primary.sourceGtids());
    }

    /**
     * On MariaDB: what it applied beyond the primary, and what it wrote under its own id that the
     * primary does not know. A replica with the primary's id cannot be told from it.
     */
    public static GtidSet mariaDb(
            GtidSet applied,
            BinlogState replicaLog,
            long replicaId,
            GtidSet primaryHas,
            BinlogState primaryLog,
            long primaryId) {
        GtidSet beyond = applied.subtract(primaryHas);
        return replicaId == primaryId
                ? beyond
                : beyond.union(replicaLog.writtenBy(replicaId, primaryLog));
    }

    /**
     * What would be lost with the replica's data, as phrases; empty when it is known that all of it
     * is the primary's.
     */
    static List<String> losses(ServerFacts primary, ServerFacts replica) {
        List<String> losses = new ArrayList<>();
        GtidSet errant = transactions(primary, replica);
        if (!errant.isEmpty()) {
            losses.add("transactions that " + primary.name() + " never had: " + errant);
        } else if (isAhead(primary, replica)) {
            losses.add(
                    "what %s wrote until heartbeat %d, where %s is at heartbeat %d: it has gone back in time, as from a backup"
                            .formatted(
                                    primary.name(),
                                    replica.beat(),
                                    primary.name(),
                                    primary.beat()));
        } else if (!showsItsOwnWrites(replica)) {
            Set<String> tables = new TreeSet<>(replica.tableNames());
            tables.removeAll(primary.tableNames());
            if (!tables.isEmpty()) {
                losses.add("tables that " + primary.name() + " does not have: " + some(tables));
            }
        }
        return losses;
    }

    /** Replicas are looked at before their primary, so of one history they never have more. */
    static boolean isAhead(ServerFacts primary, ServerFacts replica) {
        return replica.history().isPresent()
                && replica.history().equals(primary.history())
                && replica.beat() > primary.beat();
    }

    /** Whether a write made on the replica itself would have left a GTID. */
    static boolean showsItsOwnWrites(ServerFacts replica) {
        return replica.binaryLog() && replica.gtidMode() == GtidMode.ON;
    }

    private static String some(Set<String> names) {
        List<String> shown = names.stream().limit(NAMES_SHOWN).toList();
        int more = names.size() - shown.size();
        return String.join(", ", shown) + (more > 0 ? " and " + more + " more" : "");
    }
}
