package io.dbmanager.app.settings;

import io.dbmanager.app.AppException;
import io.dbmanager.app.text.Nearest;
import io.dbmanager.sync.SyncSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the value of every key: the command line wins over the process environment, that over the
 * settings file, that over the defaults. Says all that is wrong at once.
 */
public final class SettingsReader {
    /** Variables with the prefix that are no keys but mean something elsewhere. */
    private static final Set<String> OTHER_VARIABLES =
            Set.of("DBMANAGER_SETTINGS", "DBMANAGER_JAVA_OPTS");

    private static final Set<String> LOG_LEVELS = Set.of("error", "warn", "info", "debug", "trace");

    private SettingsReader() {}

    /**
     * @param commandLine what the command line says, by key
     * @param settingsFile of {@code --settings}; else the variable DBMANAGER_SETTINGS may name one
     * @param wait how long to wait for servers where nothing says it
     * @throws AppException naming everything that is wrong
     */
    public static Settings read(
            Map<Key, String> commandLine,
            Optional<Path> settingsFile,
            Map<String, String> environment,
            Duration wait)
            throws AppException {
        List<String> problems = new ArrayList<>();
        List<Layer> layers = new ArrayList<>();
        layers.add(ofCommandLine(commandLine));
        layers.add(ofEnvironment(environment, problems));
        Optional<Path> file =
                settingsFile.or(() ->
                        Optional.ofNullable(environment.get("DBMANAGER_SETTINGS"))
                                .filter(text -> !text.isBlank())
                                .map(Home.of(environment)::expand));
        if (file.isPresent()) {
            layers.add(SettingsFile.read(file.get(), problems));
        }
        Values values = new Values(layers, Home.of(environment));
        Settings settings = build(values, environment, wait);
        problems.addAll(values.problems());
        if (!problems.isEmpty()) {
            throw AppException.usage(problems);
        }
        return settings;
    }

    private static Layer ofCommandLine(Map<Key, String> commandLine) {
        Map<Key, Layer.Value> values = new EnumMap<>(Key.class);
        commandLine.forEach(
                (key, text) -> values.put(key, new Layer.Value(text, "--" + key.word())));
        return new Layer(values);
    }

    private static Layer ofEnvironment(Map<String, String> environment, List<String> problems) {
        Map<Key, Layer.Value> values = new EnumMap<>(Key.class);
        List<String> variables = Arrays.stream(Key.values()).map(Key::variable).toList();
        environment.forEach((name, text) -> {
            Optional<Key> key = Key.ofVariable(name);
            if (key.isPresent()) {
                values.put(key.get(), new Layer.Value(text, name));
            } else if (name.startsWith(Key.PREFIX) && !OTHER_VARIABLES.contains(name)) {
                // Others may use the prefix for their own ends, so only a near miss is an
                // error.
                Nearest.to(name, variables)
                        .ifPresent(near ->
                                problems.add(
                                        "environment variable %s is no setting; did you mean %s?"
                                                .formatted(name, near)));
            }
        });
        return new Layer(values);
    }

    private static Settings build(Values values, Map<String, String> environment, Duration wait) {
        Path stateDir =
                values.path(Key.STATE_DIR)
                        .orElseGet(() -> Home.of(environment).stateFolder(environment));
        return new Settings(
                discovery(values, environment),
                mode(values),
                sync(values, wait, stateDir),
                ProxyKeys.read(
                        values, platformAddress(values, environment, "PORT_PROXY", 3307), stateDir),
                http(values, environment),
                values.duration(Key.DRAIN_TIMEOUT, Duration.ofSeconds(8), Duration.ZERO),
                stateDir,
                values.read(Key.LOG_LEVEL, Optional.empty(), SettingsReader::logLevel));
    }

    /** MASTER and SLAVES of the recipe say the same as the variables of our own. */
    private static DiscoverySettings discovery(Values values, Map<String, String> environment) {
        List<String> primary =
                firstNamed(values, Key.PRIMARY, Optional.ofNullable(environment.get("MASTER")));
        if (primary.size() > 1) {
            values.problem(
                    "There is one primary, but several are named: %s."
                            .formatted(String.join(", ", primary)));
        }
        List<String> replicas =
                firstNamed(values, Key.REPLICA, Optional.ofNullable(environment.get("SLAVES")));
        return new DiscoverySettings(
                values.path(Key.ENVIRONMENT), primary.stream().findFirst(), replicas);
    }

    private static List<String> firstNamed(
            Values values, Key key, Optional<String> recipeVariable) {
        Optional<Layer.Value> own = values.find(key);
        boolean fileOnly = own.isPresent() && own.get().where().startsWith("key ");
        if (recipeVariable.isPresent() && (own.isEmpty() || fileOnly)) {
            List<String> names = Values.splitNames(recipeVariable.get());
            if (!names.isEmpty()) {
                return names;
            }
        }
        return values.names(key);
    }

    private static Settings.Mode mode(Values values) {
        Settings.Mode mode =
                new Settings.Mode(
                        values.flag(Key.ONCE),
                        values.flag(Key.DRY_RUN),
                        values.flag(Key.DEMO),
                        values.path(Key.DEMO_DIR));
        boolean named =
                values.find(Key.ENVIRONMENT)
                        .filter(value -> value.where().equals("--environment"))
                        .isPresent();
        if (mode.demo() && named) {
            values.problem(
                    "--demo runs on servers of its own and --environment names others: give one of"
                            + " the two.");
        }
        return mode;
    }

    private static SyncSettings sync(Values values, Duration wait, Path stateDir) {
        SyncSettings defaults = SyncSettings.defaults(stateDir);
        return new SyncSettings(
                values.duration(Key.WAIT, wait, Duration.ZERO),
                values.duration(
                        Key.PROBE_INTERVAL, defaults.probeInterval(), Duration.ofMillis(50)),
                values.duration(Key.MAX_LAG, defaults.maxLag(), Duration.ofMillis(1)),
                values.choice(Key.RESYNC, defaults.resync()),
                Set.copyOf(values.names(Key.OVERWRITE)),
                values.integer(Key.COPY_THREADS, defaults.copyThreads(), 1, 64),
                values.bytes(Key.COPY_BYTES_PER_SECOND, defaults.copyBytesPerSecond()),
                values.choice(Key.COPY_FROM, defaults.copyFrom()),
                values.choice(Key.CLONE, defaults.cloning()),
                new SyncSettings.Verify(
                        values.duration(Key.VERIFY_EVERY, defaults.verify().every(), Duration.ZERO),
                        values.bytes(
                                Key.VERIFY_BYTES_PER_SECOND, defaults.verify().bytesPerSecond())),
                stateDir);
    }

    private static HttpSettings http(Values values, Map<String, String> environment) {
        return new HttpSettings(
                values.listen(
                        Key.HTTP_LISTEN, platformAddress(values, environment, "PORT_WWW", 8080)),
                values.secret(Key.TOKEN),
                values.integer(Key.HTTP_MAX_CONNECTIONS, 256, 1, 100_000),
                (int) Math.min(values.bytes(Key.HTTP_MAX_BODY, 64 * 1024), 16 * 1024 * 1024),
                values.duration(
                        Key.HTTP_REQUEST_TIMEOUT, Duration.ofSeconds(10), Duration.ofMillis(100)));
    }

    /** The platform says in a variable which port it leads to us; only then all may connect. */
    private static InetSocketAddress platformAddress(
            Values values, Map<String, String> environment, String variable, int otherwise) {
        String port = environment.getOrDefault(variable, "").strip();
        if (port.isEmpty()) {
            return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), otherwise);
        }
        try {
            return Values.listenAddress("0.0.0.0:" + port);
        } catch (IllegalArgumentException _) {
            values.problem(
                    "environment variable %s: '%s' is not a port.".formatted(variable, port));
            return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), otherwise);
        }
    }

    private static Optional<String> logLevel(String text) {
        String level = text.strip().toLowerCase(Locale.ROOT);
        if (!LOG_LEVELS.contains(level)) {
            throw new IllegalArgumentException(
                    "'%s' is not one of error, warn, info, debug, trace".formatted(text));
        }
        return Optional.of(level);
    }
}
