package io.dbmanager.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.Secret;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeFileTest {
    private static final URI HTTP = URI.create("http://127.0.0.1:8080");

    @TempDir private Path folder;

    @Test
    void isFoundWhileItsProcessLivesAndReadByItsUserOnly() throws Exception {
        RuntimeFile written = RuntimeFile.of(HTTP, Secret.of("the token"));

        Path file = written.write(folder.resolve("state"));

        assertThat(RuntimeFile.live(folder.resolve("state"))).containsExactly(written);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(written.toString()).doesNotContain("the token");
    }

    @Test
    void isNotFoundWhenAnotherProcessHasItsNumber() throws Exception {
        long pid = ProcessHandle.current().pid();
        new RuntimeFile(HTTP, Secret.of("x"), pid, 12345).write(folder);

        assertThat(RuntimeFile.live(folder)).isEmpty();
    }

    @Test
    void passesOverRubbish() throws Exception {
        Files.writeString(folder.resolve("startsync-1.json"), "{");
        Files.writeString(folder.resolve("startsync-2.json"), "{\"http\": \"::\", \"pid\": 1}");

        assertThat(RuntimeFile.live(folder)).isEmpty();
        assertThat(RuntimeFile.live(folder.resolve("missing"))).isEmpty();
    }
}
