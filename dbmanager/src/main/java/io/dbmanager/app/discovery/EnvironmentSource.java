package io.dbmanager.app.discovery;

import io.dbmanager.app.AppException;
import io.dbmanager.app.discovery.ServiceKeys.Part;
import io.dbmanager.app.settings.DiscoverySettings;
import io.dbmanager.common.Credentials;
import io.dbmanager.common.DurableFile;
import io.dbmanager.common.Secret;
import io.dbmanager.common.Services;
import io.dbmanager.sync.PasswordKeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The process environment and its file: read anew each time, and given another password. */
public final class EnvironmentSource implements ServiceSource, PasswordKeeper {
    private final DiscoverySettings settings;
    private final Map<String, String> environment;
    private final Path folder;
    private final Path home;

    public EnvironmentSource(
            DiscoverySettings settings, Map<String, String> environment, Path folder, Path home) {
        this.settings = settings;
        this.environment = Map.copyOf(environment);
        this.folder = folder;
        this.home = home;
    }

    @Override
    public Services discover() throws AppException {
        return ServiceDiscovery.discover(settings, environment, folder, home);
    }

    @Override
    public PasswordKeeper passwords() {
        return this;
    }

    @Override
    public Optional<Credentials> current() {
        try {
            return Optional.of(discover().primary().credentials());
        } catch (AppException _) {
            // Broken or half written: whoever watches it tells.
            return Optional.empty();
        }
    }

    @Override
    public Optional<String> obstacle() {
        try {
            String primary = discover().primary().name();
            EnvironmentFile ofProcess =
                    new EnvironmentFile("the process environment", environment, List.of());
            Map<Part, String> outside = ServiceKeys.passwordKeys(ofProcess, primary);
            if (!outside.isEmpty()) {
                return Optional.of(
                        "the password comes from the process environment (%s)"
                                .formatted(String.join(", ", outside.values())));
            }
            DurableFile.tryReplacing(file());
            return Optional.empty();
        } catch (AppException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Optional.of("environment.json cannot be replaced from here (%s)".formatted(e));
        }
    }

    private Path file() throws IOException {
        return EnvironmentFile.place(
                        settings.environmentFile(), EnvironmentFile.usualPlaces(folder, home))
                .orElseThrow(() -> new IOException("there is none"));
    }

    /** Exchanges the password wherever the file gives the one before for the primary. */
    @Override
    public void keep(Secret password) throws IOException {
        try {
            Services now = discover();
            String before = now.primary().credentials().password().reveal();
            Path file = file();
            String text = Files.readString(file);
            EnvironmentFile read = EnvironmentFile.parse(file.toString(), text);
            Map<Part, String> keys = ServiceKeys.passwordKeys(read, now.primary().name());
            Map<String, String> values = new LinkedHashMap<>();
            keys.forEach((part, key) -> {
                if (part == Part.PASSWORD) {
                    values.put(key, password.reveal());
                } else {
                    // A URL may show another password, which then is not the one that counts.
                    MySqlUrl.withPassword(
                                    read.entries().getOrDefault(key, ""), before, password.reveal())
                            .ifPresent(url -> values.put(key, url));
                }
            });
            String next = EnvironmentText.with(text, values);
            Services then =
                    ServiceDiscovery.discover(
                            settings, environment, EnvironmentFile.parse(file.toString(), next));
            if (!then.primary().credentials().password().equals(password)) {
                throw new IOException(
                        file + " could not be made to give the new password: change it by hand");
            }
            DurableFile.replace(file, next);
        } catch (AppException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
