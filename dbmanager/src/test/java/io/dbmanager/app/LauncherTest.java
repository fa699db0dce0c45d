package io.dbmanager.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell script, with a Java that only says how it was called. */
class LauncherTest {
    @TempDir private Path folder;
    private Path home = Path.of("");

    @BeforeEach
    void copyTheScript() throws IOException {
        home = Files.createDirectories(folder.resolve("a copy/dbmanager"));
        Files.copy(Path.of("startsync"), home.resolve("startsync"));
        home.resolve("startsync").toFile().setExecutable(true);
    }

    @Test
    void becomesJavaWithItsArguments() throws Exception {
        built();

        Result result = start(jdk("25.0.1"), "--wait", "1 m", "");

        assertThat(result.code()).isEqualTo(7);
        assertThat(result.output())
                .contains("<-cp>", "target/dbmanager.jar:", "target/lib/one.jar>")
                .contains("<--enable-native-access=ALL-UNNAMED>")
                .endsWith("<io.dbmanager.app.Main><--wait><1 m><>\n");
    }

    @Test
    void takesNewerJavasAndPassesOverOlderOnes() throws Exception {
        built();

        assertThat(start(jdk("27"), "x").output()).contains("jdk-27/bin/java");
        assertThat(start(jdk("17.0.15"), "x").output()).doesNotContain("jdk-17.0.15/bin/java");
    }

    @Test
    void isFoundThroughSymbolicLinks() throws Exception {
        built();
        Path link = Files.createSymbolicLink(folder.resolve("link"), home.resolve("startsync"));
        Path second = Files.createSymbolicLink(folder.resolve("second"), link.getFileName());

        assertThat(run(second, jdk("25"), "x").output()).contains("a copy/dbmanager/target");
    }

    @Test
    void saysWhatToDoWhereNothingIsBuiltAndThereAreNoSources() throws Exception {
        Result result = start(jdk("25"), "x");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.output().lines())
                .singleElement()
                .asString()
                .startsWith("startsync: ")
                .contains("dbmanager.jar is missing", "mvn package");
    }

    @Test
    void keepsClassesOfOneBuildOnly() throws Exception {
        built();
        Path jdk = jdk("25");
        Path first = archiveOf(start(jdk, "--once"));
        Files.createFile(first);
        Path ofAShortCommand = archiveOf(start(jdk, "doctor"));
        Files.createFile(ofAShortCommand);

        assertThat(archiveOf(start(jdk, "verify"))).isEqualTo(first).exists();

        Path library = home.resolve("target/lib/one.jar");
        Files.setLastModifiedTime(library, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
        assertThat(archiveOf(start(jdk, "verify"))).isNotEqualTo(first);
        assertThat(first).doesNotExist();
        assertThat(ofAShortCommand).exists();
    }

    private static Path archiveOf(Result result) {
        Matcher option = Pattern.compile("<-XX:SharedArchiveFile=([^>]+)>").matcher(result.output);
        assertThat(option.find()).as(result.output).isTrue();
        return Path.of(option.group(1));
    }

    private void built() throws IOException {
        Files.createDirectories(home.resolve("target/lib"));
        Files.createFile(home.resolve("target/dbmanager.jar"));
        Files.createFile(home.resolve("target/lib/one.jar"));
    }

    private Path jdk(String version) throws IOException {
        Path jdk = Files.createDirectories(folder.resolve("jdk-" + version));
        Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho \"$0\"\nprintf '<%s>' \"$@\"\necho\nexit 7\n");
        java.toFile().setExecutable(true);
        Files.writeString(
                jdk.resolve("release"),
                "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
        return jdk;
    }

    private record Result(int code, String output) {}

    private Result start(Path javaHome, String... arguments)
            throws IOException, InterruptedException {
        return run(home.resolve("startsync"), javaHome, arguments);
    }

    private Result run(Path script, Path javaHome, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", script.toString()));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment()
                .putAll(
                        Map.of(
                                "JAVA_HOME", javaHome.toString(),
                                "HOME", folder.toString(),
                                "XDG_CACHE_HOME", folder.resolve("cache").toString()));
        builder.environment().remove("DBMANAGER_JAVA_OPTS");
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
