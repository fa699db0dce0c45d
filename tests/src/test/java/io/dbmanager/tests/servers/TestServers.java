package io.dbmanager.tests.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/**
 * Which flavours can run here, and starting them. A flavour that cannot run is skipped by name; one
 * that {@code DBMANAGER_REQUIRED_FLAVOURS} names (its ids, separated by commas) must run. With
 * {@code DBMANAGER_ONLY_FLAVOURS} the others are left out.
 */
public final class TestServers {
    private static final Map<ServerFlavour, Availability> KNOWN = new ConcurrentHashMap<>();
    private static final Set<TestServer> RUNNING = ConcurrentHashMap.newKeySet();
    private static final Set<Integer> GIVEN_OUT = ConcurrentHashMap.newKeySet();
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Path BUILD = Path.of("target").toAbsolutePath();
    private static final Distributions DISTRIBUTIONS =
            new Distributions(
                    BUILD.resolve("server-programs"), Distributions.providedByEnvironment());
    private static final RunFolder FOLDER = RunFolder.make(BUILD.resolve("server-data"));
    private static final DataTemplates TEMPLATES = new DataTemplates(FOLDER.data());
    private static final Set<ServerFlavour> REQUIRED =
            named(System.getenv().getOrDefault("DBMANAGER_REQUIRED_FLAVOURS", ""));
    private static final Set<ServerFlavour> ONLY =
            named(System.getenv().getOrDefault("DBMANAGER_ONLY_FLAVOURS", ""));

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(TestServers::closeAll, "test-servers-end"));
    }

    private TestServers() {}

    static Set<ServerFlavour> named(String ids) {
        return Arrays.stream(ids.split(","))
                .map(String::strip)
                .filter(id -> !id.isEmpty())
                .map(ServerFlavour::byId)
                .collect(Collectors.toSet());
    }

    /** Whether the environment says which flavours are to run. */
    static boolean areNamed() {
        return !REQUIRED.isEmpty() || !ONLY.isEmpty();
    }

    public static boolean isAvailable(ServerFlavour flavour) {
        return !(availability(flavour) instanceof Availability.Missing);
    }

    /** Skips the test that calls this if the flavour cannot run here, or fails it if it has to. */
    public static void assumeAvailable(ServerFlavour flavour) {
        if (availability(flavour) instanceof Availability.Missing(String why)) {
            String sentence = flavour + " does not run here: " + why;
            if (REQUIRED.contains(flavour)) {
                throw new AssertionError(sentence);
            }
            Assumptions.abort(sentence);
        }
    }

    /** Starts a blank server. */
    public static TestServer start(ServerFlavour flavour, String name, List<String> arguments) {
        return start(flavour, name, arguments, false);
    }

    /**
     * Starts a blank server.
     *
     * @param supervised whether it is started again when it has been told to restart; a container
     *     never is
     */
    public static TestServer start(
            ServerFlavour flavour, String name, List<String> arguments, boolean supervised) {
        assumeAvailable(flavour);
        TestServer server =
                switch (availability(flavour)) {
                    case Availability.Local(Distribution distribution) ->
                            local(distribution, name, arguments, supervised);
                    case Availability.Container(String image) ->
                            new ContainerServer(name, flavour, image, freePort(), arguments);
                    case Availability.Missing(String why) -> throw new AssertionError(why);
                };
        // Known before it starts: one that fails to start must go as well.
        RUNNING.add(server);
        switch (server) {
            case LocalServer local -> local.startBlank();
            case ContainerServer container -> container.startBlank();
            default -> throw new AssertionError(server);
        }
        return server;
    }

    private static LocalServer local(
            Distribution distribution, String name, List<String> arguments, boolean supervised) {
        int number = COUNT.incrementAndGet();
        return new LocalServer(
                name,
                distribution,
                TEMPLATES,
                FOLDER.data().resolve(number + "-" + name),
                FOLDER.sockets().resolve(number + ".sock"),
                freePort(),
                arguments,
                supervised);
    }

    static void close(TestServer server) {
        server.close();
        RUNNING.remove(server);
    }

    private static void closeAll() {
        RUNNING.forEach(TestServer::close);
        FOLDER.delete();
    }

    private static Availability availability(ServerFlavour flavour) {
        return KNOWN.computeIfAbsent(flavour, TestServers::look);
    }

    private static Availability look(ServerFlavour flavour) {
        if (!ONLY.isEmpty() && !ONLY.contains(flavour)) {
            return new Availability.Missing("DBMANAGER_ONLY_FLAVOURS leaves it out");
        }
        return flavour == ServerFlavour.MYSQL_8_4
                ? containers("mysql:8.4")
                : DISTRIBUTIONS.find(flavour);
    }

    private static Availability containers(String image) {
        return DockerClientFactory.instance().isDockerAvailable()
                ? new Availability.Container(image)
                : new Availability.Missing("no container engine answers");
    }

    /** A port that was free a moment ago, and that nobody else has got from here. */
    public static int freePort() {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                // The system may hand one out twice before two servers that start have taken it.
                if (GIVEN_OUT.add(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
