package io.dbmanager.app.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmanager.app.settings.DiscoverySettings;
import io.dbmanager.common.Credentials;
import io.dbmanager.common.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new password in an environment.json that is somebody else's. */
class EnvironmentSourceTest {
    private static final String REPLICA =
            "\"DOTCLOUD_DBREAD1_MYSQL_URL\": \"mysql://root:old@10.0.0.6:3306\"";

    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path folder;

    private EnvironmentSource source(Map<String, String> processEnvironment) {
        return new EnvironmentSource(
                new DiscoverySettings(Optional.empty(), Optional.empty(), List.of()),
                processEnvironment,
                folder,
                folder);
    }

    private Path write(String json) throws IOException {
        return Files.writeString(folder.resolve("environment.json"), json);
    }

    private void keeps(String before, String after) throws IOException {
        Path file = write(before);
        EnvironmentSource source = source(Map.of());
        assertThat(source.obstacle()).isEmpty();

        source.keep(Secret.of("N\"ew%/@1"));

        assertThat(file).hasContent(after);
        assertThat(source.current()).contains(Credentials.of("root", "N\"ew%/@1"));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void exchangesThePasswordAndNothingElse() throws IOException {
        String text =
                """
                { "DOTCLOUD_PROJECT" : {"nested": ["x", 1]},
                   "DOTCLOUD_DBWRITE_MYSQL_HOST":"10.0.0.5", "DOTCLOUD_DBWRITE_MYSQL_PORT": 3306,
                \t"dotcloud_dbwrite_mysql_PASSWORD" :  "o\\u006cd" , "DOTCLOUD_DBWRITE_MYSQL_LOGIN": "root",
                  %s }
                """
                        .formatted(REPLICA);
        keeps(text, text.replace("\"o\\u006cd\"", "\"N\\\"ew%/@1\""));
    }

    @Test
    void exchangesItInTheUrlToo() throws IOException {
        String text =
                """
                {"DOTCLOUD_DBWRITE_MYSQL_URL": "mysql://root:old@10.0.0.5:3306/shop?x=1",
                 "DOTCLOUD_DBWRITE_MYSQL_PASSWORD": "old",
                 %s}\
                """
                        .formatted(REPLICA);
        keeps(
                text,
                text.replace("root:old@10.0.0.5", "root:N%22ew%25%2F%401@10.0.0.5")
                        .replace("PASSWORD\": \"old\"", "PASSWORD\": \"N\\\"ew%/@1\""));
    }

    @Test
    void aUrlThatShowsAnotherPasswordIsLeftAlone() throws IOException {
        String text =
                """
                {"DOTCLOUD_DBWRITE_MYSQL_URL": "mysql://root:shown@10.0.0.5:3306",
                 "DOTCLOUD_DBWRITE_MYSQL_PASSWORD": "old",
                 %s}\
                """
                        .formatted(REPLICA);
        keeps(text, text.replace("\"old\"", "\"N\\\"ew%/@1\""));
    }

    @Test
    void theFileStaysWhoseItWasAndALinkALink() throws IOException {
        Path real =
                Files.writeString(
                        Files.createDirectory(folder.resolve("real")).resolve("e.json"),
                        "{\"DOTCLOUD_DBWRITE_MYSQL_URL\": \"mysql://root:old@10.0.0.5\", "
                                + REPLICA
                                + "}");
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(folder.resolve("environment.json"), real);

        source(Map.of()).keep(Secret.of("New-1"));

        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(real)).contains("mysql://root:New-1@10.0.0.5");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void whatTheProcessEnvironmentGivesIsForOthersToChange() throws IOException {
        Path file =
                write(
                        "{\"DOTCLOUD_DBWRITE_MYSQL_URL\": \"mysql://root:file@10.0.0.5\", "
                                + REPLICA
                                + "}");
        EnvironmentSource source = source(Map.of("DOTCLOUD_DBWRITE_MYSQL_PASSWORD", "process"));

        assertThat(source.obstacle().orElseThrow())
                .contains("process environment", "DOTCLOUD_DBWRITE_MYSQL_PASSWORD")
                .doesNotContain("file@");
        assertThatThrownBy(() -> source.keep(Secret.of("New-1"))).isInstanceOf(IOException.class);
        assertThat(Files.readString(file)).contains("root:file@");
    }

    @Test
    void aBrokenFileIsNotWritten() throws IOException {
        write("{\"DOTCLOUD_DBWRITE_MYSQL_URL\": ");
        EnvironmentSource source = source(Map.of());

        assertThat(source.current()).isEmpty();
        assertThat(source.obstacle()).isPresent();
        assertThatThrownBy(() -> source.keep(Secret.of("New-1"))).isInstanceOf(IOException.class);
    }
}
