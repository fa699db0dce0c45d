package io.dbmanager.tests.demo;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** startsync as a process of its own, with the classes of this test run. */
final class StartsyncProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final Path output;

    private StartsyncProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * @param folder its working, home and temporary folder
     */
    static StartsyncProcess start(Path folder, String... arguments) throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Djava.io.tmpdir=" + temporary);
        command.add("-Duser.home=" + folder);
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("io.dbmanager.app.Main");
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("DBMANAGER_"));
        builder.environment().put("DBMANAGER_STATE_DIR", folder.resolve("state").toString());
        return new StartsyncProcess(builder.start(), output);
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until something of this form has been said. */
    Matcher awaitSaid(String regex) {
        Pattern pattern = Pattern.compile(regex);
        await("startsync to say " + regex)
                .atMost(PATIENCE)
                .failFast(
                        "startsync has ended",
                        () -> !process.isAlive() && !pattern.matcher(output()).find())
                .until(() -> pattern.matcher(output()).find());
        Matcher said = pattern.matcher(output());
        said.find();
        return said;
    }

    /**
     * Sends SIGTERM.
     *
     * @return the exit code
     */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("startsync does not end: " + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
