package io.dbmanager.app.http;

import io.dbmanager.app.Version;
import io.dbmanager.app.settings.HttpSettings;
import io.dbmanager.common.Secret;
import io.dbmanager.common.Topology;
import io.dbmanager.proxy.ProxyStats;
import io.dbmanager.sync.ActionAnswer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every path, with what answers it. */
public final class Endpoints {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Topology topology;
    private final Supplier<ProxyStats> proxy;
    private final Supplier<String> proxyAddress;
    private final Readiness readiness;
    private final Actions actions;
    private final Meters meters;
    private final Clock clock;
    private final Instant startedAt;
    private final Page page = Page.load();

    public Endpoints(
            Topology topology,
            Supplier<ProxyStats> proxy,
            Supplier<String> proxyAddress,
            Readiness readiness,
            Actions actions,
            Meters meters,
            Clock clock) {
        this.topology = topology;
        this.proxy = proxy;
        this.proxyAddress = proxyAddress;
        this.readiness = readiness;
        this.actions = actions;
        this.meters = meters;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    /** A server for these, not listening yet. */
    public HttpServer server(HttpSettings settings, Secret token) {
        Router router =
                new Router(token)
                        .get("/", _ -> page.response())
                        .get("/status", _ -> status())
                        .get("/healthz", _ -> healthz())
                        .get("/readyz", _ -> readyz())
                        .get("/metrics", _ -> metrics())
                        .post("/replicas/{name}/resync", this::resync)
                        .post("/verify", this::verify)
                        .post("/rotate-password", this::rotatePassword);
        return new HttpServer(settings, router);
    }

    private Response status() {
        Duration uptime = Duration.between(startedAt, clock.instant());
        return Response.json(
                200,
                StatusJson.render(
                        topology.current(),
                        proxy.get(),
                        actions.verifying(),
                        new StatusJson.ProcessFacts(Version.TEXT, uptime, proxyAddress.get())));
    }

    private static Response healthz() {
        return Response.json(200, JSON.createObjectNode().put("status", "ok"));
    }

    private Response readyz() {
        Optional<String> problem = readiness.problem();
        return problem.map(reason -> Response.error(503, reason))
                .orElseGet(
                        () -> Response.json(200, JSON.createObjectNode().put("status", "ready")));
    }

    private Response metrics() {
        return Response.text(200, Meters.CONTENT_TYPE, meters.scrape());
    }

    private Response resync(Request request) {
        String name = request.variables().getFirst();
        try {
            boolean overwrite = consent(request);
            return answer(actions.resync(name, overwrite));
        } catch (IllegalArgumentException e) {
            return Response.error(400, String.valueOf(e.getMessage()));
        }
    }

    private Response verify(Request request) {
        try {
            JsonNode name = body(request).path("replica");
            return answer(
                    actions.verify(
                            name.isString()
                                    ? Optional.of(name.asString())
                                    : Optional.ofNullable(request.query().get("replica"))));
        } catch (IllegalArgumentException e) {
            return Response.error(400, String.valueOf(e.getMessage()));
        }
    }

    private Response rotatePassword(Request request) {
        try {
            JsonNode password = body(request).path("password");
            if (!password.isString() && !password.isMissingNode()) {
                throw new IllegalArgumentException("'password' is no text");
            }
            return answer(
                    actions.rotatePassword(
                            password.isString()
                                    ? Optional.of(Secret.of(password.asString()))
                                    : Optional.empty()));
        } catch (IllegalArgumentException e) {
            return Response.error(400, String.valueOf(e.getMessage()));
        }
    }

    private static boolean consent(Request request) {
        JsonNode asked = body(request).path("overwrite");
        if (asked.isBoolean()) {
            return asked.asBoolean();
        }
        if (!asked.isMissingNode()) {
            throw new IllegalArgumentException("'overwrite' is neither true nor false");
        }
        return switch (request.query().getOrDefault("overwrite", "false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'overwrite' is neither true nor false");
        };
    }

    /** The JSON object that was sent, empty for none. */
    private static JsonNode body(Request request) {
        if (request.body().isBlank()) {
            return JSON.createObjectNode();
        }
        try {
            JsonNode body = JSON.readTree(request.body());
            if (body.isObject()) {
                return body;
            }
        } catch (JacksonException _) {
            throw new IllegalArgumentException("the body is not valid JSON");
        }
        throw new IllegalArgumentException("the body is not a JSON object");
    }

    private static Response answer(ActionAnswer answer) {
        return switch (answer) {
            case ActionAnswer.Accepted(String plan) ->
                    Response.json(202, JSON.createObjectNode().put("plan", plan));
            case ActionAnswer.UnknownReplica(String name) ->
                    Response.error(404, "there is no replica named " + name);
            case ActionAnswer.Busy(String detail) -> Response.error(409, detail);
            case ActionAnswer.Refused(String reason, boolean wouldLoseData) ->
                    Response.json(
                            409,
                            JSON.createObjectNode()
                                    .put("error", reason)
                                    .put("would_lose_data", wouldLoseData));
        };
    }
}
