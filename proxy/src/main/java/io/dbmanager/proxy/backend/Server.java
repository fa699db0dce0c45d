package io.dbmanager.proxy.backend;

import io.dbmanager.common.ServerAddress;

/** A server to connect to, by the name the environment gives it. */
public record Server(String name, ServerAddress address) {
    /** For people: {@code dbread1 (10.0.0.6:3306)}. */
    @Override
    public String toString() {
        return name + " (" + address + ")";
    }
}
