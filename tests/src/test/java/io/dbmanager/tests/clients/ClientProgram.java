package io.dbmanager.tests.clients;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A client program in another language. */
@SuppressWarnings("ImmutableEnumChecker") // Its lists are made by List.of.
enum ClientProgram {
    PYMYSQL(
            "pymysql_client.py",
            List.of("/usr/bin/python3"),
            List.of("/usr/bin/python3", "-c", "import pymysql")),
    MYSQLCLIENT(
            "mysqlclient_client.py",
            List.of("/usr/bin/python3"),
            List.of("/usr/bin/python3", "-c", "import MySQLdb")),
    PHP(
            "mysqli_pdo_client.php",
            List.of("php"),
            List.of(
                    "php",
                    "-r",
                    "exit(extension_loaded('mysqli') && extension_loaded('pdo_mysql') ? 0 : 1);")),
    DBD_MYSQL(
            "dbd_client.pl", List.of("perl"), List.of("perl", "-MDBD::mysql", "-e", "1"), "mysql"),
    DBD_MARIADB(
            "dbd_client.pl",
            List.of("perl"),
            List.of("perl", "-MDBD::MariaDB", "-e", "1"),
            "MariaDB"),
    RUBY_MYSQL2("mysql2_client.rb", List.of("ruby"), List.of("ruby", "-e", "require 'mysql2'")),
    NODE_MYSQL2("mysql2_client.js", List.of("node"), List.of("node", "-e", "require('mysql2')")),
    NODE_MARIADB("mariadb_client.js", List.of("node"), List.of("node", "-e", "require('mariadb')")),
    GO(
            "go_client.go",
            List.of(
                    "env",
                    "CGO_ENABLED=0",
                    "GO111MODULE=off",
                    "GOPATH=/usr/share/gocode",
                    "go",
                    "run"),
            List.of(
                    "env",
                    "CGO_ENABLED=0",
                    "GO111MODULE=off",
                    "GOPATH=/usr/share/gocode",
                    "go",
                    "build",
                    "github.com/go-sql-driver/mysql")),
    MYSQL_PROGRAMS(
            "mysql_client.sh",
            List.of("bash"),
            List.of("bash", "-c", "type mysql mysqldump mysqladmin")),
    SYSBENCH("sysbench_client.sh", List.of("bash"), List.of("sysbench", "--version"));

    private static final int PATIENCE_SECONDS = 120;
    private static final Map<ClientProgram, Boolean> INSTALLED = new ConcurrentHashMap<>();

    private final String file;
    private final List<String> interpreter;
    private final List<String> probe;
    private final List<String> firstArguments;

    ClientProgram(
            String file, List<String> interpreter, List<String> probe, String... firstArguments) {
        this.file = file;
        this.interpreter = interpreter;
        this.probe = probe;
        this.firstArguments = List.of(firstArguments);
    }

    /** Whether its language and its driver are on this machine. */
    boolean isInstalled() {
        return INSTALLED.computeIfAbsent(this, program -> run(program.probe).exitCode() == 0);
    }

    /**
     * Runs it.
     *
     * @return what it printed; {@code ok} alone when all that it checked held
     */
    String run(ServerAddress address, Credentials login, String schema) {
        Path script = copyOfScript();
        try {
            List<String> command = new ArrayList<>(interpreter);
            command.add(script.toString());
            command.addAll(firstArguments);
            command.addAll(
                    List.of(
                            address.host(),
                            Integer.toString(address.port()),
                            login.user(),
                            login.password().reveal(),
                            schema));
            Outcome outcome = run(command);
            return outcome.exitCode() == 0
                    ? outcome.output()
                    : "exit code " + outcome.exitCode() + ": " + outcome.output();
        } finally {
            delete(script);
        }
    }

    private record Outcome(int exitCode, String output) {}

    private static Outcome run(List<String> command) {
        Path output = temporaryFile("client", ".out");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Outcome(-1, "no end after " + PATIENCE_SECONDS + " s: " + read(output));
            }
            return new Outcome(process.exitValue(), read(output));
        } catch (IOException e) {
            return new Outcome(-1, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a client program ran", e);
        } finally {
            delete(output);
        }
    }

    private Path copyOfScript() {
        int dot = file.lastIndexOf('.');
        Path copy = temporaryFile("client", file.substring(dot));
        try (InputStream script =
                Objects.requireNonNull(
                        ClientProgram.class.getResourceAsStream("/clients/" + file), file)) {
            Files.write(copy, script.readAllBytes());
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path temporaryFile(String prefix, String suffix) {
        try {
            return Files.createTempFile(prefix, suffix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
