package io.dbmanager.proxy.session;

import io.dbmanager.common.Flavour;
import io.dbmanager.common.GtidSet;
import io.dbmanager.common.Position;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxySettings.Consistency;
import io.dbmanager.proxy.route.Requirement;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** What the session's reads must see, and which replicas are known to have it. */
final class Freshness {
    /** After so many writes what all replicas have is taken out again. */
    private static final int TIDY_EVERY = 32;

    private final Consistency consistency;
    private final SharedPosition shared;
    private final Flavour flavour;
    private final Map<String, Long> knownVersions = new HashMap<>();
    private Requirement own = Requirement.NOTHING;
    private long ownVersion;

    Freshness(Consistency consistency, SharedPosition shared, Flavour flavour) {
        this.consistency = consistency;
        this.shared = shared;
        this.flavour = flavour;
    }

    Requirement required() {
        return switch (consistency) {
            case EVENTUAL -> Requirement.NOTHING;
            case SESSION -> own;
            case GLOBAL -> shared.current().requirement();
        };
    }

    /** Rises whenever more is required. */
    long version() {
        return consistency == Consistency.GLOBAL ? shared.current().version() : ownVersion;
    }

    /** The session committed these transactions on the primary. */
    void committed(String gtids, TopologySnapshot topology) {
        if (consistency != Consistency.EVENTUAL && !gtids.isEmpty()) {
            GtidSet set = GtidSet.parse(flavour, gtids);
            add(before -> plus(before, set), topology);
        }
    }

    private static Requirement plus(Requirement before, GtidSet more) {
        return switch (before) {
            case Requirement.Nothing() -> new Requirement.Gtids(more);
            case Requirement.Gtids(GtidSet set) -> new Requirement.Gtids(set.union(more));
            case Requirement.WrittenAt(Instant at) -> new Requirement.GtidsAndWrittenAt(more, at);
            case Requirement.GtidsAndWrittenAt(GtidSet set, Instant at) ->
                    new Requirement.GtidsAndWrittenAt(set.union(more), at);
        };
    }

    private static Requirement plus(Requirement before, Instant later) {
        return switch (before) {
            case Requirement.Nothing(), Requirement.WrittenAt(_) ->
                    new Requirement.WrittenAt(later);
            case Requirement.Gtids(GtidSet set) -> new Requirement.GtidsAndWrittenAt(set, later);
            case Requirement.GtidsAndWrittenAt(GtidSet set, _) ->
                    new Requirement.GtidsAndWrittenAt(set, later);
        };
    }

    /** The session wrote something of which no GTID is known. */
    void wroteAt(Instant at, TopologySnapshot topology) {
        if (consistency != Consistency.EVENTUAL) {
            add(before -> plus(before, at), topology);
        }
    }

    private void add(
            java.util.function.UnaryOperator<Requirement> write, TopologySnapshot topology) {
        ownVersion++;
        own = write.apply(own);
        if (ownVersion % TIDY_EVERY == 0) {
            own = missing(own, topology);
        }
        if (consistency == Consistency.GLOBAL) {
            boolean tidy = shared.current().version() % TIDY_EVERY == 0;
            shared.add(
                    before -> tidy ? missing(write.apply(before), topology) : write.apply(before));
        }
    }

    /** What at least one of the replicas that take reads has not got, so that sets stay small. */
    private static Requirement missing(Requirement required, TopologySnapshot topology) {
        if (topology.replicas().isEmpty()) {
            return required;
        }
        return switch (required) {
            case Requirement.Nothing(), Requirement.WrittenAt(_) -> required;
            case Requirement.Gtids(GtidSet set) -> {
                GtidSet left = missing(set, topology);
                yield left.isEmpty() ? Requirement.NOTHING : new Requirement.Gtids(left);
            }
            case Requirement.GtidsAndWrittenAt(GtidSet set, Instant at) -> {
                boolean seen =
                        topology.replicas().stream()
                                .allMatch(r -> r.heartbeatSeen().filter(at::isBefore).isPresent());
                yield seen
                        ? missing(new Requirement.Gtids(set), topology)
                        : new Requirement.GtidsAndWrittenAt(missing(set, topology), at);
            }
        };
    }

    private static GtidSet missing(GtidSet set, TopologySnapshot topology) {
        GtidSet left = set.subtract(set);
        for (ReplicaStatus replica : topology.replicas()) {
            left =
                    replica.position() instanceof Position.Gtids(GtidSet has)
                            ? left.union(set.subtract(has))
                            : set;
        }
        return left;
    }

    /** A wait on this replica for what was required at {@code version} has ended well. */
    void arrived(String replica, long version) {
        knownVersions.put(replica, version);
    }

    boolean knownToHave(String replica) {
        return knownVersions.getOrDefault(replica, -1L) == version();
    }
}
