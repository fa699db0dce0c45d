package io.dbmanager.proxy.session;

import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.route.Route;
import io.dbmanager.proxy.route.RoutingPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a session's jobs go: what the {@link RoutingPolicy} says, but for what replicas have said
 * of such statements before, and without replicas that have just failed.
 */
final class RouteChoice {
    /** A replica that could not be used is left alone this long. */
    private static final long SHUNNED_NANOS = 1_000_000_000L;

    private static final String LEARNED = "looks like a read, but a replica refused it before";

    private final SessionContext proxy;
    private final SessionFacts facts;
    private final Map<String, Long> shunned = new HashMap<>();
    private int turn;

    /**
     * @param firstTurn sessions with different ones begin at different replicas
     */
    RouteChoice(SessionContext proxy, SessionFacts facts, int firstTurn) {
        this.proxy = proxy;
        this.facts = facts;
        this.turn = firstTurn;
    }

    /** Where a statement goes that is about to run; the next one goes to the next replica. */
    Route next(Job job) {
        return choose(job, turn++);
    }

    /** Where a statement would run, without its running. */
    Route would(Job job) {
        return choose(job, turn);
    }

    private Route choose(Job job, int turnNow) {
        Route route = RoutingPolicy.route(job.statement(), facts, usable(job), turnNow);
        boolean learned =
                route instanceof Route.ToReplica
                        && facts.readOnlyTransactionOn() == null
                        && proxy.misjudged().knows(job, facts.sqlContext());
        if (learned) {
            job.misjudged();
            return new Route.ToPrimary(LEARNED);
        }
        return route;
    }

    /** Leaves a replica alone for a moment. */
    void shun(String replica) {
        shunned.put(replica, System.nanoTime() + SHUNNED_NANOS);
    }

    /** The topology with the replicas that have just failed this job or session out of reach. */
    private TopologySnapshot usable(Job job) {
        TopologySnapshot all = job.topology();
        if (job.tried().isEmpty() && shunned.isEmpty()) {
            return all;
        }
        long now = System.nanoTime();
        shunned.values().removeIf(until -> until - now <= 0);
        List<ReplicaStatus> left =
                all.replicas().stream()
                        .map(r ->
                                job.tried().contains(r.name()) || shunned.containsKey(r.name())
                                        ? outOfReach(r)
                                        : r)
                        .toList();
        return new TopologySnapshot(
                all.observedAt(),
                all.version(),
                all.epoch(),
                all.started(),
                all.primary(),
                left,
                all.lastEvents());
    }

    private static ReplicaStatus outOfReach(ReplicaStatus replica) {
        return new ReplicaStatus(
                replica.name(),
                replica.address(),
                ReplicaState.UNREACHABLE,
                replica.reason(),
                replica.lag(),
                replica.position(),
                replica.errant(),
                replica.ioRunning(),
                replica.sqlRunning(),
                replica.lastError(),
                false,
                replica.heartbeatSeen(),
                replica.seed());
    }
}
