package io.dbmanager.tests.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where one run of the tests keeps its servers' files. A run that was killed could not tidy up: the
 * next one ends what it left running and deletes what it left behind.
 *
 * @param data large; below the build folder
 * @param sockets with a short path
 */
record RunFolder(Path data, Path sockets) {
    private static final String PREFIX = "run-";

    static RunFolder make(Path parent) {
        try {
            Files.createDirectories(parent);
            try (Stream<Path> runs = Files.list(parent)) {
                runs.filter(RunFolder::isAbandoned).toList().forEach(RunFolder::clear);
            }
            Path data = parent.resolve(PREFIX + ProcessHandle.current().pid());
            Shell.deleteTree(data);
            Files.createDirectories(data);
            return new RunFolder(data, Files.createTempDirectory("dbmanager"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        Shell.deleteTree(data);
        Shell.deleteTree(sockets);
    }

    private static boolean isAbandoned(Path run) {
        String name = String.valueOf(run.getFileName());
        return name.startsWith(PREFIX)
                && ProcessHandle.of(Long.parseLong(name.substring(PREFIX.length()))).isEmpty();
    }

    private static void clear(Path run) {
        ProcessHandle.allProcesses()
                .filter(process -> mentions(process, run))
                .forEach(ProcessHandle::destroyForcibly);
        Shell.deleteTree(run);
    }

    /** Whether a process works on data of that run, by its arguments. */
    private static boolean mentions(ProcessHandle process, Path run) {
        return process.info().arguments().map(List::of).orElse(List.of()).stream()
                .anyMatch(argument -> argument.startsWith("--datadir=" + run + "/"));
    }
}
