package io.dbmanager.app.http;

import io.dbmanager.common.FindingKind;
import io.dbmanager.common.Lag;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxyStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Every meter, by name, with its help text. */
public final class Meters implements AutoCloseable {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final String PRIMARY_UP = "dbmanager.primary.up";
    private static final String EPOCH = "dbmanager.epoch";
    private static final String HEALTH = "dbmanager.health";
    private static final String REPLICA_STATE = "dbmanager.replica.state";
    private static final String REPLICA_LAG = "dbmanager.replica.lag.seconds";
    private static final String REPLICA_TAKES_READS = "dbmanager.replica.takes.reads";
    private static final String REPLICA_NEEDS_RESYNC = "dbmanager.replica.needs.resync";
    private static final String REPLICA_FINDING = "dbmanager.replica.finding";
    private static final String SEED_ROWS = "dbmanager.replica.seed.rows";
    private static final String PROXY_CLIENTS = "dbmanager.proxy.clients";
    private static final String PROXY_READS = "dbmanager.proxy.reads";
    private static final String PROXY_WRITES = "dbmanager.proxy.writes";
    private static final String PROXY_ROUTED = "dbmanager.proxy.routed";
    private static final String SERVER_READS = "dbmanager.proxy.server.reads";
    private static final String SERVER_WRITES = "dbmanager.proxy.server.writes";
    private static final String SERVER_USED = "dbmanager.proxy.server.connections.used";
    private static final String SERVER_IDLE = "dbmanager.proxy.server.connections.idle";

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Set<String> knownReasons = ConcurrentHashMap.newKeySet();
    private final Set<String> knownReplicas = new HashSet<>();
    private final Set<String> knownFindings = ConcurrentHashMap.newKeySet();
    private final Topology topology;
    private final Supplier<ProxyStats> proxy;

    public Meters(Topology topology, Supplier<ProxyStats> proxy) {
        this.topology = topology;
        this.proxy = proxy;
        process(registry);
        topology();
        proxy();
        server(topology.current().primary().name());
        follow();
    }

    /** The replicas that there are have meters, and those that were there before have none. */
    private synchronized void follow() {
        Set<String> now =
                topology.current().replicas().stream()
                        .map(ReplicaStatus::name)
                        .collect(Collectors.toSet());
        now.stream()
                .filter(knownReplicas::add)
                .forEach(name -> {
                    replica(name);
                    server(name);
                });
        Set<String> gone = new HashSet<>(knownReplicas);
        gone.removeAll(now);
        if (knownReplicas.removeAll(gone)) {
            registry.getMeters().stream()
                    .filter(meter ->
                            gone.contains(tag(meter, "replica"))
                                    || gone.contains(tag(meter, "server")))
                    .forEach(registry::remove);
        }
    }

    private static String tag(Meter meter, String name) {
        return Objects.requireNonNullElse(meter.getId().getTag(name), "");
    }

    /** The text that Prometheus reads. */
    String scrape() {
        follow();
        proxy.get().routeReasons().keySet().forEach(this::reason);
        topology.current()
                .replicas()
                .forEach(replica ->
                        replica.findings()
                                .forEach(finding -> finding(replica.name(), finding.kind())));
        return registry.scrape(CONTENT_TYPE);
    }

    private void process(MeterRegistry target) {
        new JvmMemoryMetrics().bindTo(target);
        new JvmThreadMetrics().bindTo(target);
        new ProcessorMetrics().bindTo(target);
        new UptimeMetrics().bindTo(target);
        gc.bindTo(target);
    }

    private void topology() {
        gauge(
                PRIMARY_UP,
                "1 while the primary answers.",
                () -> topology.current().primary().reachable() ? 1 : 0);
        gauge(
                EPOCH,
                "Rises by one each time another server becomes the primary.",
                () -> topology.current().epoch());
        for (TopologySnapshot.Health health : TopologySnapshot.Health.values()) {
            Gauge.builder(HEALTH, topology, t -> t.current().health() == health ? 1 : 0)
                    .description("1 for the state that all is in, 0 for the others.")
                    .tag("state", health.word())
                    .register(registry);
        }
    }

    private void replica(String name) {
        for (ReplicaState state : ReplicaState.values()) {
            replica(
                    REPLICA_STATE,
                    "1 for the state the replica is in, 0 for the others.",
                    name,
                    r -> r.state() == state ? 1 : 0,
                    "state",
                    state.word());
        }
        replica(
                REPLICA_LAG,
                "How far the replica is behind, by the heartbeat; NaN while unknown.",
                name,
                r -> lagSeconds(r.lag()));
        replica(
                REPLICA_TAKES_READS,
                "1 while the proxy sends reads to the replica.",
                name,
                r -> r.takesReads() ? 1 : 0);
        replica(
                REPLICA_NEEDS_RESYNC,
                "1 while the replica cannot go on from where it is.",
                name,
                r -> r.state() == ReplicaState.NEEDS_RESYNC ? 1 : 0);
        replica(
                SEED_ROWS,
                "Rows copied so far while the replica is being seeded; NaN otherwise.",
                name,
                r -> r.seed().map(seed -> (double) seed.rowsDone()).orElse(Double.NaN));
    }

    private void replica(
            String meter,
            String help,
            String name,
            ToDoubleFunction<ReplicaStatus> value,
            String... tags) {
        Gauge.builder(
                        meter,
                        topology,
                        t -> t.current().replica(name).map(value::applyAsDouble).orElse(Double.NaN))
                .description(help)
                .tag("replica", name)
                .tags(tags)
                .register(registry);
    }

    /** Those that have been there once: most never are. */
    private void finding(String name, FindingKind kind) {
        if (knownFindings.add(name + " " + kind.id())) {
            replica(
                    REPLICA_FINDING,
                    "1 while this is wrong with the replica; see docs/operating/findings.md.",
                    name,
                    r -> r.findings().stream().anyMatch(f -> f.kind() == kind) ? 1 : 0,
                    "finding",
                    kind.id());
        }
    }

    private static double lagSeconds(Lag lag) {
        return switch (lag) {
            case Lag.Known(Duration behind) -> behind.toMillis() / 1000.0;
            case Lag.Unknown _ -> Double.NaN;
        };
    }

    private void proxy() {
        gauge(PROXY_CLIENTS, "Clients connected now.", () -> proxy.get().clients());
        counter(PROXY_READS, "Statements answered by replicas.", () -> proxy.get().readsTotal());
        counter(PROXY_WRITES, "Statements sent to the primary.", () -> proxy.get().writesTotal());
    }

    private void server(String name) {
        String[] tags = {"server", name};
        counter(SERVER_READS, "Reads sent to the server.", () -> of(name).readsTotal(), tags);
        counter(SERVER_WRITES, "Writes sent to the server.", () -> of(name).writesTotal(), tags);
        gauge(
                SERVER_USED,
                "The proxy's connections to the server that sessions use.",
                () -> of(name).connectionsUsed(),
                tags);
        gauge(
                SERVER_IDLE,
                "The proxy's connections to the server that wait for use.",
                () -> of(name).connectionsIdle(),
                tags);
    }

    private ProxyStats.ServerStats of(String server) {
        ProxyStats.ServerStats stats = proxy.get().servers().get(server);
        return stats == null ? new ProxyStats.ServerStats(0, 0, 0, 0) : stats;
    }

    private void reason(String reason) {
        if (knownReasons.add(reason)) {
            counter(
                    PROXY_ROUTED,
                    "Statements by the reason for which they went where they went.",
                    () -> proxy.get().routeReasons().getOrDefault(reason, 0L),
                    "reason",
                    reason);
        }
    }

    private void gauge(String name, String help, Supplier<Number> value, String... tags) {
        Gauge.builder(name, value).description(help).tags(tags).register(registry);
    }

    private void counter(String name, String help, Supplier<Number> value, String... tags) {
        FunctionCounter.builder(name, this, _ -> value.get().doubleValue())
                .description(help)
                .tags(tags)
                .register(registry);
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
