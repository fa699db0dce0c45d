package io.dbmanager.tests.chaos;

import io.dbmanager.tests.scenario.StartsyncProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What a process has open, by its folder below /proc. */
record Resources(long files, long threads) {
    /** Looks are on their way at any moment, and threads come and go with them. */
    private static final int SOME = 16;

    static Resources of(StartsyncProcess program) throws IOException {
        Path process = Path.of("/proc", Long.toString(program.pid()));
        return new Resources(count(process.resolve("fd")), count(process.resolve("task")));
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    /** By how much it is too many. */
    Optional<String> beyond(Resources before) {
        return files > before.files + SOME || threads > before.threads + SOME
                ? Optional.of(this + " after " + before)
                : Optional.empty();
    }
}
