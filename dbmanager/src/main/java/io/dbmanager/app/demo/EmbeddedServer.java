package io.dbmanager.app.demo;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.jdbc.ConnectFailure;
import io.dbmanager.sync.jdbc.ServerConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One MariaDB server as a process of its own, its files in a folder of the demo's. */
final class EmbeddedServer implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final long STOP_SECONDS = 20;

    private final MariaDbProgram program;
    private final ServerSpec spec;
    private final Path folder;
    private final List<String> own;
    private Optional<Process> process = Optional.empty();

    /**
     * @param folder the demo's
     * @param own arguments of this server alone
     */
    EmbeddedServer(MariaDbProgram program, ServerSpec spec, Path folder, List<String> own) {
        this.program = program;
        this.spec = spec;
        this.folder = folder;
        this.own = List.copyOf(own);
    }

    ServerSpec spec() {
        return spec;
    }

    Path dataFolder() {
        return folder.resolve(spec.name());
    }

    /** Its own words. */
    private Path log() {
        return folder.resolve(spec.name() + ".log");
    }

    private Path pidFile() {
        return folder.resolve(spec.name() + ".pid");
    }

    /** The process that an earlier demo left behind on this data folder, if it is still there. */
    Optional<ProcessHandle> leftBehind() throws IOException {
        if (!Files.exists(pidFile())) {
            return Optional.empty();
        }
        String pid = Files.readString(pidFile()).strip();
        return pid.matches("\\d{1,10}")
                ? ProcessHandle.of(Long.parseLong(pid)).filter(this::isOurProgram)
                : Optional.empty();
    }

    private boolean isOurProgram(ProcessHandle candidate) {
        String command = candidate.info().command().orElse("");
        return command.startsWith(program.folder().toString());
    }

    /**
     * Starts it and waits until it answers logins.
     *
     * @param firstStatements a script that is run before anybody can connect
     */
    void start(Optional<Path> firstStatements) throws IOException, InterruptedException {
        Path temporary = Files.createDirectories(folder.resolve(spec.name() + "-tmp"));
        List<String> arguments = new ArrayList<>(own);
        arguments.add("--datadir=" + dataFolder());
        arguments.add("--tmpdir=" + temporary);
        arguments.add("--pid-file=" + pidFile());
        // A socket's path has at most 107 characters, which a folder of the user's may exceed.
        arguments.add("--socket=" + socket());
        arguments.add("--bind-address=" + spec.address().host());
        arguments.add("--port=" + spec.address().port());
        arguments.add("--skip-name-resolve");
        // Without this, each start makes a 4096-bit key, which takes seconds.
        arguments.add("--skip-ssl");
        // The kernel has few asynchronous requests to give, which other servers here may have
        // taken.
        arguments.add("--innodb-use-native-aio=0");
        arguments.add("--innodb-buffer-pool-size=64M");
        arguments.add("--innodb-log-file-size=32M");
        firstStatements.ifPresent(script -> arguments.add("--init-file=" + script));
        Process started = program.start(arguments, log());
        process = Optional.of(started);
        awaitLogin(started);
    }

    private Path socket() {
        return Path.of(
                System.getProperty("java.io.tmpdir"),
                "dbmanager-demo-%d.sock".formatted(spec.address().port()));
    }

    private void awaitLogin(Process started) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        ServerConnector connector = new ServerConnector();
        while (true) {
            try (Connection _ = connector.open(spec, Duration.ofSeconds(2))) {
                return;
            } catch (SQLException e) {
                if (!started.isAlive()) {
                    throw new IOException(
                            spec.name() + " ended: " + MariaDbProgram.complaint(log()), e);
                }
                ConnectFailure failure = ConnectFailure.of(e);
                if (failure.kind() == ConnectFailure.Kind.WRONG_PASSWORD) {
                    // It answers. A replica of a kept demo has the primary's accounts by now.
                    return;
                }
                if (System.nanoTime() > deadline || !failure.kind().mayPass()) {
                    throw new IOException(
                            spec.name() + " takes no login: " + failure.sentence(), e);
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    /** Stops the server and waits until it is gone. */
    @Override
    public void close() {
        process.ifPresent(EmbeddedServer::stop);
        process = Optional.empty();
    }

    private static void stop(Process running) {
        running.destroy();
        try {
            running.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException _) {
            running.destroyForcibly();
        } catch (InterruptedException _) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
