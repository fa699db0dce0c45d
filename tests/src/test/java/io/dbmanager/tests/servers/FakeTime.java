package io.dbmanager.tests.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Wrong clocks for processes, by libfaketime where it is installed. */
final class FakeTime {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

    private FakeTime() {}

    /** What a process is started with whose clock is to be wrong; skips the test without it. */
    static Map<String, String> environment(Duration ahead) {
        Optional<Path> library = library();
        Assumptions.assumeTrue(library.isPresent(), "libfaketime is not installed");
        return Map.of(
                "LD_PRELOAD",
                library.orElseThrow().toString(),
                "FAKETIME",
                "%+ds".formatted(ahead.toSeconds()),
                // Threads would wait for ever, or not at all.
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                "DONT_FAKE_MONOTONIC",
                "1");
    }

    /** In a folder named for the machine's architecture. */
    private static Optional<Path> library() {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(LIBRARIES)) {
            for (Path folder : folders) {
                Path library = folder.resolve(LIBRARY);
                if (Files.exists(library)) {
                    return Optional.of(library);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
