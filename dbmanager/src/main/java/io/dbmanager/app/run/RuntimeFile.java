package io.dbmanager.app.run;

import io.dbmanager.app.AppException;
import io.dbmanager.common.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A small file that a running process leaves for other commands of the same user: where its HTTP
 * is, and the token. Only that user can read it.
 *
 * @param http such as {@code http://127.0.0.1:8080}
 * @param processId and {@code processStart} tell a live process from a leftover of a dead one
 */
public record RuntimeFile(URI http, Secret token, long processId, long processStart) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PREFIX = "startsync-";
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    /** For this process. */
    public static RuntimeFile of(URI http, Secret token) {
        ProcessHandle self = ProcessHandle.current();
        return new RuntimeFile(http, token, self.pid(), start(self));
    }

    /**
     * Writes it in one go.
     *
     * @return where, to be deleted at the end
     */
    public Path write(Path folder) throws AppException {
        Path file = folder.resolve(PREFIX + http.getPort() + ".json");
        ObjectNode json = JSON.createObjectNode();
        json.put("http", http.toString());
        json.put("token", token.reveal());
        json.put("pid", processId);
        json.put("started", processStart);
        try {
            Files.createDirectories(folder);
            Path draft =
                    FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                            ? Files.createTempFile(
                                    folder,
                                    ".draft",
                                    "",
                                    PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                            : Files.createTempFile(folder, ".draft", "");
            Files.writeString(draft, JSON.writeValueAsString(json));
            return Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw AppException.failed(
                    "The runtime file %s cannot be written (%s): name another folder with state-dir."
                            .formatted(file, e));
        }
    }

    /** All that belong to live processes. */
    public static List<RuntimeFile> live(Path folder) throws AppException {
        List<RuntimeFile> found = new ArrayList<>();
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return found;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*.json")) {
            for (Path file : files) {
                read(file).filter(RuntimeFile::isAlive).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw AppException.failed("The folder %s cannot be read (%s).".formatted(folder, e));
        }
        return found;
    }

    private static Optional<RuntimeFile> read(Path file) {
        try {
            JsonNode json = JSON.readTree(Files.readString(file));
            return Optional.of(
                    new RuntimeFile(
                            URI.create(json.path("http").asString()),
                            Secret.of(json.path("token").asString()),
                            json.path("pid").asLong(),
                            json.path("started").asLong()));
        } catch (IOException | JacksonException | IllegalArgumentException _) {
            // Gone since the folder was listed, or a leftover of another version: not a live one.
            return Optional.empty();
        }
    }

    private boolean isAlive() {
        return ProcessHandle.of(processId)
                .filter(process -> start(process) == processStart)
                .isPresent();
    }

    private static long start(ProcessHandle process) {
        return process.info().startInstant().map(java.time.Instant::toEpochMilli).orElse(0L);
    }
}
