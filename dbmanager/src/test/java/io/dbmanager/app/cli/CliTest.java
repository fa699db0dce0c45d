package io.dbmanager.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.app.ExitCode;
import io.dbmanager.app.run.Console;
import io.dbmanager.app.run.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CliTest {
    @TempDir private Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void showsHelpThatFitsAScreen() {
        assertThat(run("--help")).isEqualTo(ExitCode.DONE);

        assertThat(printed().lines())
                .hasSizeLessThanOrEqualTo(24)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(110));
        assertThat(printed())
                .contains("--once", "--dry-run", "--demo", "--overwrite", "--proxy-listen")
                .contains("--http-listen", "--wait", "--consistency", "--max-lag", "--resync")
                .contains("--settings", "status", "verify", "resync NAME", "doctor", "explain")
                .contains("rotate-password")
                .contains("--primary", "--replica", "--environment");
    }

    @Test
    void showsItsVersion() {
        assertThat(run("--version")).isEqualTo(ExitCode.DONE);

        assertThat(printed()).matches("dbmanager \\d+\\.\\d+.*\\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--dry-rnu | unknown option --dry-rnu, did you mean --dry-run? See startsync --help.",
                "--max-lga=2s | unknown option --max-lga, did you mean --max-lag?",
                "--token=x | unknown option --token",
                "stauts | unknown command stauts, did you mean status?",
                "--max-lag | option --max-lag needs a value",
                "resync | NAME is missing",
                "--wait 10 | --wait: '10' is not a duration",
                "--demo --environment x | --demo runs on servers of its own",
            })
    void saysInASentenceWhatIsWrongWithTheCommandLine(String arguments, String sentence) {
        assertThat(run(arguments.split(" "))).isEqualTo(ExitCode.USAGE);

        assertThat(complained()).startsWith("startsync: ").contains(sentence);
        assertThat(complained().lines()).hasSize(1);
        assertThat(printed()).isEmpty();
    }

    @Test
    void endsWithUsageWhenThereAreNoServers() {
        assertThat(run("--once")).isEqualTo(ExitCode.USAGE);

        assertThat(complained())
                .contains("no database service was found", folder.toString())
                .doesNotContain("Exception");
    }

    @Test
    void endsWithNotReadyWhenNothingListens() throws IOException {
        environment(freePort(), freePort());

        assertThat(run("--once", "--wait", "300ms")).isEqualTo(ExitCode.NOT_READY);

        assertThat(complained()).contains("dbwrite", "dbread1").doesNotContain("Exception", "hush");
        assertThat(printed()).doesNotContain("hush");
    }

    @Test
    void wantsConsentForReplicasOnly() throws IOException {
        environment(freePort(), freePort());

        assertThat(run("--dry-run", "--overwrite", "dbread1,dbraed2")).isEqualTo(ExitCode.USAGE);

        assertThat(complained()).contains("--overwrite names dbraed2", "the replicas are dbread1.");
    }

    @Test
    void saysThatAPortIsTakenBeforeItLooksAtAnyServer() throws IOException {
        environment(freePort(), freePort());
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String http = "127.0.0.1:" + taken.getLocalPort();

            assertThat(run("--http-listen", http, "--proxy-listen", "127.0.0.1:0"))
                    .isEqualTo(ExitCode.FAILED);
            assertThat(complained())
                    .contains(http, "the port is taken by another program", "--http-listen");

            err.reset();
            assertThat(run("--http-listen", "127.0.0.1:0", "--proxy-listen", http))
                    .isEqualTo(ExitCode.FAILED);
            assertThat(complained())
                    .contains(http, "the port is taken by another program", "--proxy-listen");
        }
        assertThat(printed()).doesNotContain("waiting", "ready");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1 FROM t | read | replica",
                "SELECT 1 FROM t FOR UPDATE | locking_read | primary",
                "DELETE FROM t | write | primary",
                "SHOW WARNINGS | diagnostic | the server that ran the statement before",
            })
    void explainsWhereAStatementWouldRun(String sql, String kind, String target) {
        assertThat(run("explain", sql)).isEqualTo(ExitCode.DONE);

        assertThat(printed())
                .contains("kind    " + kind + "\n")
                .contains("target  " + target + "\n")
                .contains("reason  ");
    }

    @Test
    void saysThatNothingRunsAtTheAddressNamed() throws IOException {
        String nowhere = "127.0.0.1:" + freePort();

        assertThat(run("status", "--http-listen", nowhere)).isEqualTo(ExitCode.FAILED);

        assertThat(complained()).contains("Nothing listens at http://" + nowhere);
    }

    private ExitCode run(String... arguments) {
        Context context =
                new Context(
                        Map.of("DBMANAGER_STATE_DIR", folder.resolve("state").toString()),
                        folder,
                        folder,
                        new Console(stream(out), false, false),
                        stream(err),
                        Clock.systemUTC(),
                        StopSignal.none());
        return new Cli(context).run(arguments);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private void environment(int primary, int replica) throws IOException {
        Files.writeString(
                folder.resolve("environment.json"),
                """
                {"DOTCLOUD_DBWRITE_MYSQL_URL": "mysql://root:hush@127.0.0.1:%d",
                 "DOTCLOUD_DBREAD1_MYSQL_URL": "mysql://root:hush@127.0.0.1:%d"}
                """
                        .formatted(primary, replica));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
