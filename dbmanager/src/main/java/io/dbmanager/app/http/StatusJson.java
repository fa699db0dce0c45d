package io.dbmanager.app.http;

import io.dbmanager.common.Finding;
import io.dbmanager.common.Lag;
import io.dbmanager.common.Position;
import io.dbmanager.common.PrimaryStatus;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.ServerVersion;
import io.dbmanager.common.TopologyEvent;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxyStats;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The body of {@code /status}: a pure function of what is known. What is unknown is null there. */
final class StatusJson {
    private static final JsonMapper JSON = JsonMapper.shared();

    private StatusJson() {}

    /**
     * @param proxyAddress where clients connect
     */
    record ProcessFacts(String version, Duration uptime, String proxyAddress) {}

    /**
     * @param verifying how far comparisons under way have come, by replica
     */
    static ObjectNode render(
            TopologySnapshot snapshot,
            ProxyStats proxy,
            Map<String, SeedProgress> verifying,
            ProcessFacts process) {
        ObjectNode json = JSON.createObjectNode();
        json.put("state", snapshot.health().word());
        json.put("version", process.version());
        json.put("uptime_seconds", seconds(process.uptime()));
        json.put("epoch", snapshot.epoch());
        json.set("primary", primary(snapshot.primary()));
        ArrayNode replicas = json.putArray("replicas");
        for (ReplicaStatus replica : snapshot.replicas()) {
            SeedProgress comparison = verifying.get(replica.name());
            replicas.add(
                    replica(replica, proxy)
                            .set("verify", comparison == null ? null : seed(comparison)));
        }
        ArrayNode needsResync = json.putArray("needs_resync");
        snapshot.needsResync().forEach(needsResync::add);
        json.set("proxy", proxy(proxy, process));
        ArrayNode events = json.putArray("last_events");
        snapshot.lastEvents().forEach(event -> events.add(event(event)));
        return json;
    }

    private static ObjectNode primary(PrimaryStatus primary) {
        ObjectNode json = JSON.createObjectNode();
        json.put("name", primary.name());
        json.put("address", primary.address().toString());
        json.put("reachable", primary.reachable());
        json.put("server_version", text(primary.version().map(ServerVersion::text)));
        json.put("server_uuid", text(primary.serverUuid()));
        json.put("position", position(primary.position()));
        return json;
    }

    private static ObjectNode replica(ReplicaStatus replica, ProxyStats proxy) {
        ObjectNode json = JSON.createObjectNode();
        ProxyStats.ServerStats carried = proxy.servers().get(replica.name());
        json.put("name", replica.name());
        json.put("address", replica.address().toString());
        json.put("state", replica.state().word());
        json.put(
                "needs_resync",
                switch (replica.state()) {
                    case NEEDS_RESYNC -> true;
                    case WAITING,
                            SEEDING,
                            CATCHING_UP,
                            REPLICATING,
                            LAGGING,
                            STOPPED,
                            UNREACHABLE ->
                            false;
                });
        json.put("reason", text(replica.reason()));
        json.put("lag_seconds", lag(replica.lag()));
        json.put("position", position(replica.position()));
        json.put("errant", replica.errant());
        json.put("io_running", replica.ioRunning());
        json.put("sql_running", replica.sqlRunning());
        json.put("last_error", text(replica.lastError()));
        json.put("takes_reads", replica.takesReads());
        json.put("reads_total", carried == null ? 0 : carried.readsTotal());
        json.set("seed", replica.seed().map(StatusJson::seed).orElse(null));
        ArrayNode findings = json.putArray("findings");
        replica.findings().forEach(finding -> findings.add(finding(finding)));
        return json;
    }

    private static ObjectNode finding(Finding finding) {
        ObjectNode json = JSON.createObjectNode();
        json.put("id", finding.kind().id());
        json.put("detail", finding.detail());
        json.put("page", finding.kind().page());
        return json;
    }

    private static ObjectNode seed(SeedProgress seed) {
        ObjectNode json = JSON.createObjectNode();
        json.put("method", seed.method());
        json.put("rows_done", seed.rowsDone());
        json.put("rows_total", seed.rowsTotal());
        json.put("bytes_done", seed.bytesDone());
        json.put("eta_seconds", seed.eta().map(StatusJson::seconds).orElse(null));
        json.put("slowed", seed.slowed().orElse(null));
        return json;
    }

    private static ObjectNode proxy(ProxyStats stats, ProcessFacts process) {
        ObjectNode json = JSON.createObjectNode();
        json.put("address", process.proxyAddress());
        json.put("clients", stats.clients());
        json.put("reads_total", stats.readsTotal());
        json.put("writes_total", stats.writesTotal());
        return json;
    }

    private static ObjectNode event(TopologyEvent event) {
        ObjectNode json = JSON.createObjectNode();
        json.put("at", event.at().toString());
        json.put("server", event.server());
        json.put("event", event.event());
        json.put("detail", event.detail());
        return json;
    }

    private static @Nullable Double lag(Lag lag) {
        return switch (lag) {
            case Lag.Known(Duration behind) -> seconds(behind);
            case Lag.Unknown _ -> null;
        };
    }

    private static @Nullable String position(Position position) {
        return switch (position) {
            case Position.Gtids gtids -> gtids.toString();
            case Position.FileOffset place -> place.toString();
            case Position.Unknown _ -> null;
        };
    }

    private static @Nullable String text(Optional<String> text) {
        return text.orElse(null);
    }

    /** With milliseconds. */
    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
