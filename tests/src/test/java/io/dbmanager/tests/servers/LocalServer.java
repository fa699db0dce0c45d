package io.dbmanager.tests.servers;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A server that runs as a process of this machine, in a folder of its own. */
final class LocalServer implements TestServer {
    private static final Duration START = Duration.ofSeconds(90);
    private static final int LOG_LINES = 25;

    /** With this a server ends that wants to be started again. */
    private static final int RESTART_EXIT = 16;

    private final String name;
    private final Distribution distribution;
    private final DataTemplates templates;
    private final Path folder;
    private final Path socket;
    private final ServerAddress address;
    private final Credentials credentials;
    private final List<String> arguments;
    private final boolean supervised;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Map<String, String> environment = Map.of();
    private volatile @Nullable Process process;

    /**
     * @param socket short: the system allows a socket's path about a hundred characters
     * @param arguments what the server is given beyond what a blank one has
     * @param supervised whether it is started again when it ends for that
     */
    LocalServer(
            String name,
            Distribution distribution,
            DataTemplates templates,
            Path folder,
            Path socket,
            int port,
            List<String> arguments,
            boolean supervised) {
        this.name = name;
        this.distribution = distribution;
        this.templates = templates;
        this.folder = folder;
        this.socket = socket;
        this.address = new ServerAddress("127.0.0.1", port);
        this.credentials = Credentials.of("root", "root-" + name);
        this.arguments = List.copyOf(arguments);
        this.supervised = supervised;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ServerFlavour flavour() {
        return distribution.flavour();
    }

    @Override
    public ServerAddress address() {
        return address;
    }

    @Override
    public Credentials credentials() {
        return credentials;
    }

    /** Makes blank data and starts on them. */
    LocalServer startBlank() {
        try {
            Files.createDirectories(temporary());
            templates.copyTo(distribution, data());
            Files.writeString(folder.resolve("options.cnf"), "");
            Path accounts = folder.resolve("accounts.sql");
            Files.writeString(accounts, accounts());
            start(List.of("--init-file=" + accounts));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Who handed the server out made its root account; the binary log does not know of it. */
    private String accounts() {
        String password = credentials.password().reveal();
        List<String> statements = new ArrayList<>();
        statements.add("SET SESSION sql_log_bin = 0;");
        if (flavour().isMariaDb()) {
            statements.add("DROP USER IF EXISTS root@'127.0.0.1', root@'::1';");
        }
        statements.add("ALTER USER root@localhost IDENTIFIED BY '%s';".formatted(password));
        statements.add("CREATE USER root@'%%' IDENTIFIED BY '%s';".formatted(password));
        statements.add("GRANT ALL PRIVILEGES ON *.* TO root@'%' WITH GRANT OPTION;");
        return String.join("\n", statements) + "\n";
    }

    private Path data() {
        return folder.resolve("data");
    }

    /**
     * Its own: a MariaDB server that starts removes what others have left in a folder that they
     * share.
     */
    private Path temporary() {
        return folder.resolve("tmp");
    }

    private Path log() {
        return folder.resolve("server.err");
    }

    private void start(List<String> once) throws IOException {
        List<String> more = new ArrayList<>();
        more.add("--datadir=" + data());
        more.add("--tmpdir=" + temporary());
        more.add("--socket=" + socket);
        more.add("--pid-file=" + folder.resolve("server.pid"));
        more.add("--log-error=" + log());
        more.add("--bind-address=" + address.host());
        more.add("--port=" + address.port());
        more.addAll(arguments);
        more.addAll(once);
        ProcessBuilder builder =
                new ProcessBuilder(distribution.command(folder.resolve("options.cnf"), more))
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        folder.resolve("server.out").toFile()));
        builder.environment().putAll(environment);
        if (supervised) {
            // As mysqld_safe and systemd do: the server compares it with its parent's.
            builder.environment()
                    .put("MYSQLD_PARENT_PID", Long.toString(ProcessHandle.current().pid()));
        }
        Process started = builder.start();
        process = started;
        if (supervised) {
            var _ = started.onExit().thenAccept(this::startAgain);
        }
        if (!Greeting.await(address, START, started::isAlive)) {
            String tail = logTail();
            started.destroyForcibly();
            throw new IllegalStateException(
                    "%s (%s, %s) did not start:\n%s".formatted(name, flavour(), address, tail));
        }
    }

    private void startAgain(Process ended) {
        lock.lock();
        try {
            if (ended.equals(process) && ended.exitValue() == RESTART_EXIT) {
                start(List.of());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void kill() {
        end(Process::destroyForcibly);
    }

    @Override
    public void stop() {
        end(running -> {
            running.destroy();
            return running;
        });
    }

    private interface Ending {
        Process of(Process running);
    }

    private void end(Ending ending) {
        lock.lock();
        try {
            endWithoutRestart(ending);
        } finally {
            lock.unlock();
        }
    }

    private void endWithoutRestart(Ending ending) {
        Process running = process;
        if (running == null) {
            return;
        }
        try {
            if (!ending.of(running).waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " did not end:\n" + logTail());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        process = null;
    }

    @Override
    public void restart() {
        stop();
        try {
            start(List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void restartWithClock(Duration ahead) {
        environment = ahead.isZero() ? Map.of() : FakeTime.environment(ahead);
        restart();
    }

    @Override
    public void stall() {
        signal("-STOP");
    }

    @Override
    public void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(name + " does not run");
        }
        Shell.run("kill", signal, Long.toString(running.pid()));
    }

    @Override
    public void wipe() {
        kill();
        Shell.deleteTree(data());
        startBlank();
    }

    @Override
    public String logTail() {
        try {
            if (!Files.exists(log())) {
                return "(no log) " + Files.readString(folder.resolve("server.out"));
            }
            // Not every server writes UTF-8 when it quotes what it was sent.
            List<String> lines = Files.readAllLines(log(), StandardCharsets.ISO_8859_1);
            return String.join(
                    "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(log not readable: " + e.getMessage() + ")";
        }
    }

    @Override
    public void close() {
        kill();
        Shell.deleteTree(folder);
    }
}
