package io.dbmanager.proxy;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Topology;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;

/** The listening proxy. */
public final class ProxyServer implements AutoCloseable {
    /**
     * @param managing the account with which the proxy reads the primary's accounts and
     *     capabilities
     */
    public ProxyServer(ProxySettings settings, Topology topology, Credentials managing) {}

    /**
     * Listens.
     *
     * @return the address bound
     * @throws IOException with one sentence, if the port is taken
     */
    public InetSocketAddress start() throws IOException {
        throw new IOException("not there yet");
    }

    public ProxyStats stats() {
        return new ProxyStats(0, 0, 0, Map.of(), Map.of());
    }

    /** Takes no new clients, lets running statements finish until the deadline, then closes all. */
    public void drain(Duration deadline) {}

    @Override
    public void close() {}
}
