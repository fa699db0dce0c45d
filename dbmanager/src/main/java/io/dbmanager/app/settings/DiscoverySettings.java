package io.dbmanager.app.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the services are found and which of them is what.
 *
 * @param environmentFile empty to look through the usual places
 * @param primary empty to guess by name
 * @param replicas empty to guess by name
 */
public record DiscoverySettings(
        Optional<Path> environmentFile, Optional<String> primary, List<String> replicas) {}
