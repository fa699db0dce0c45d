package io.dbmanager.sync.seed;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Replicas that are in use while others are copied, and must not suffer by it.
 *
 * @param lags how far each of those is behind now, as far as it is known, by name
 * @param fallenBehindMax how much further than at first a replica may be behind before the copy
 *     goes more slowly
 */
public record Neighbours(Supplier<Map<String, Duration>> lags, Duration fallenBehindMax) {
    public static final Neighbours NONE = new Neighbours(Map::of, Duration.ofDays(1));
}
