package io.dbmanager.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
    private static final List<String> MOUNTS =
            List.of(
                    "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw",
                    "88 22 254:0 /srv/my\\040app/environment.json /etc/my\\040app/environment.json"
                            + " rw,relatime - ext4 /dev/vda rw",
                    "");

    @Test
    void singleFileThatIsMountedIsSeen() {
        assertThat(DurableFile.isMountPoint(Path.of("/etc/my app/environment.json"), MOUNTS))
                .isTrue();
        assertThat(DurableFile.isMountPoint(Path.of("/etc/my app"), MOUNTS)).isFalse();
        assertThat(DurableFile.isMountPoint(Path.of("/etc/environment.json"), MOUNTS)).isFalse();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsMountedByItselfCannotBeReplaced() {
        assertThatThrownBy(() -> DurableFile.tryReplacing(Path.of("/proc")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/proc: it is mounted by itself");
    }

    @Test
    void tryingLeavesTheFileAndNothingBeside(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "before");

        assertThatCode(() -> DurableFile.tryReplacing(file)).doesNotThrowAnyException();
        assertThat(file).hasContent("before");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
        DurableFile.replace(file, "after");
        assertThat(file).hasContent("after");
    }
}
