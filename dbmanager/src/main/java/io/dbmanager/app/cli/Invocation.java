package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.settings.Key;
import io.dbmanager.app.settings.Settings;
import io.dbmanager.app.settings.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** A command line as it was given: options may stand before and after the command's name. */
record Invocation(Map<Key, String> options, Optional<Path> settingsFile) {
    static Invocation of(ParseResult root) {
        Map<Key, String> options = new EnumMap<>(Key.class);
        Optional<Path> file = Optional.empty();
        for (ParseResult level = root; level != null; level = next(level)) {
            options.putAll(KeyOptions.values(level));
            String named = level.matchedOptionValue(KeyOptions.SETTINGS, "");
            file = named.isEmpty() ? file : Optional.of(Path.of(named));
        }
        return new Invocation(options, file);
    }

    private static @org.jspecify.annotations.Nullable ParseResult next(ParseResult level) {
        return level.hasSubcommand() ? level.subcommand() : null;
    }

    Settings settings(Context context, Duration wait) throws AppException {
        return SettingsReader.read(options, settingsFile, context.environment(), wait);
    }
}
