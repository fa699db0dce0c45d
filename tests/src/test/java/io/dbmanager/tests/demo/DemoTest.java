package io.dbmanager.tests.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One demo for all tests of this class; the last one stops it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private Path folder = Path.of("");
    private Optional<StartsyncProcess> demo = Optional.empty();
    private String proxy = "";
    private String page = "";

    @BeforeAll
    void start(@TempDir Path folderOfAll) throws IOException {
        folder = folderOfAll;
        boolean platform =
                System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")
                        && System.getProperty("os.arch").matches("amd64|x86_64");
        assumeTrue(platform, "the demo's servers are built for Linux on x86-64");
        StartsyncProcess started =
                StartsyncProcess.start(
                        folder,
                        "--demo",
                        "--proxy-listen",
                        "127.0.0.1:0",
                        "--http-listen",
                        "127.0.0.1:0");
        demo = Optional.of(started);
        Matcher said = started.awaitSaid("Proxy on (\\S+), page on (http://\\S+)");
        proxy = said.group(1);
        page = said.group(2);
    }

    @AfterAll
    void stop() {
        client.close();
        demo.ifPresent(StartsyncProcess::close);
    }

    @Test
    @Order(1)
    void servesTheSampleDatabaseThroughTheProxy() throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(
                                "jdbc:mysql://" + proxy + "/shop", "demo", "demo");
                Statement statement = connection.createStatement()) {
            assertThat(number(statement, "SELECT COUNT(*) FROM orders")).isEqualTo(20_000);
            statement.executeUpdate(
                    "INSERT INTO orders (customer_id, product_id, quantity, ordered_at)"
                            + " VALUES (1, 1, 2, NOW())");
            assertThat(number(statement, "SELECT COUNT(*) FROM orders")).isEqualTo(20_001);
            try (ResultSet route =
                    statement.executeQuery("EXPLAIN ROUTE SELECT COUNT(*) FROM orders")) {
                assertThat(route.next()).isTrue();
                assertThat(route.getString("target")).isEqualTo("replica");
            }
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    @Test
    @Order(2)
    void saysOverHttpThatAllIsWell() throws Exception {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(get("/status").body()).contains("\"state\":\"healthy\""));
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        assertThat(get("/metrics").body())
                .contains("dbmanager_replica_takes_reads{replica=\"dbread1\"} 1.0");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(page + path)).build(), BodyHandlers.ofString());
    }

    @Test
    @Order(3)
    void showsTheServersOnThePage() throws Exception {
        Optional<Browser> browser = Browser.find();
        assumeTrue(browser.isPresent(), "no Chromium is installed");

        String dom = browser.get().dom(page, folder.resolve("profile"), 400);

        assertThat(dom)
                .contains("<h3>dbwrite</h3>", "<h3>dbread1</h3>", "<h3>dbread2</h3>")
                .contains("data-tone=\"good\">healthy</p>")
                .contains(">replicating</p>", "Resync dbread1", "ms</span>")
                .contains("State: healthy")
                .contains(proxy);
    }

    @Test
    @Order(4)
    void copiesAReplicaAgainOnRequestOfAnotherCommand() throws Exception {
        try (StartsyncProcess resync = StartsyncProcess.start(folder, "resync", "dbread1")) {
            resync.awaitSaid("seeded +dbread1");
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(get("/status").body()).contains("\"state\":\"healthy\""));
    }

    /** The last: it ends with 0, and leaves no process, and no file but what the next run needs. */
    @Test
    @Order(5)
    void stopsEverythingOnASignal() throws Exception {
        StartsyncProcess running = demo.orElseThrow();
        String servers = folder.resolve("tmp").toString();
        assertThat(processesOf(servers)).isEqualTo(3);

        assertThat(running.stop()).as(running.output()).isZero();

        assertThat(processesOf(servers)).isZero();
        try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
            assertThat(left.filter(path -> path.toString().contains("dbmanager-demo"))).isEmpty();
        }
        try (Stream<Path> kept = Files.list(folder.resolve("state"))) {
            assertThat(kept).containsExactly(folder.resolve("state/proxy-certificate.pem"));
        }
        assertThat(running.output()).doesNotContain("Exception", "defect");
    }

    private static long processesOf(String folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").startsWith(folder))
                .count();
    }
}
