package io.dbmanager.proxy;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the proxy listens and routes.
 *
 * @param listen port 0 takes any free port
 * @param consistency what a read may miss
 * @param maxClients clients beyond this many are refused with error 1040
 * @param readWait how long a read may wait on a replica for the session's own writes before it goes
 *     to the primary
 * @param connectTimeout for connections to servers
 * @param loginTimeout within which a client must have logged in
 * @param tlsCertificate PEM file of the certificate chain shown to clients; without it one is made
 *     at start
 * @param tlsKey PEM file of its key
 * @param maxPacket the longest packet taken from a client, in bytes; servers have a limit of their
 *     own
 */
public record ProxySettings(
        InetSocketAddress listen,
        Consistency consistency,
        int maxClients,
        Duration readWait,
        Duration connectTimeout,
        Duration loginTimeout,
        Optional<Path> tlsCertificate,
        Optional<Path> tlsKey,
        int maxPacket) {
    private static final int WHOLE_PACKET = 0xFFFFFF;

    public enum Consistency {
        /** Any replica within the allowed lag. */
        EVENTUAL,
        /** A session always reads its own writes. */
        SESSION,
        /** A read sees every write acknowledged through this proxy before it began. */
        GLOBAL
    }

    public ProxySettings {
        if (maxClients < 1) {
            throw new IllegalArgumentException("max-clients must be at least 1");
        }
        if (maxPacket < 1024) {
            throw new IllegalArgumentException("max-packet must be at least 1024 bytes");
        }
        if (tlsCertificate.isPresent() != tlsKey.isPresent()) {
            throw new IllegalArgumentException("tls-certificate and tls-key belong together");
        }
    }

    /** With the protocol's own limit of a packet. */
    public ProxySettings(
            InetSocketAddress listen,
            Consistency consistency,
            int maxClients,
            Duration readWait,
            Duration connectTimeout,
            Duration loginTimeout,
            Optional<Path> tlsCertificate,
            Optional<Path> tlsKey) {
        this(
                listen,
                consistency,
                maxClients,
                readWait,
                connectTimeout,
                loginTimeout,
                tlsCertificate,
                tlsKey,
                WHOLE_PACKET);
    }

    public static ProxySettings defaults(InetSocketAddress listen) {
        return new ProxySettings(
                listen,
                Consistency.SESSION,
                2000,
                Duration.ofMillis(200),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Optional.empty(),
                Optional.empty());
    }
}
