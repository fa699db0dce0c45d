package io.dbmanager.app.discovery;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the keys of database services out of one place, be it a file or the process environment.
 */
final class ServiceKeys {
    enum Part {
        HOST,
        PORT,
        LOGIN,
        PASSWORD,
        URL
    }

    /**
     * The last {@code _MYSQL_} divides, so that a service may be called {@code mysql} or end in it.
     */
    private static final Pattern KEY =
            Pattern.compile("(?i)DOTCLOUD_([a-z0-9_]+)_MYSQL_(HOST|PORT|LOGIN|PASSWORD|URL)");

    private static final int LONGEST_NAME = 16;

    private ServiceKeys() {}

    /**
     * What one place says of one service. HOST, PORT, LOGIN and PASSWORD win over what the URL
     * says.
     */
    record Parts(
            Optional<String> host,
            Optional<String> port,
            Optional<String> login,
            Optional<String> password,
            boolean hasUrl) {

        /** This, with its gaps filled from {@code other}. */
        Parts or(Parts other) {
            return new Parts(
                    host.or(other::host),
                    port.or(other::port),
                    login.or(other::login),
                    password.or(other::password),
                    hasUrl || other.hasUrl);
        }
    }

    /**
     * @param services by name in lower case
     * @param problems by service, for those that cannot be understood
     * @param ignored keys that look like a service's but are none, with why
     */
    record Found(
            Map<String, Parts> services,
            Map<String, List<String>> problems,
            List<String> ignored) {}

    static Found in(EnvironmentFile place) {
        Map<String, Map<Part, String>> texts = new TreeMap<>();
        Map<String, List<String>> problems = new TreeMap<>();
        List<String> ignored = new ArrayList<>();
        new TreeMap<>(place.entries())
                .forEach((key, text) -> gather(key, text, texts, problems, ignored));
        for (String key : place.unreadable()) {
            Matcher matcher = KEY.matcher(key);
            if (matcher.matches()) {
                String name = matcher.group(1).toLowerCase(Locale.ROOT);
                texts.computeIfAbsent(name, _ -> new EnumMap<>(Part.class));
                add(problems, name, key + " is neither a text nor a number");
            }
        }
        Map<String, Parts> services = new TreeMap<>();
        texts.forEach((name, parts) -> services.put(name, parts(name, parts, problems)));
        return new Found(services, problems, ignored);
    }

    /** The keys by which one place gives a service's password, as they are written there. */
    static Map<Part, String> passwordKeys(EnvironmentFile place, String service) {
        Map<Part, String> keys = new EnumMap<>(Part.class);
        place.entries()
                .forEach((key, text) -> {
                    Matcher matcher = KEY.matcher(key);
                    if (matcher.matches() && matcher.group(1).equalsIgnoreCase(service)) {
                        Part part = Part.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
                        if (part == Part.PASSWORD || (part == Part.URL && !text.isBlank())) {
                            keys.put(part, key);
                        }
                    }
                });
        return keys;
    }

    private static void gather(
            String key,
            String text,
            Map<String, Map<Part, String>> texts,
            Map<String, List<String>> problems,
            List<String> ignored) {
        Matcher matcher = KEY.matcher(key);
        if (!matcher.matches()) {
            return;
        }
        String name = matcher.group(1).toLowerCase(Locale.ROOT);
        if (name.length() > LONGEST_NAME) {
            ignored.add(
                    "%s (a service's name has at most %d characters)".formatted(key, LONGEST_NAME));
            return;
        }
        Part part = Part.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
        String before = texts.computeIfAbsent(name, _ -> new EnumMap<>(Part.class)).put(part, text);
        if (before != null && !before.equals(text)) {
            add(
                    problems,
                    name,
                    "%s is given twice, in different case and with different values"
                            .formatted(key.toUpperCase(Locale.ROOT)));
        }
    }

    private static Parts parts(
            String name, Map<Part, String> texts, Map<String, List<String>> problems) {
        Optional<String> urlText = filled(texts, Part.URL);
        Optional<MySqlUrl> url = Optional.empty();
        Parts direct =
                new Parts(
                        filled(texts, Part.HOST),
                        filled(texts, Part.PORT),
                        filled(texts, Part.LOGIN),
                        Optional.ofNullable(texts.get(Part.PASSWORD)),
                        urlText.isPresent());
        try {
            url = urlText.map(MySqlUrl::parse);
        } catch (IllegalArgumentException e) {
            boolean needed =
                    direct.host.isEmpty()
                            || direct.port.isEmpty()
                            || direct.login.isEmpty()
                            || direct.password.isEmpty();
            if (needed) {
                add(
                        problems,
                        name,
                        "%s cannot be read: %s".formatted(key(name, Part.URL), e.getMessage()));
            }
        }
        return url.map(u ->
                        direct.or(
                                new Parts(
                                        Optional.of(u.host()),
                                        u.port().or(() -> Optional.of(MySqlUrl.DEFAULT_PORT)),
                                        u.user(),
                                        u.password(),
                                        true)))
                .orElse(direct);
    }

    private static Optional<String> filled(Map<Part, String> texts, Part part) {
        return Optional.ofNullable(texts.get(part))
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    private static void add(Map<String, List<String>> problems, String name, String sentence) {
        problems.computeIfAbsent(name, _ -> new ArrayList<>()).add(sentence);
    }

    static String key(String service, Part part) {
        return "DOTCLOUD_" + service.toUpperCase(Locale.ROOT) + "_MYSQL_" + part;
    }
}
