package io.dbmanager.app.settings;

import io.dbmanager.proxy.Network;
import io.dbmanager.proxy.ProxySettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The keys of the proxy. */
final class ProxyKeys {
    private static final Duration SHORTEST = Duration.ofMillis(10);

    private ProxyKeys() {}

    /**
     * @param listen where nothing says it
     * @param stateDir where a certificate that is made is kept
     */
    static ProxySettings read(Values values, InetSocketAddress listen, Path stateDir) {
        ProxySettings defaults = ProxySettings.defaults(values.listen(Key.PROXY_LISTEN, listen));
        return new ProxySettings(
                defaults.listen(),
                values.choice(Key.CONSISTENCY, defaults.consistency()),
                limits(values, defaults.limits()),
                timeouts(values, defaults.timeouts()),
                backends(values, defaults.backends()),
                encryption(values, stateDir),
                serverTls(values, defaults.serverTls()),
                values.list(Key.PROXY_PROTOCOL_FROM, Network::parse),
                new ProxySettings.Sockets(
                        values.choice(Key.TRANSPORT, defaults.sockets().poller()),
                        values.integer(Key.PROXY_THREADS, defaults.sockets().threads(), 0, 1024)));
    }

    private static ProxySettings.Limits limits(Values values, ProxySettings.Limits defaults) {
        return new ProxySettings.Limits(
                values.integer(Key.MAX_CLIENTS, defaults.clients(), 1, 1_000_000),
                values.integer(Key.MAX_CLIENTS_PER_ACCOUNT, defaults.perAccount(), 0, 1_000_000),
                values.integer(Key.MAX_PREPARED_STATEMENTS, defaults.statements(), 0, 100_000_000),
                values.integer(
                        Key.MAX_PREPARED_STATEMENTS_PER_CLIENT,
                        defaults.statementsPerClient(),
                        0,
                        100_000_000),
                values.bytes(Key.MAX_PACKET, defaults.packet(), 1024, 1 << 30));
    }

    private static ProxySettings.Timeouts timeouts(Values values, ProxySettings.Timeouts defaults) {
        return new ProxySettings.Timeouts(
                values.duration(Key.READ_WAIT, defaults.readWait(), Duration.ZERO),
                values.duration(Key.CONNECT_TIMEOUT, defaults.connect(), SHORTEST),
                values.duration(Key.LOGIN_TIMEOUT, defaults.login(), SHORTEST),
                values.duration(Key.IDLE_TIMEOUT, defaults.idle(), Duration.ZERO),
                values.duration(Key.QUERY_TIMEOUT, defaults.query(), Duration.ZERO));
    }

    private static ProxySettings.Backends backends(Values values, ProxySettings.Backends defaults) {
        return new ProxySettings.Backends(
                values.integer(Key.MAX_BACKENDS, defaults.most(), 0, 100_000),
                values.duration(Key.BACKEND_WAIT, defaults.patience(), SHORTEST),
                values.duration(Key.BACKEND_IDLE, defaults.idle(), SHORTEST));
    }

    private static ProxySettings.Encryption encryption(Values values, Path stateDir) {
        Pair shown = pair(values, Key.TLS_CERTIFICATE, Key.TLS_KEY);
        return new ProxySettings.Encryption(
                shown.certificate(),
                shown.key(),
                Optional.of(stateDir),
                values.path(Key.TLS_CLIENT_CA),
                values.flag(Key.REQUIRE_TLS));
    }

    private static ProxySettings.ServerTls serverTls(
            Values values, ProxySettings.ServerTls defaults) {
        Pair shown = pair(values, Key.SERVER_TLS_CERTIFICATE, Key.SERVER_TLS_KEY);
        return new ProxySettings.ServerTls(
                values.choice(Key.SERVER_TLS, defaults.mode()),
                values.path(Key.SERVER_TLS_CA),
                shown.certificate(),
                shown.key());
    }

    private record Pair(Optional<Path> certificate, Optional<Path> key) {}

    private static Pair pair(Values values, Key certificate, Key key) {
        Pair pair = new Pair(values.path(certificate), values.path(key));
        if (pair.certificate().isPresent() == pair.key().isPresent()) {
            return pair;
        }
        values.problem(
                "%s and %s belong together: give both or none."
                        .formatted(certificate.word(), key.word()));
        return new Pair(Optional.empty(), Optional.empty());
    }
}
