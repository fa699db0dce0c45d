package io.dbmanager.proxy;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the proxy listens, routes and where it stops.
 *
 * @param listen port 0 takes any free port
 * @param consistency what a read may miss
 * @param encryption TLS with clients
 * @param serverTls TLS with servers
 * @param proxyProtocolFrom who may say, by a PROXY protocol header, where a client came from
 * @param sockets how the proxy waits for its sockets
 */
public record ProxySettings(
        InetSocketAddress listen,
        Consistency consistency,
        Limits limits,
        Timeouts timeouts,
        Backends backends,
        Encryption encryption,
        ServerTls serverTls,
        List<Network> proxyProtocolFrom,
        Sockets sockets) {

    public enum Consistency {
        /** Any replica within the allowed lag. */
        EVENTUAL,
        /** A session always reads its own writes. */
        SESSION,
        /** A read sees every write acknowledged through this proxy before it began. */
        GLOBAL
    }

    /**
     * How much clients may have.
     *
     * @param clients those beyond this many are refused with error 1040
     * @param perAccount clients of one account beyond this many are refused with error 1203; 0 for
     *     no limit but that of all clients
     * @param statements prepared statements of all clients together; one more gets error 1461
     * @param statementsPerClient likewise of one client
     * @param packet the longest packet taken from a client, in bytes; servers have a limit of their
     *     own
     */
    public record Limits(
            int clients, int perAccount, int statements, int statementsPerClient, int packet) {
        private static final int WHOLE_PACKET = 0xFFFFFF;

        public Limits {
            if (clients < 1) {
                throw new IllegalArgumentException("max-clients must be at least 1");
            }
            if (perAccount < 0) {
                throw new IllegalArgumentException("max-clients-per-account must not be negative");
            }
            if (packet < 1024) {
                throw new IllegalArgumentException("max-packet must be at least 1024 bytes");
            }
        }

        public static Limits defaults() {
            return new Limits(2000, 0, 200_000, 16_382, WHOLE_PACKET);
        }

        public Limits withClients(int most) {
            return new Limits(most, perAccount, statements, statementsPerClient, packet);
        }

        public Limits withPerAccount(int most) {
            return new Limits(clients, most, statements, statementsPerClient, packet);
        }

        public Limits withStatements(int most, int mostPerClient) {
            return new Limits(clients, perAccount, most, mostPerClient, packet);
        }
    }

    /**
     * How long things may take.
     *
     * @param readWait how long a read may wait on a replica for the session's own writes before it
     *     goes to the primary
     * @param connect for connections to servers
     * @param login within which a client must have logged in
     * @param idle after which a client that says nothing is disconnected; zero for never
     * @param query after which a statement is killed; zero for never
     */
    public record Timeouts(
            Duration readWait, Duration connect, Duration login, Duration idle, Duration query) {
        public static Timeouts defaults() {
            return new Timeouts(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Duration.ofHours(8),
                    Duration.ZERO);
        }

        public Timeouts withReadWait(Duration other) {
            return new Timeouts(other, connect, login, idle, query);
        }

        public Timeouts withIdle(Duration other) {
            return new Timeouts(readWait, connect, login, other, query);
        }

        public Timeouts withQuery(Duration other) {
            return new Timeouts(readWait, connect, login, idle, other);
        }
    }

    /**
     * The connections to servers that clients share.
     *
     * @param most on each server; 0 for as many as the server says that it takes
     * @param patience how long a client may wait for one to become free
     * @param idle after which one that nobody uses is closed
     */
    public record Backends(int most, Duration patience, Duration idle) {
        public Backends {
            if (most < 0) {
                throw new IllegalArgumentException("max-backends must not be negative");
            }
        }

        public static Backends defaults() {
            return new Backends(0, Duration.ofSeconds(10), Duration.ofMinutes(1));
        }
    }

    /**
     * TLS with clients.
     *
     * @param certificate PEM file of the certificate chain shown to them; without it one is made
     * @param key PEM file of its key
     * @param keptIn folder in which one that is made is kept for the next start; empty to make one
     *     at each
     * @param clientCa PEM file of those whose signature makes a client's certificate believed;
     *     without it none is asked for
     * @param required whether clients without TLS are refused
     */
    public record Encryption(
            Optional<Path> certificate,
            Optional<Path> key,
            Optional<Path> keptIn,
            Optional<Path> clientCa,
            boolean required) {
        public Encryption {
            if (certificate.isPresent() != key.isPresent()) {
                throw new IllegalArgumentException("tls-certificate and tls-key belong together");
            }
        }

        public static Encryption defaults() {
            return new Encryption(
                    Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
        }
    }

    /**
     * TLS with servers.
     *
     * @param ca PEM file of those who may have signed a server's certificate; without it whoever
     *     the platform trusts
     * @param certificate PEM file of the certificate chain shown to servers, for accounts that
     *     require one
     * @param key PEM file of its key
     */
    public record ServerTls(
            Mode mode, Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {
        public enum Mode {
            OFF,
            /** Where a server offers it, whatever its certificate. */
            PREFERRED,
            /** Only with servers that prove to be whom their address names. */
            VERIFY
        }

        public ServerTls {
            if (certificate.isPresent() != key.isPresent()) {
                throw new IllegalArgumentException(
                        "server-tls-certificate and server-tls-key belong together");
            }
        }

        public static ServerTls defaults() {
            return new ServerTls(
                    Mode.PREFERRED, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /** How the operating system is asked for what sockets have to tell. */
    public enum Poller {
        /** Epoll where the system has it, else NIO. */
        AUTO,
        EPOLL,
        NIO
    }

    /**
     * How the proxy waits for its sockets.
     *
     * @param poller one that the system does not have is refused when the proxy starts
     * @param threads event loops, each with the clients and backends that are its own; 0 for one
     *     for each processor
     */
    public record Sockets(Poller poller, int threads) {
        public Sockets {
            if (threads < 0) {
                throw new IllegalArgumentException("proxy-threads must not be negative");
            }
        }

        public static Sockets defaults() {
            return new Sockets(Poller.AUTO, 0);
        }
    }

    public ProxySettings {
        proxyProtocolFrom = List.copyOf(proxyProtocolFrom);
    }

    public static ProxySettings defaults(InetSocketAddress listen) {
        return new ProxySettings(
                listen,
                Consistency.SESSION,
                Limits.defaults(),
                Timeouts.defaults(),
                Backends.defaults(),
                Encryption.defaults(),
                ServerTls.defaults(),
                List.of(),
                Sockets.defaults());
    }

    public ProxySettings with(Consistency other) {
        Parts parts = new Parts(this);
        parts.consistency = other;
        return parts.whole();
    }

    public ProxySettings with(Limits other) {
        Parts parts = new Parts(this);
        parts.limits = other;
        return parts.whole();
    }

    public ProxySettings with(Timeouts other) {
        Parts parts = new Parts(this);
        parts.timeouts = other;
        return parts.whole();
    }

    public ProxySettings with(Backends other) {
        Parts parts = new Parts(this);
        parts.backends = other;
        return parts.whole();
    }

    public ProxySettings with(Encryption other) {
        Parts parts = new Parts(this);
        parts.encryption = other;
        return parts.whole();
    }

    public ProxySettings with(ServerTls other) {
        Parts parts = new Parts(this);
        parts.serverTls = other;
        return parts.whole();
    }

    public ProxySettings with(Sockets other) {
        Parts parts = new Parts(this);
        parts.sockets = other;
        return parts.whole();
    }

    public ProxySettings withProxyProtocolFrom(List<Network> trusted) {
        Parts parts = new Parts(this);
        parts.proxyProtocolFrom = trusted;
        return parts.whole();
    }

    /** All of it, to change one part of. */
    private static final class Parts {
        private final InetSocketAddress listen;
        private Consistency consistency;
        private Limits limits;
        private Timeouts timeouts;
        private Backends backends;
        private Encryption encryption;
        private ServerTls serverTls;
        private List<Network> proxyProtocolFrom;
        private Sockets sockets;

        Parts(ProxySettings whole) {
            listen = whole.listen;
            consistency = whole.consistency;
            limits = whole.limits;
            timeouts = whole.timeouts;
            backends = whole.backends;
            encryption = whole.encryption;
            serverTls = whole.serverTls;
            proxyProtocolFrom = whole.proxyProtocolFrom;
            sockets = whole.sockets;
        }

        ProxySettings whole() {
            return new ProxySettings(
                    listen,
                    consistency,
                    limits,
                    timeouts,
                    backends,
                    encryption,
                    serverTls,
                    proxyProtocolFrom,
                    sockets);
        }
    }
}
