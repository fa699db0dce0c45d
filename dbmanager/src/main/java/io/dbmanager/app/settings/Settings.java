package io.dbmanager.app.settings;

import io.dbmanager.proxy.ProxySettings;
import io.dbmanager.sync.SyncSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * All that can be set, checked.
 *
 * @param mode what a run does
 * @param drainTimeout how long running statements may take to finish at the end
 * @param stateDir folder of the runtime file
 * @param logLevel in lower case; empty where nothing says it
 */
public record Settings(
        DiscoverySettings discovery,
        Mode mode,
        SyncSettings sync,
        ProxySettings proxy,
        HttpSettings http,
        Duration drainTimeout,
        Path stateDir,
        Optional<String> logLevel) {

    /**
     * @param demoDir keeps the demo's data; empty for a temporary folder
     */
    public record Mode(boolean once, boolean dryRun, boolean demo, Optional<Path> demoDir) {}
}
