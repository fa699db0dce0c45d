package io.dbmanager.app.settings;

import io.dbmanager.common.Secret;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * How HTTP is served.
 *
 * @param listen port 0 takes any free port
 * @param token what actions need; empty for one made at each start
 * @param maxConnections connections beyond this many are closed at once
 * @param maxBody largest request body in bytes
 * @param requestTimeout within which a request must have arrived whole
 */
public record HttpSettings(
        InetSocketAddress listen,
        Optional<Secret> token,
        int maxConnections,
        int maxBody,
        Duration requestTimeout) {}
