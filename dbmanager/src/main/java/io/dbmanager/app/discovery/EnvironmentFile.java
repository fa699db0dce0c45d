package io.dbmanager.app.discovery;

import io.dbmanager.app.AppException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * environment.json as the platform writes it.
 *
 * @param place how messages name it
 * @param entries every key with its text; null texts and nested values are kept out of it and named
 *     in {@code unreadable}
 * @param unreadable keys whose value is neither a text nor a number
 */
record EnvironmentFile(String place, Map<String, String> entries, List<String> unreadable) {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    EnvironmentFile {
        entries = Map.copyOf(entries);
        unreadable = List.copyOf(unreadable);
    }

    static EnvironmentFile none(List<Path> lookedAt) {
        return new EnvironmentFile(
                "the process environment; there is no file "
                        + String.join(", ", lookedAt.stream().map(Path::toString).toList()),
                Map.of(),
                List.of());
    }

    /** The usual places, the first that exists wins. */
    static List<Path> usualPlaces(Path workingFolder, Path home) {
        return List.of(
                workingFolder.resolve("environment.json"),
                home.resolve("environment.json"),
                Path.of("/home/dotcloud/environment.json"));
    }

    /** Reads the file that was asked for, else the first of the usual ones that is there. */
    static EnvironmentFile find(Optional<Path> asked, List<Path> usual) throws AppException {
        Optional<Path> place = place(asked, usual);
        return place.isPresent() ? read(place.get()) : none(usual);
    }

    /** The file that was asked for, else the first of the usual ones that is there. */
    static Optional<Path> place(Optional<Path> asked, List<Path> usual) {
        return asked.or(() -> usual.stream().filter(Files::exists).findFirst());
    }

    static EnvironmentFile read(Path file) throws AppException {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (NoSuchFileException _) {
            throw AppException.usage("%s does not exist.".formatted(file));
        } catch (IOException e) {
            throw AppException.usage(
                    "%s cannot be read: %s."
                            .formatted(
                                    file,
                                    Files.isDirectory(file)
                                            ? "it is a folder"
                                            : Optional.ofNullable(e.getMessage())
                                                    .orElse("it is not UTF-8 text")));
        }
    }

    static EnvironmentFile parse(String place, String json) throws AppException {
        JsonNode tree;
        try {
            tree = JSON.readTree(json);
        } catch (JacksonException e) {
            throw AppException.usage(
                    "%s is not valid JSON%s: %s."
                            .formatted(place, at(e), reason(e.getOriginalMessage())));
        }
        if (!tree.isObject()) {
            throw AppException.usage("%s is not a JSON object of keys and texts.".formatted(place));
        }
        Map<String, String> entries = new LinkedHashMap<>();
        List<String> unreadable = new java.util.ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            JsonNode value = entry.getValue();
            if (value.isString() || value.isNumber()) {
                entries.put(entry.getKey(), value.asString());
            } else {
                unreadable.add(entry.getKey());
            }
        }
        return new EnvironmentFile(place, entries, unreadable);
    }

    private static String at(JacksonException e) {
        TokenStreamLocation location = e.getLocation();
        return location == null
                ? ""
                : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    }

    /** Jackson's first line, without the part that quotes the source: a password may be in it. */
    private static String reason(String message) {
        String line = message.lines().findFirst().orElse("it ends too early").strip();
        int detail = line.indexOf(" (");
        String head = detail > 0 ? line.substring(0, detail) : line;
        return head.replaceAll("Unrecognized token '.*'", "a word that is no JSON value");
    }
}
