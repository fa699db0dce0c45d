package io.dbmanager.app.discovery;

import static io.dbmanager.app.discovery.ServiceKeys.key;

import io.dbmanager.app.AppException;
import io.dbmanager.app.discovery.ServiceKeys.Part;
import io.dbmanager.app.discovery.ServiceKeys.Parts;
import io.dbmanager.app.settings.DiscoverySettings;
import io.dbmanager.app.text.Nearest;
import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Decides which services there are and which is the primary. {@link #discover} is a pure function:
 * the same texts give the same servers or the same error.
 */
public final class ServiceDiscovery {
    private final EnvironmentFile file;
    private final Map<String, Parts> services = new TreeMap<>(NaturalOrder.INSTANCE);
    private final Map<String, List<String>> problems = new HashMap<>();
    private final List<String> ignored = new ArrayList<>();

    private ServiceDiscovery(EnvironmentFile file, Map<String, String> environment) {
        this.file = file;
        // Place by place, so that a URL of the process environment wins over a HOST of the file.
        List<EnvironmentFile> places =
                List.of(
                        new EnvironmentFile("the process environment", environment, List.of()),
                        file);
        for (EnvironmentFile place : places) {
            ServiceKeys.Found found = ServiceKeys.in(place);
            found.services().forEach((name, parts) -> services.merge(name, parts, Parts::or));
            found.problems()
                    .forEach((name, sentences) ->
                            problems.computeIfAbsent(name, _ -> new ArrayList<>())
                                    .addAll(sentences));
            ignored.addAll(found.ignored());
        }
    }

    /** Reads the file, then decides. */
    public static Services discover(
            DiscoverySettings settings, Map<String, String> environment, Path folder, Path home)
            throws AppException {
        List<Path> usual = EnvironmentFile.usualPlaces(folder, home);
        return discover(
                settings, environment, EnvironmentFile.find(settings.environmentFile(), usual));
    }

    static Services discover(
            DiscoverySettings settings, Map<String, String> environment, EnvironmentFile file)
            throws AppException {
        ServiceDiscovery discovery = new ServiceDiscovery(file, environment);
        DiscoverySettings named = discovery.withNamesOfFile(settings);
        String primary = discovery.primary(named);
        List<String> replicas = discovery.replicas(named, primary);
        return discovery.build(primary, replicas);
    }

    /** MASTER and SLAVES may stand in the file too, where the platform puts what users set. */
    private DiscoverySettings withNamesOfFile(DiscoverySettings settings) throws AppException {
        List<String> masters = names(file.entries().getOrDefault("MASTER", ""));
        if (settings.primary().isEmpty() && masters.size() > 1) {
            throw AppException.usage(
                    "MASTER in %s names several services: there is one primary."
                            .formatted(file.place()));
        }
        return new DiscoverySettings(
                settings.environmentFile(),
                settings.primary().or(() -> masters.stream().findFirst()),
                settings.replicas().isEmpty()
                        ? names(file.entries().getOrDefault("SLAVES", ""))
                        : settings.replicas());
    }

    private static List<String> names(String text) {
        List<String> names = new ArrayList<>();
        for (String name : text.strip().split("[,\\s]+")) {
            String folded = name.toLowerCase(Locale.ROOT);
            if (!folded.isEmpty() && !names.contains(folded)) {
                names.add(folded);
            }
        }
        return names;
    }

    private String primary(DiscoverySettings named) throws AppException {
        if (services.isEmpty()) {
            throw error("no database service was found");
        }
        if (named.primary().isPresent()) {
            return existing(named.primary().get(), "primary");
        }
        if (services.containsKey("dbwrite") && !named.replicas().contains("dbwrite")) {
            return "dbwrite";
        }
        List<String> candidates =
                select(containsAny("write", "master", "primary")).stream()
                        .filter(name -> !named.replicas().contains(name))
                        .toList();
        return switch (candidates.size()) {
            case 1 -> candidates.getFirst();
            case 0 ->
                    throw error(
                            "no service is named dbwrite, nor does one have write, master or"
                                    + " primary in its name, so that the primary is not known");
            default ->
                    throw error(
                            "%s could each be the primary"
                                    .formatted(String.join(" and ", candidates)));
        };
    }

    private List<String> replicas(DiscoverySettings named, String primary) throws AppException {
        List<String> replicas = new ArrayList<>();
        if (!named.replicas().isEmpty()) {
            for (String name : named.replicas()) {
                replicas.add(existing(name, "replica"));
            }
            if (replicas.contains(primary)) {
                throw error("%s is named both primary and replica".formatted(primary));
            }
        } else {
            Predicate<String> others = name -> !name.equals(primary);
            replicas.addAll(select(others.and(name -> name.startsWith("dbread"))));
            if (replicas.isEmpty()) {
                replicas.addAll(select(others.and(containsAny("read", "slave", "replica"))));
            }
        }
        if (replicas.isEmpty()) {
            throw error(
                    "no replica was found: no service's name begins with dbread or has read, slave"
                            + " or replica in it");
        }
        replicas.sort(NaturalOrder.INSTANCE);
        return replicas;
    }

    private List<String> select(Predicate<String> rule) {
        return services.keySet().stream().filter(rule).toList();
    }

    private static Predicate<String> containsAny(String... words) {
        return name -> List.of(words).stream().anyMatch(name::contains);
    }

    private String existing(String name, String role) throws AppException {
        if (services.containsKey(name)) {
            return name;
        }
        String hint =
                Nearest.to(name, services.keySet())
                        .map(near -> " (did you mean %s?)".formatted(near))
                        .orElse("");
        throw error("there is no service %s, which is named as %s%s".formatted(name, role, hint));
    }

    private Services build(String primary, List<String> replicas) throws AppException {
        List<String> wrong = new ArrayList<>();
        List<ServerSpec> specs = new ArrayList<>();
        List<String> all = new ArrayList<>(List.of(primary));
        all.addAll(replicas);
        for (String name : all) {
            spec(name, wrong).ifPresent(specs::add);
        }
        if (wrong.isEmpty()) {
            sameAddresses(specs, wrong);
        }
        if (!wrong.isEmpty()) {
            throw AppException.usage(wrong);
        }
        return new Services(specs.getFirst(), specs.subList(1, specs.size()));
    }

    private Optional<ServerSpec> spec(String name, List<String> wrong) {
        Parts parts = services.getOrDefault(name, noParts());
        List<String> own = new ArrayList<>(problems.getOrDefault(name, List.of()));
        Optional<Integer> port = Optional.empty();
        if (own.isEmpty()) {
            missing(name, parts.host(), Part.HOST, own);
            missing(name, parts.port(), Part.PORT, own);
            missing(name, parts.login(), Part.LOGIN, own);
            missing(name, parts.password(), Part.PASSWORD, own);
            port = parts.port().flatMap(text -> port(name, text, own));
        }
        if (!own.isEmpty() || port.isEmpty()) {
            own.forEach(sentence ->
                    wrong.add("service %s: %s (in %s).".formatted(name, sentence, file.place())));
            return Optional.empty();
        }
        return Optional.of(
                new ServerSpec(
                        name,
                        new ServerAddress(host(parts), port.get()),
                        Credentials.of(
                                parts.login().orElseThrow(), parts.password().orElseThrow())));
    }

    private static String host(Parts parts) {
        String host = parts.host().orElseThrow();
        return host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
    }

    private static Parts noParts() {
        return new Parts(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    private static void missing(
            String name, Optional<String> value, Part part, List<String> sentences) {
        if (value.isEmpty()) {
            sentences.add(
                    "%s is missing and %s does not say it either"
                            .formatted(key(name, part), key(name, Part.URL)));
        }
    }

    private static Optional<Integer> port(String name, String text, List<String> sentences) {
        if (text.matches("\\d{1,5}")) {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65535) {
                return Optional.of(port);
            }
        }
        sentences.add(
                "its port '%s' (%s) is not a number from 1 to 65535"
                        .formatted(text, key(name, Part.PORT)));
        return Optional.empty();
    }

    private void sameAddresses(List<ServerSpec> specs, List<String> wrong) {
        Map<String, ServerSpec> byAddress = new HashMap<>();
        for (ServerSpec spec : specs) {
            String address = spec.address().toString().toLowerCase(Locale.ROOT);
            ServerSpec other = byAddress.putIfAbsent(address, spec);
            if (other != null) {
                wrong.add(
                        "services %s and %s are the same server, %s: a server cannot replicate"
                                        .formatted(other.name(), spec.name(), spec.address())
                                + " itself (in %s).".formatted(file.place()));
            }
        }
    }

    private AppException error(String problem) {
        StringBuilder text = new StringBuilder(problem);
        text.append(" (in ").append(file.place()).append("); ");
        text.append(found(services.keySet()));
        if (!ignored.isEmpty()) {
            text.append("; ignored: ").append(String.join(", ", ignored));
        }
        text.append(
                services.isEmpty()
                        ? "; services are named by keys such as DOTCLOUD_DBWRITE_MYSQL_HOST."
                        : "; say which with --primary NAME and --replica NAME,NAME.");
        return AppException.usage(text.toString());
    }

    private static String found(Collection<String> names) {
        return names.isEmpty()
                ? "found no services"
                : "found the services " + String.join(", ", names);
    }
}
