package io.dbmanager.proxy.route;

import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.sql.Statement;

/** Decides where a statement runs. */
public final class RoutingPolicy {
    private RoutingPolicy() {}

    /**
     * @param turn counts up by one with each statement routed, so that replicas take turns
     */
    public static Route route(
            Statement statement, SessionView session, TopologySnapshot topology, int turn) {
        return new Route.ToPrimary(statement.reason());
    }
}
