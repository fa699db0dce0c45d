package io.dbmanager.app.demo;

import io.dbmanager.app.AppException;
import io.dbmanager.app.run.Console;
import io.dbmanager.app.run.Greeting;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One primary with sample data and two blank replicas, each with a root password of its own: what a
 * platform hands out. Closing it stops the servers and removes what it made, unless the folder was
 * given.
 */
public final class Demo implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Demo.class);
    private static final int FIRST_REPLICA_ID = 1001;

    /** Marks a folder whose servers have been made; one without it is made anew. */
    private static final String MADE = "made";

    private final Path folder;
    private final boolean keep;
    private final List<EmbeddedServer> servers = new ArrayList<>();
    private final Services services;
    private final Console console;

    private Demo(Path folder, boolean keep, Services services, Console console) {
        this.folder = folder;
        this.keep = keep;
        this.services = services;
        this.console = console;
    }

    /**
     * Starts the servers, or those that an earlier demo left in {@code kept}.
     *
     * @param kept a folder that stays; empty for a temporary one
     */
    public static Demo start(Optional<Path> kept, Console console)
            throws AppException, InterruptedException {
        requirePlatform();
        Demo demo = null;
        try {
            Path folder = kept.isPresent() ? madeFolder(kept.get()) : temporaryFolder();
            demo = new Demo(folder, kept.isPresent(), DemoEnvironment.readOrWrite(folder), console);
            demo.start();
            return demo;
        } catch (IOException | SQLException e) {
            closeAfter(demo);
            throw AppException.failed(
                    "The demo's servers do not start: %s.".formatted(e.getMessage()));
        } catch (AppException | InterruptedException | RuntimeException e) {
            closeAfter(demo);
            throw e;
        }
    }

    private static void closeAfter(@org.jspecify.annotations.Nullable Demo demo) {
        if (demo != null) {
            demo.close();
        }
    }

    private static void requirePlatform() throws AppException {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        if (!system.contains("linux") || !machine.matches("amd64|x86_64")) {
            throw AppException.failed(
                    "The demo's servers are built for Linux on x86-64, and this is %s on %s: name servers of your own in environment.json."
                            .formatted(
                                    System.getProperty("os.name"), System.getProperty("os.arch")));
        }
    }

    private static Path madeFolder(Path asked) throws IOException {
        return Files.createDirectories(asked.toAbsolutePath().normalize());
    }

    private static Path temporaryFolder() throws IOException {
        return Files.createTempDirectory(
                "dbmanager-demo-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private void start() throws IOException, SQLException, AppException, InterruptedException {
        MariaDbProgram program = new MariaDbProgram(folder.resolve("mariadb"));
        describe(program);
        refuseSecondDemo();
        console.line("Starting three MariaDB servers in " + folder);
        program.unpack();
        boolean fresh = !Files.exists(folder.resolve(MADE));
        if (fresh) {
            initialise(program);
        }
        startAll(fresh);
        if (fresh) {
            SampleData.load(services.primary());
            Files.createFile(folder.resolve(MADE));
        }
    }

    private void describe(MariaDbProgram program) {
        servers.add(
                new EmbeddedServer(
                        program,
                        services.primary(),
                        folder,
                        List.of("--server-id=1", "--log-bin=binlog")));
        int id = FIRST_REPLICA_ID;
        for (ServerSpec replica : services.replicas()) {
            servers.add(
                    new EmbeddedServer(program, replica, folder, List.of("--server-id=" + id++)));
        }
    }

    private void refuseSecondDemo() throws IOException, AppException {
        for (EmbeddedServer server : servers) {
            Optional<ProcessHandle> process = server.leftBehind();
            if (process.isPresent()) {
                throw AppException.failed(
                        "A server of an earlier demo still runs in %s (process %d): stop it first."
                                .formatted(folder, process.get().pid()));
            }
        }
    }

    /** One empty data folder is made, the others are copies: that takes half of the time. */
    private void initialise(MariaDbProgram program) throws IOException, InterruptedException {
        for (EmbeddedServer server : servers) {
            if (Files.exists(server.dataFolder())) {
                // Left by a demo that was cut off before its servers were made.
                DemoFiles.remove(server.dataFolder());
            }
        }
        Path first = servers.getFirst().dataFolder();
        program.initialise(first);
        for (EmbeddedServer server : servers.subList(1, servers.size())) {
            DemoFiles.copy(first, server.dataFolder());
        }
    }

    private void startAll(boolean fresh) throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> starts = new ArrayList<>();
            for (EmbeddedServer server : servers) {
                starts.add(
                        threads.submit(() -> {
                            start(server, fresh);
                            return server;
                        }));
            }
            for (Future<?> start : starts) {
                start.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(Objects.requireNonNull(e.getCause()).getMessage(), e);
        }
    }

    /**
     * A fresh server gets its root account, as a platform would give it, by its first statements.
     */
    private void start(EmbeddedServer server, boolean fresh)
            throws IOException, InterruptedException {
        if (!fresh) {
            server.start(Optional.empty());
            return;
        }
        Path script = Files.createTempFile(folder, "first-statements", ".sql");
        try {
            String password = server.spec().credentials().password().reveal();
            Files.writeString(
                    script,
                    """
                    SET sql_log_bin = 0;
                    DELETE FROM mysql.global_priv WHERE User = '' OR User = 'root' AND Host <> 'localhost';
                    DELETE FROM mysql.proxies_priv WHERE Host <> 'localhost';
                    FLUSH PRIVILEGES;
                    ALTER USER root@localhost IDENTIFIED BY '%1$s';
                    CREATE USER root@'%%' IDENTIFIED BY '%1$s';
                    GRANT ALL ON *.* TO root@'%%' WITH GRANT OPTION;
                    """
                            .formatted(password));
            server.start(Optional.of(script));
        } finally {
            Files.delete(script);
        }
    }

    public Services services() {
        return services;
    }

    /** How to try it. */
    public Greeting greeting() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("Connect:    mysql -h 127.0.0.1 -P {port} -u demo -pdemo shop");
        lines.add("Then try:   SELECT * FROM best_sellers ORDER BY sold DESC LIMIT 5;");
        lines.add("            EXPLAIN ROUTE SELECT COUNT(*) FROM orders;");
        lines.add("            SHOW PROXY STATUS;");
        lines.add("The servers are described in " + DemoEnvironment.file(folder));
        lines.add("");
        return new Greeting(lines);
    }

    @Override
    public void close() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            servers.forEach(server -> threads.execute(server::close));
        }
        if (!keep) {
            try {
                DemoFiles.remove(folder);
            } catch (IOException e) {
                log.warn(
                        "the demo's folder stays behind folder={} reason={}", folder, e.toString());
            }
        }
    }
}
