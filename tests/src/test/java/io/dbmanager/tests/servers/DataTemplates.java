package io.dbmanager.tests.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Data folders of servers that have never been started: made once for each flavour, which takes
 * seconds, and copied for each server, which takes a fraction of one.
 */
final class DataTemplates {
    private static final Path NO_OPTIONS = Path.of("/dev/null");

    private final Path root;
    private final Map<ServerFlavour, Path> made = new ConcurrentHashMap<>();

    DataTemplates(Path root) {
        this.root = root;
    }

    /** Makes {@code target} the data folder of a server that has never been started. */
    void copyTo(Distribution distribution, Path target) {
        Path template = made.computeIfAbsent(distribution.flavour(), _ -> make(distribution));
        Shell.run("cp", "-a", "--reflink=auto", template.toString(), target.toString());
    }

    private Path make(Distribution distribution) {
        Path template = root.resolve("template-" + distribution.flavour().id());
        if (distribution.flavour().isMariaDb()) {
            bootstrapMariaDb(distribution, template);
        } else {
            Shell.run(
                    distribution.command(
                            NO_OPTIONS, List.of("--initialize-insecure", "--datadir=" + template)));
        }
        try {
            // Two servers with one UUID cannot replicate from each other.
            Files.deleteIfExists(template.resolve("auto.cnf"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return template;
    }

    /** What {@code mariadb-install-db} does, without needing its many helpers installed. */
    private void bootstrapMariaDb(Distribution distribution, Path template) {
        try {
            Files.createDirectories(template);
            Path script = root.resolve("bootstrap-" + distribution.flavour().id() + ".sql");
            Files.writeString(script, bootstrapScript(distribution.scripts()));
            Path output = root.resolve("bootstrap-" + distribution.flavour().id() + ".log");
            Process process =
                    new ProcessBuilder(
                                    distribution.command(
                                            NO_OPTIONS,
                                            List.of("--bootstrap", "--datadir=" + template)))
                            .redirectInput(script.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            if (process.waitFor() != 0) {
                throw new IOException(
                        distribution.flavour() + " did not bootstrap: " + Files.readString(output));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String bootstrapScript(Path scripts) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("create database mysql;");
        lines.add("use mysql;");
        lines.add("set @auth_root_socket = null;");
        for (String name : List.of("system_tables", "performance_tables", "system_tables_data")) {
            // The accounts of the machine that happens to run this are not wanted.
            script(scripts, name).stream()
                    .filter(line -> !line.contains("@current_hostname"))
                    .forEach(lines::add);
        }
        Path functions = scripts.resolve("maria_add_gis_sp_bootstrap.sql");
        lines.addAll(Files.readAllLines(functions, StandardCharsets.UTF_8));
        lines.addAll(script(scripts, "sys_schema"));
        return String.join("\n", lines) + "\n";
    }

    private static List<String> script(Path scripts, String name) throws IOException {
        Path current = scripts.resolve("mariadb_" + name + ".sql");
        Path old = scripts.resolve("mysql_" + name + ".sql");
        return Files.readAllLines(Files.exists(current) ? current : old, StandardCharsets.UTF_8);
    }
}
