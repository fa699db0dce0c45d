package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.TestServers;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The real program as a process of its own, with an environment.json, a state folder and ports of
 * its own.
 */
public final class StartsyncProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 90;
    private static final String OWN_SENTENCE = "startsync: ";

    private final Path folder;
    private final Process process;
    private final Path out;
    private final Path err;
    private final int httpPort;

    private StartsyncProcess(Path folder, Process process, Path out, Path err, int httpPort) {
        this.folder = folder;
        this.process = process;
        this.out = out;
        this.err = err;
        this.httpPort = httpPort;
    }

    /** Writes an environment.json for the cluster as it was handed out. */
    static Path environment(Path folder, Cluster cluster) throws IOException {
        Stream<ServerSpec> all =
                Stream.concat(
                        Stream.of(cluster.services().primary()),
                        cluster.services().replicas().stream());
        return environment(folder, all.map(StartsyncProcess::keys).toList());
    }

    public static Path environment(Path folder, List<String> keys) throws IOException {
        return Files.writeString(
                folder.resolve("environment.json"), "{\n" + String.join(",\n", keys) + "\n}\n");
    }

    private static String keys(ServerSpec spec) {
        return keys(spec.name(), spec.address(), spec.credentials().password().reveal());
    }

    public static String keys(String service, ServerAddress address, String password) {
        String prefix = "DOTCLOUD_" + service.toUpperCase(Locale.ROOT) + "_MYSQL_";
        return """
        "%1$sHOST": "%2$s",
        "%1$sPORT": "%3$d",
        "%1$sLOGIN": "root",
        "%1$sPASSWORD": "%4$s"\
        """
                .formatted(prefix, address.host(), address.port(), password);
    }

    /** Starts it with free ports; options that are given again win. */
    public static StartsyncProcess start(Path folder, String... options) throws IOException {
        return start(folder, List.of(), options);
    }

    /** The same with so much memory, such as {@code 64m}, and fast at carrying much. */
    static StartsyncProcess startWithHeap(Path folder, String heap, String... options)
            throws IOException {
        return start(folder, List.of("-Xmx" + heap, "-XX:MaxDirectMemorySize=" + heap), options);
    }

    private static StartsyncProcess start(Path folder, List<String> javaOptions, String... options)
            throws IOException {
        int httpPort = TestServers.freePort();
        List<String> given = new ArrayList<>(List.of("--http-listen", "127.0.0.1:" + httpPort));
        given.addAll(Arrays.asList(options));
        if (!given.contains("--proxy-listen")) {
            given.addAll(0, List.of("--proxy-listen", "127.0.0.1:" + TestServers.freePort()));
        }
        return start(folder, httpPort, javaOptions, given);
    }

    /** A command that finds the one that runs in this folder by itself, or works alone. */
    static StartsyncProcess ask(Path folder, String... command) throws IOException {
        return start(folder, 0, List.of(), Arrays.asList(command));
    }

    private static StartsyncProcess start(
            Path folder, int httpPort, List<String> javaOptions, List<String> options)
            throws IOException {
        List<String> command = new ArrayList<>(java(javaOptions));
        command.addAll(List.of("--environment", folder.resolve("environment.json").toString()));
        command.addAll(List.of("--state-dir", folder.resolve("state").toString()));
        command.addAll(options);
        Path out = Files.createTempFile(folder, "startsync", ".out");
        Path err = Files.createTempFile(folder, "startsync", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        // Nothing of what this machine's environment says may reach it.
        builder.environment().keySet().removeIf(StartsyncProcess::isRead);
        return new StartsyncProcess(folder, builder.start(), out, err, httpPort);
    }

    private static boolean isRead(String variable) {
        return variable.startsWith("DBMANAGER_")
                || variable.startsWith("DOTCLOUD_")
                || variable.startsWith("JAVA_")
                || variable.startsWith("JDK_")
                || List.of("MASTER", "SLAVES", "PORT_PROXY", "PORT_WWW").contains(variable);
    }

    private static List<String> java(List<String> options) {
        // As the launcher starts it, with the class path of this JVM.
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        // What is given last wins.
        command.addAll(options);
        command.addAll(
                List.of(
                        "-cp",
                        Arrays.stream(
                                        System.getProperty("java.class.path")
                                                .split(File.pathSeparator))
                                .filter(entry -> !entry.endsWith("test-classes"))
                                .collect(Collectors.joining(File.pathSeparator)),
                        "io.dbmanager.app.Main"));
        return command;
    }

    /** By which other commands find it while it runs. */
    Path runtimeFile() {
        return folder.resolve("state").resolve("startsync-" + httpPort + ".json");
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as(() -> "never ended:\n" + output())
                .isTrue();
        return process.exitValue();
    }

    /** Asserts how it ends, and returns the one sentence in which it says why. */
    String fails(int exitCode) throws InterruptedException {
        assertThat(exitCode()).as(this::output).isEqualTo(exitCode);
        List<String> sentences =
                read(err).lines().filter(line -> line.startsWith(OWN_SENTENCE)).toList();
        assertThat(sentences).as(this::output).hasSize(1);
        assertNoStackTrace();
        return sentences.getFirst();
    }

    public void succeeds() throws InterruptedException {
        assertThat(exitCode()).as(this::output).isZero();
        assertThat(read(err).lines().filter(line -> line.startsWith(OWN_SENTENCE))).isEmpty();
        assertNoStackTrace();
    }

    private void assertNoStackTrace() {
        assertThat(output().lines())
                .noneMatch(line -> line.matches("\\s+at [\\w.$/]+\\(.*\\)"))
                .noneMatch(line -> line.startsWith("Caused by:"))
                .noneMatch(line -> line.startsWith("Exception in thread"));
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** The body of {@code /status}. */
    public String status() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/status"))
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    String standardOutput() {
        return read(out);
    }

    /** All that it has written so far. */
    public String output() {
        return read(out) + "\n--- standard error\n" + read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
