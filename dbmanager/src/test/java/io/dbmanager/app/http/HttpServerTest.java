package io.dbmanager.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmanager.app.settings.HttpSettings;
import io.dbmanager.common.Credentials;
import io.dbmanager.common.Secret;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxyStats;
import io.dbmanager.sync.ActionAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HttpServerTest {
    private static final String TOKEN = "the-token-of-this-test";

    private final Services services =
            new Services(spec("dbwrite", 1), List.of(spec("dbread1", 2), spec("dbread2", 3)));
    private final Topology topology =
            new Topology(TopologySnapshot.starting(services, Clock.systemUTC().instant()));
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private Optional<String> notReady = Optional.empty();
    private HttpServer server = newServer(8);
    private InetSocketAddress address = new InetSocketAddress(0);

    @BeforeEach
    void start() throws IOException {
        address = server.start();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static ServerSpec spec(String name, int port) {
        return new ServerSpec(
                name, new ServerAddress("127.0.0.1", port), Credentials.of("root", "hush"));
    }

    private HttpServer newServer(int maxConnections) {
        Actions actions =
                new Actions() {
                    @Override
                    public ActionAnswer resync(String replica, boolean overwrite) {
                        asked.add(replica + " " + overwrite);
                        return switch (replica) {
                            case "dbread1" -> new ActionAnswer.Accepted("copy it");
                            case "dbread2" -> new ActionAnswer.Busy("it is being copied");
                            default -> new ActionAnswer.UnknownReplica(replica);
                        };
                    }

                    @Override
                    public ActionAnswer verify(Optional<String> replica) {
                        asked.add("verify " + replica.orElse("all"));
                        return new ActionAnswer.Refused("the primary is away");
                    }

                    @Override
                    public ActionAnswer rotatePassword(Optional<Secret> password) {
                        asked.add("rotate " + password.map(Secret::reveal).orElse("made up"));
                        return new ActionAnswer.Accepted("change it");
                    }

                    @Override
                    public Map<String, SeedProgress> verifying() {
                        return Map.of(
                                "dbread1",
                                new SeedProgress(
                                        "verify", 10, 40, 512, Optional.of(Duration.ofSeconds(3))));
                    }
                };
        ProxyStats stats =
                new ProxyStats(
                        2,
                        30,
                        4,
                        Map.of("dbread1", new ProxyStats.ServerStats(1, 2, 30, 0)),
                        Map.of("a plain read", 30L));
        Endpoints endpoints =
                new Endpoints(
                        topology,
                        () -> stats,
                        () -> "127.0.0.1:3307",
                        () -> notReady,
                        actions,
                        new Meters(topology, () -> stats),
                        Clock.systemUTC());
        HttpSettings settings =
                new HttpSettings(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Optional.empty(),
                        maxConnections,
                        1000,
                        Duration.ofMillis(700));
        return endpoints.server(settings, Secret.of(TOKEN));
    }

    @Test
    void tellsTheStatusWithExactlyTheseFields() throws Exception {
        HttpResponse<String> answer = get("/status");

        JsonNode json = json(answer);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(fields(json))
                .containsExactly(
                        "state",
                        "version",
                        "uptime_seconds",
                        "epoch",
                        "primary",
                        "replicas",
                        "needs_resync",
                        "proxy",
                        "last_events");
        assertThat(fields(json.path("primary")))
                .containsExactly(
                        "name",
                        "address",
                        "reachable",
                        "server_version",
                        "server_uuid",
                        "position");
        assertThat(fields(json.path("replicas").path(0)))
                .containsExactly(
                        "name",
                        "address",
                        "state",
                        "needs_resync",
                        "reason",
                        "lag_seconds",
                        "position",
                        "errant",
                        "io_running",
                        "sql_running",
                        "last_error",
                        "takes_reads",
                        "reads_total",
                        "seed",
                        "findings",
                        "verify");
        assertThat(fields(json.path("proxy")))
                .containsExactly("address", "clients", "reads_total", "writes_total");
        assertThat(json.path("state").asString()).isEqualTo("starting");
        assertThat(json.path("replicas").path(0).path("lag_seconds").isNull()).isTrue();
        assertThat(json.path("replicas").path(0).path("reads_total").asInt()).isEqualTo(30);
        assertThat(answer.body()).doesNotContain("hush").doesNotContain(TOKEN);
    }

    @Test
    void tellsWhetherThePrimaryTakesWrites() throws Exception {
        assertThat(get("/readyz").statusCode()).isEqualTo(200);

        notReady = Optional.of("the primary is read-only");
        HttpResponse<String> answer = get("/readyz");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(json(answer).path("error").asString()).isEqualTo("the primary is read-only");
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void writesMetricsThatSurviveAGarbageCollection() throws Exception {
        System.gc();

        HttpResponse<String> answer = get("/metrics");

        assertThat(answer.headers().firstValue("content-type").orElse(""))
                .startsWith("text/plain; version=0.0.4");
        assertThat(answer.body())
                .contains("dbmanager_proxy_reads_total 30.0")
                .contains("dbmanager_proxy_routed_total{reason=\"a plain read\"} 30.0")
                .contains("dbmanager_replica_lag_seconds{replica=\"dbread1\"} NaN")
                .contains("dbmanager_health{state=\"starting\"} 1.0");
    }

    @Test
    void servesAPageThatNeedsNothingElse() throws Exception {
        HttpResponse<String> answer = get("/");

        assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
                .contains("default-src 'none'")
                .contains("script-src 'sha256-")
                .doesNotContain("unsafe");
        assertThat(answer.body())
                .doesNotContain("/*STYLE*/", "/*SCRIPT*/", "src=\"http", "href=\"http", "@import");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/replicas/dbread1/resync | | 202 | dbread1 false",
                "/replicas/dbread1/resync | {\"overwrite\": true} | 202 | dbread1 true",
                "/replicas/dbread1/resync?overwrite=true | | 202 | dbread1 true",
                "/replicas/dbread2/resync | | 409 | dbread2 false",
                "/replicas/other/resync | | 404 | other false",
                "/verify | | 409 | verify all",
                "/verify | {\"replica\": \"dbread1\"} | 409 | verify dbread1",
                "/rotate-password | | 202 | rotate made up",
                "/rotate-password | {\"password\": \"Next-1\"} | 202 | rotate Next-1",
            })
    void asksForActions(String path, String body, int status, String call) throws Exception {
        HttpResponse<String> answer =
                post(path, body == null ? "" : body, Optional.of("Bearer " + TOKEN));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json(answer).has(status == 202 ? "plan" : "error")).isTrue();
        assertThat(asked).containsExactly(call);
    }

    @ParameterizedTest
    @CsvSource({
        ", 401",
        "Basic abc, 401",
        "Bearer, 401",
        "Bearer wrong, 403",
        "bearer the-token-of-this-tesT, 403",
    })
    void doesNothingWithoutTheToken(String authorization, int status) throws Exception {
        HttpResponse<String> answer =
                post("/replicas/dbread1/resync", "", Optional.ofNullable(authorization));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json(answer).path("error").asString()).isNotEmpty();
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "\"x\"", "{\"overwrite\": \"yes\"}"})
    void refusesABodyThatIsNone(String body) throws Exception {
        HttpResponse<String> answer =
                post("/replicas/dbread1/resync", body, Optional.of("Bearer " + TOKEN));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nothing, 404",
        "POST, /status, 405",
        "DELETE, /, 405",
        "GET, /verify, 405",
        "PUT, /replicas/dbread1/resync, 405",
        "GET, /replicas, 404",
    })
    void answersWrongPathsAndMethodsInJson(String method, String path, int status)
            throws Exception {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(uri(path))
                                .method(method, BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json(answer).path("error").asString()).isNotEmpty();
        assertThat(answer.headers().firstValue("allow").isPresent()).isEqualTo(status == 405);
    }

    @Test
    void refusesABodyThatIsTooLarge() throws Exception {
        HttpResponse<String> answer =
                post("/verify", "x".repeat(1001), Optional.of("Bearer " + TOKEN));

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(json(answer).path("error").asString()).contains("1000 bytes");
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(uri("/status")).HEAD().build(),
                        BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValueAsLong("content-length").orElse(0)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rubbish\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"})
    void answersRubbishWith400(String bytes) throws Exception {
        assertThat(exchange(bytes)).startsWith("HTTP/1.1 400").contains("\"error\"");
    }

    @Test
    void answersRequestsInTheOrderTheyCame() throws Exception {
        String next = "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n";

        String answers =
                exchange(
                        next.formatted("/healthz", "")
                                + next.formatted("/nothing", "")
                                + next.formatted("/status", "Connection: close\r\n"));

        List<String> lines = answers.lines().filter(line -> line.startsWith("HTTP/1.1 ")).toList();
        assertThat(lines)
                .containsExactly("HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found", "HTTP/1.1 200 OK");
    }

    /** A body may come later than its header, as most clients send it. */
    @Test
    void waitsForABodyThatComesLater() throws Exception {
        try (Socket socket = connect()) {
            send(
                    socket,
                    "POST /verify HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n"
                            + "Authorization: Bearer "
                            + TOKEN
                            + "\r\n\r\n{");
            assertThat(socket.getInputStream().available()).isZero();
            send(socket, "}");

            assertThat(read(socket)).startsWith("HTTP/1.1 409");
        }
    }

    @Test
    void closesAConnectionWhoseRequestDoesNotArrive() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "GET /status HT");

            assertThat(read(socket)).isEmpty();
        }
    }

    @Test
    void closesConnectionsBeyondTheLimit() throws Exception {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                Socket socket = connect();
                open.add(socket);
                send(socket, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
            try (Socket tooMany = connect()) {
                assertThat(read(tooMany)).isEmpty();
            }
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void saysInASentenceThatThePortIsTaken() {
        HttpSettings taken =
                new HttpSettings(address, Optional.empty(), 8, 1000, Duration.ofSeconds(1));
        HttpServer second = new HttpServer(taken, new Router(Secret.of(TOKEN)));
        try {
            assertThatThrownBy(second::start)
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "HTTP cannot listen on %s:%d: the port is taken by another program"
                                    .formatted(address.getHostString(), address.getPort()));
        } finally {
            second.close();
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + address.getPort() + path);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body, Optional<String> authorization)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body));
        authorization.ifPresent(text -> request.header("Authorization", text));
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("content-type").orElse(""))
                .startsWith("application/json");
        assertThat(answer.headers().firstValue("cache-control").orElse("")).isEqualTo("no-store");
        return JsonMapper.shared().readTree(answer.body());
    }

    private static List<String> fields(JsonNode node) {
        return List.copyOf(node.propertyNames());
    }

    private String exchange(String bytes) throws IOException {
        try (Socket socket = connect()) {
            send(socket, bytes);
            return read(socket);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    /** Everything until the other side closes. */
    private static String read(Socket socket) throws IOException {
        try (InputStream in = socket.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
