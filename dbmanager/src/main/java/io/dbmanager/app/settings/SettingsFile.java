package io.dbmanager.app.settings;

import io.dbmanager.app.text.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads the YAML file: one flat map from keys to texts, numbers, true or false, or lists. */
final class SettingsFile {
    private static final YAMLMapper YAML =
            YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private SettingsFile() {}

    static Layer read(Path file, List<String> problems) {
        try {
            return parse(file, Files.readString(file), problems);
        } catch (NoSuchFileException _) {
            problems.add("settings file %s does not exist.".formatted(file));
        } catch (IOException e) {
            problems.add("settings file %s cannot be read: %s.".formatted(file, e.getMessage()));
        }
        return new Layer(Map.of());
    }

    static Layer parse(Path file, String yaml, List<String> problems) {
        Map<Key, Layer.Value> values = new EnumMap<>(Key.class);
        JsonNode tree;
        try {
            tree = YAML.readTree(yaml);
        } catch (JacksonException e) {
            problems.add(
                    "settings file %s is not valid YAML%s: %s."
                            .formatted(file, place(e), firstLine(e.getOriginalMessage())));
            return new Layer(values);
        }
        if (tree.isMissingNode() || tree.isNull()) {
            return new Layer(values);
        }
        if (!tree.isObject()) {
            problems.add("settings file %s is not a map of keys to values.".formatted(file));
            return new Layer(values);
        }
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            put(file, entry.getKey(), entry.getValue(), values, problems);
        }
        return new Layer(values);
    }

    private static void put(
            Path file,
            String word,
            JsonNode node,
            Map<Key, Layer.Value> values,
            List<String> problems) {
        String where = "key '%s' of %s".formatted(word, file);
        Optional<Key> key = Key.ofWord(word);
        if (key.isEmpty()) {
            List<String> known = Arrays.stream(Key.values()).map(Key::word).toList();
            String hint =
                    Nearest.to(word, known)
                            .map(near -> "; did you mean '%s'?".formatted(near))
                            .orElse("; the keys are: " + String.join(", ", known) + ".");
            problems.add("unknown " + where + hint);
            return;
        }
        Optional<String> text = text(node);
        if (text.isEmpty()) {
            problems.add("%s: a text, number or list of them is expected.".formatted(where));
            return;
        }
        values.put(key.get(), new Layer.Value(text.get(), where));
    }

    private static Optional<String> text(JsonNode node) {
        if (node.isArray()) {
            boolean plain = node.valueStream().allMatch(JsonNode::isValueNode);
            return plain
                    ? Optional.of(
                            node.valueStream()
                                    .map(JsonNode::asString)
                                    .collect(Collectors.joining(",")))
                    : Optional.empty();
        }
        return node.isValueNode() && !node.isNull()
                ? Optional.of(node.asString())
                : Optional.empty();
    }

    private static String place(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        return at == null || at.getLineNr() < 1
                ? ""
                : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
