package io.dbmanager.app.cli;

import io.dbmanager.app.discovery.EnvironmentSource;
import io.dbmanager.app.discovery.ServiceSource;
import io.dbmanager.app.run.Console;
import io.dbmanager.app.run.StopSignal;
import io.dbmanager.app.settings.Home;
import io.dbmanager.app.settings.Settings;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * What the commands get from the process they run in.
 *
 * @param folder the working folder
 * @param stop tells whether the process was asked to end
 */
public record Context(
        Map<String, String> environment,
        Path folder,
        Path home,
        Console console,
        PrintStream err,
        Clock clock,
        StopSignal stop) {
    /** Longer than any drain-timeout that makes sense, so that only a hang is cut off. */
    private static final Duration STOP_PATIENCE = Duration.ofMinutes(5);

    public static Context ofProcess() {
        Map<String, String> environment = System.getenv();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        boolean terminal =
                Boolean.getBoolean("dbmanager.terminal")
                        && !"dumb".equals(environment.getOrDefault("TERM", "dumb"));
        boolean colour = environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Context(
                environment,
                Path.of(""),
                Home.of(environment).folder(),
                new Console(out, terminal, colour),
                System.err,
                Clock.systemUTC(),
                StopSignal.install(Thread.currentThread(), STOP_PATIENCE));
    }

    /** Where the servers are looked up, by what the environment and its file say at that moment. */
    ServiceSource services(Settings settings) {
        return new EnvironmentSource(settings.discovery(), environment, folder, home);
    }
}
