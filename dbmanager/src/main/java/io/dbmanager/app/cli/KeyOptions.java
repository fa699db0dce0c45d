package io.dbmanager.app.cli;

import io.dbmanager.app.settings.Key;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Gives a command an option for each key. Values stay texts: the settings' reader knows types. */
final class KeyOptions {
    private static final Set<Key> FLAGS =
            EnumSet.of(Key.ONCE, Key.DRY_RUN, Key.DEMO, Key.REQUIRE_TLS);

    /** On a command line it would stand in everybody's process list. */
    private static final Set<Key> NOT_ON_A_COMMAND_LINE = EnumSet.of(Key.TOKEN);

    /** These are about a run and mean nothing to a command that asks one. */
    private static final Set<Key> RUN_ONLY =
            EnumSet.of(Key.ONCE, Key.DRY_RUN, Key.DEMO, Key.DEMO_DIR, Key.OVERWRITE);

    static final String SETTINGS = "--settings";

    private KeyOptions() {}

    static void addTo(CommandSpec command, boolean run) {
        command.addOption(option(SETTINGS, false));
        for (Key key : Key.values()) {
            if (!NOT_ON_A_COMMAND_LINE.contains(key) && (run || !RUN_ONLY.contains(key))) {
                command.addOption(option("--" + key.word(), FLAGS.contains(key)));
            }
        }
    }

    private static OptionSpec option(String name, boolean flag) {
        OptionSpec.Builder option = OptionSpec.builder(name);
        return flag
                ? option.type(boolean.class).build()
                : option.type(String.class).arity("1").build();
    }

    /** What was given, by key. */
    static Map<Key, String> values(ParseResult parsed) {
        Map<Key, String> values = new EnumMap<>(Key.class);
        for (Key key : Key.values()) {
            Object value = parsed.matchedOptionValue("--" + key.word(), null);
            // A command's own flag of that name, such as resync's --overwrite, is no setting.
            boolean ownFlag = value instanceof Boolean && !FLAGS.contains(key);
            if (value != null && !ownFlag) {
                values.put(key, String.valueOf(value));
            }
        }
        return values;
    }
}
