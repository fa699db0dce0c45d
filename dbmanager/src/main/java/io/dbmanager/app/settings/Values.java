package io.dbmanager.app.settings;

import io.dbmanager.common.Secret;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Turns texts into values and gathers what is wrong with them, so that all is told at once. */
final class Values {
    private final List<Layer> layers;
    private final List<String> problems = new ArrayList<>();

    private final Home home;

    /**
     * @param layers the one that wins first
     */
    Values(List<Layer> layers, Home home) {
        this.layers = layers;
        this.home = home;
    }

    List<String> problems() {
        return problems;
    }

    /** For a rule that spans several keys. */
    void problem(String sentence) {
        problems.add(sentence);
    }

    Optional<Layer.Value> find(Key key) {
        return layers.stream()
                .flatMap(layer -> Optional.ofNullable(layer.values().get(key)).stream())
                .findFirst();
    }

    <T> T read(Key key, T otherwise, Function<String, T> parser) {
        Optional<Layer.Value> value = find(key);
        if (value.isEmpty()) {
            return otherwise;
        }
        try {
            return parser.apply(value.get().text());
        } catch (IllegalArgumentException e) {
            problems.add(value.get().where() + ": " + e.getMessage() + ".");
            return otherwise;
        }
    }

    Duration duration(Key key, Duration otherwise, Duration least) {
        return read(
                key,
                otherwise,
                text -> {
                    Duration duration = Units.duration(text);
                    if (duration.compareTo(least) < 0) {
                        throw new IllegalArgumentException(
                                "%s is too short, the least is %dms"
                                        .formatted(text, least.toMillis()));
                    }
                    return duration;
                });
    }

    long bytes(Key key, long otherwise) {
        return read(key, otherwise, Units::bytes);
    }

    int bytes(Key key, int otherwise, int least, int most) {
        return read(
                key,
                otherwise,
                text -> {
                    long size = Units.bytes(text);
                    if (size < least || size > most) {
                        throw new IllegalArgumentException(
                                "%s is not between %d and %d bytes".formatted(text, least, most));
                    }
                    return (int) size;
                });
    }

    /** Texts separated by comma or space. */
    <T> List<T> list(Key key, Function<String, T> parser) {
        return read(
                key,
                List.of(),
                text ->
                        Arrays.stream(text.strip().split("[,\\s]+"))
                                .filter(each -> !each.isEmpty())
                                .map(parser)
                                .toList());
    }

    int integer(Key key, int otherwise, int least, int most) {
        return read(
                key,
                otherwise,
                text -> {
                    if (!text.strip().matches("\\d{1,9}")) {
                        throw new IllegalArgumentException(
                                "'%s' is not a whole number".formatted(text));
                    }
                    int number = Integer.parseInt(text.strip());
                    if (number < least || number > most) {
                        throw new IllegalArgumentException(
                                "%d is not between %d and %d".formatted(number, least, most));
                    }
                    return number;
                });
    }

    boolean flag(Key key) {
        return read(
                key,
                false,
                text ->
                        switch (text.strip().toLowerCase(Locale.ROOT)) {
                            case "true", "yes", "on", "1" -> true;
                            case "false", "no", "off", "0" -> false;
                            default ->
                                    throw new IllegalArgumentException(
                                            "'%s' is neither true nor false".formatted(text));
                        });
    }

    <E extends Enum<E>> E choice(Key key, E otherwise) {
        E[] constants = otherwise.getDeclaringClass().getEnumConstants();
        return read(
                key,
                otherwise,
                text ->
                        Arrays.stream(constants)
                                .filter(c -> c.name().equalsIgnoreCase(text.strip()))
                                .findFirst()
                                .orElseThrow(() ->
                                        new IllegalArgumentException(
                                                "'%s' is not one of %s"
                                                        .formatted(text, words(constants)))));
    }

    private static String words(Enum<?>[] constants) {
        return String.join(
                ", ",
                Arrays.stream(constants).map(c -> c.name().toLowerCase(Locale.ROOT)).toList());
    }

    Optional<Path> path(Key key) {
        return read(
                key,
                Optional.empty(),
                text -> {
                    if (text.isBlank()) {
                        throw new IllegalArgumentException("a path is expected");
                    }
                    return Optional.of(home.expand(text.strip()));
                });
    }

    /** Service names, separated by comma or space, in lower case. */
    List<String> names(Key key) {
        return read(key, List.of(), Values::splitNames);
    }

    static List<String> splitNames(String text) {
        LinkedHashSet<String> names = new LinkedHashSet<>();
        for (String name : text.strip().split("[,\\s]+")) {
            if (!name.isEmpty()) {
                names.add(name.toLowerCase(Locale.ROOT));
            }
        }
        return List.copyOf(names);
    }

    Optional<Secret> secret(Key key) {
        return read(
                key,
                Optional.empty(),
                text -> {
                    if (text.length() < 8 || !text.matches("[\\x21-\\x7e]+")) {
                        throw new IllegalArgumentException(
                                "a token has at least 8 visible ASCII characters");
                    }
                    return Optional.of(Secret.of(text));
                });
    }

    /** HOST:PORT; an IPv6 address in brackets; port 0 takes any that is free. */
    InetSocketAddress listen(Key key, InetSocketAddress otherwise) {
        return read(key, otherwise, Values::listenAddress);
    }

    static InetSocketAddress listenAddress(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon).strip();
        String port = text.substring(colon + 1).strip();
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            host = "";
        }
        if (host.isEmpty() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
            throw new IllegalArgumentException(
                    "'%s' is not HOST:PORT such as 127.0.0.1:3307".formatted(text));
        }
        InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "'%s' is not the name or address of this machine".formatted(host));
        }
        return address;
    }
}
