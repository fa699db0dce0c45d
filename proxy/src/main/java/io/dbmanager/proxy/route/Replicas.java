package io.dbmanager.proxy.route;

import io.dbmanager.common.GtidSet;
import io.dbmanager.common.Position;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.route.Route.ToPrimary;
import io.dbmanager.proxy.route.Route.ToReplica;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which replica takes a read: one that has what the read must see, in turn. */
final class Replicas {
    private Replicas() {}

    /** How far a replica is from being able to answer. */
    private enum Readiness {
        READY,
        /** Would be, after a wait for transactions that its snapshot does not show yet. */
        AFTER_WAIT,
        NO
    }

    /** The next in turn among those that are ready, else among those worth waiting for. */
    static Route choose(TopologySnapshot topology, SessionView session, int turn, String why) {
        List<ReplicaStatus> replicas = topology.replicas();
        Requirement required = session.required();
        int ready = 0;
        int waiting = 0;
        int taking = 0;
        for (int i = 0; i < replicas.size(); i++) {
            ReplicaStatus replica = replicas.get(i);
            if (replica.takesReads()) {
                taking++;
                Readiness readiness = readiness(replica, required, session);
                ready += readiness == Readiness.READY ? 1 : 0;
                waiting += readiness == Readiness.AFTER_WAIT ? 1 : 0;
            }
        }
        if (ready > 0) {
            ReplicaStatus chosen =
                    nth(replicas, Math.floorMod(turn, ready), Readiness.READY, required, session);
            return new ToReplica(chosen.name(), why, null);
        }
        if (waiting > 0) {
            ReplicaStatus chosen =
                    nth(
                            replicas,
                            Math.floorMod(turn, waiting),
                            Readiness.AFTER_WAIT,
                            required,
                            session);
            return new ToReplica(chosen.name(), why, gtids(required));
        }
        return new ToPrimary(taking == 0 ? RouteReasons.NO_REPLICA : RouteReasons.NOT_FRESH);
    }

    private static ReplicaStatus nth(
            List<ReplicaStatus> replicas,
            int n,
            Readiness wanted,
            Requirement required,
            SessionView session) {
        int left = n;
        for (ReplicaStatus replica : replicas) {
            if (replica.takesReads()
                    && readiness(replica, required, session) == wanted
                    && left-- == 0) {
                return replica;
            }
        }
        throw new IllegalStateException("fewer replicas than were counted");
    }

    private static Readiness readiness(
            ReplicaStatus replica, Requirement required, SessionView session) {
        return switch (required) {
            case Requirement.Nothing() -> Readiness.READY;
            case Requirement.Gtids(GtidSet set) -> readiness(replica, set, session);
            case Requirement.WrittenAt(Instant at) ->
                    session.knownToHave(replica.name()) || isAfter(replica.heartbeatSeen(), at)
                            ? Readiness.READY
                            : Readiness.NO;
            case Requirement.GtidsAndWrittenAt(GtidSet set, Instant at) ->
                    isAfter(replica.heartbeatSeen(), at)
                            ? readiness(replica, set, session)
                            : Readiness.NO;
        };
    }

    private static Readiness readiness(ReplicaStatus replica, GtidSet set, SessionView session) {
        if (session.knownToHave(replica.name())) {
            return Readiness.READY;
        }
        return replica.position() instanceof Position.Gtids(GtidSet has)
                ? has.contains(set) ? Readiness.READY : Readiness.AFTER_WAIT
                : Readiness.NO;
    }

    private static boolean isAfter(Optional<Instant> heartbeat, Instant at) {
        return heartbeat.isPresent() && heartbeat.get().isAfter(at);
    }

    private static @Nullable GtidSet gtids(Requirement required) {
        return switch (required) {
            case Requirement.Gtids(GtidSet set) -> set;
            case Requirement.GtidsAndWrittenAt(GtidSet set, _) -> set;
            case Requirement.Nothing(), Requirement.WrittenAt(_) -> null;
        };
    }

    /** The server a hint names; the policy has seen that it exists. */
    static Route named(String name, TopologySnapshot topology, SessionView session) {
        return topology.primary().name().equals(name)
                ? new ToPrimary(RouteReasons.HINT_SERVER)
                : namedBecause(name, topology, session, RouteReasons.HINT_SERVER);
    }

    static Route namedBecause(
            String name, TopologySnapshot topology, SessionView session, String why) {
        Optional<ReplicaStatus> found = topology.replica(name);
        if (found.isEmpty() || !found.get().takesReads()) {
            return new ToPrimary(RouteReasons.HINTED_TAKES_NO_READS);
        }
        Requirement required = session.required();
        return switch (readiness(found.get(), required, session)) {
            case READY -> new ToReplica(name, why, null);
            case AFTER_WAIT -> new ToReplica(name, why, gtids(required));
            case NO -> new ToPrimary(RouteReasons.NOT_FRESH);
        };
    }

    /** A look at a server's own state needs no fresh data: one that lags or has stopped will do. */
    static Route inspect(String name, TopologySnapshot topology) {
        if (topology.primary().name().equals(name)) {
            return new ToPrimary(RouteReasons.HINT_SERVER);
        }
        Optional<ReplicaStatus> found = topology.replica(name);
        boolean reachable =
                found.isPresent()
                        && switch (found.get().state()) {
                            case CATCHING_UP, REPLICATING, LAGGING, STOPPED, NEEDS_RESYNC -> true;
                            case WAITING, SEEDING, UNREACHABLE -> false;
                        };
        return reachable
                ? new ToReplica(name, RouteReasons.HINT_SERVER, null)
                : new ToPrimary(RouteReasons.HINTED_TAKES_NO_READS);
    }
}
