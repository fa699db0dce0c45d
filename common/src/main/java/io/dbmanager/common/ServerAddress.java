package io.dbmanager.common;

/**
 * Where a server listens.
 *
 * @param host a name or an IP address; an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record ServerAddress(String host, int port) {
    public ServerAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host is empty");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
    }

    /** {@code host:port}, with brackets around an IPv6 address. */
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
