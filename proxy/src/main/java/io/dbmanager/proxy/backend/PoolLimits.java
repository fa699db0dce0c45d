package io.dbmanager.proxy.backend;

import java.time.Duration;

/**
 * How many connections a pool has and for how long.
 *
 * @param most to each server; 0 for as many as the server takes
 * @param patience how long somebody may wait for one
 * @param loginPatience how long somebody may who is logging in
 * @param idle after which one that nobody uses is closed
 */
public record PoolLimits(int most, Duration patience, Duration loginPatience, Duration idle) {}
