package io.dbmanager.proxy.backend;

import io.dbmanager.common.ServerAddress;

/**
 * A server to connect to, by the name the environment gives it.
 *
 * @param sighting tells servers apart that answer at one address one after the other
 */
public record Server(String name, ServerAddress address, long sighting) {
    /** For people: {@code dbread1 (10.0.0.6:3306)}. */
    @Override
    public String toString() {
        return name + " (" + address + ")";
    }
}
