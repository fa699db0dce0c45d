package io.dbmanager.proxy;

import java.util.Map;

/**
 * The proxy's counters at one moment.
 *
 * @param clients connected now
 * @param readsTotal statements answered by replicas
 * @param writesTotal statements sent to the primary
 * @param servers by server name
 * @param routeReasons how many statements were routed for each reason
 */
public record ProxyStats(
        int clients,
        long readsTotal,
        long writesTotal,
        Map<String, ServerStats> servers,
        Map<String, Long> routeReasons) {

    public ProxyStats {
        servers = Map.copyOf(servers);
        routeReasons = Map.copyOf(routeReasons);
    }

    /** Connections of the proxy to one server, and what they have carried. */
    public record ServerStats(
            int connectionsUsed, int connectionsIdle, long readsTotal, long writesTotal) {}
}
