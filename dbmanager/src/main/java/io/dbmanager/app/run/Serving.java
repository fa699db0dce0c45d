package io.dbmanager.app.run;

import io.dbmanager.app.AppException;
import io.dbmanager.app.http.Endpoints;
import io.dbmanager.app.http.HttpServer;
import io.dbmanager.app.http.Meters;
import io.dbmanager.app.settings.Settings;
import io.dbmanager.common.Secret;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.proxy.ProxyServer;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What listens: the proxy, HTTP, and the file by which other commands find this process. */
final class Serving implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Serving.class);
    private static final int TOKEN_BYTES = 24;

    private final Settings settings;
    private final ProxyServer proxy;
    private final ProxyReadiness readiness;
    private final Endpoints endpoints;
    private final Meters meters;
    private Optional<HttpServer> http = Optional.empty();
    private Optional<Path> runtimeFile = Optional.empty();
    private InetSocketAddress proxyBound;
    private URI page = URI.create("http://not.listening.yet/");

    @Inject
    Serving(
            Settings settings,
            ProxyServer proxy,
            ProxyReadiness readiness,
            Endpoints endpoints,
            Meters meters) {
        this.settings = settings;
        this.proxy = proxy;
        this.readiness = readiness;
        this.endpoints = endpoints;
        this.meters = meters;
        this.proxyBound = settings.proxy().listen();
    }

    void open() throws AppException {
        Secret token = settings.http().token().orElseGet(Serving::newToken);
        HttpServer server = endpoints.server(settings.http(), token);
        http = Optional.of(server);
        try {
            page = uri(server.start());
        } catch (IOException e) {
            throw AppException.failed(e.getMessage() + "; give another with --http-listen.");
        }
        try {
            proxyBound = proxy.start();
        } catch (IOException e) {
            throw AppException.failed(e.getMessage() + "; give another with --proxy-listen.");
        }
        readiness.proxyListens(proxyBound);
        runtimeFile = Optional.of(RuntimeFile.of(page, token).write(settings.stateDir()));
        log.atInfo()
                .addKeyValue("proxy", readiness.proxyAddress())
                .addKeyValue("http", page)
                .addKeyValue("runtimeFile", runtimeFile.get())
                .log("listening");
    }

    private static Secret newToken() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }

    /** How this machine reaches an address that it listens on. */
    private static URI uri(InetSocketAddress bound) {
        InetAddress address = bound.getAddress();
        String host = address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
        return URI.create("http://" + new ServerAddress(host, bound.getPort()));
    }

    String proxyAddress() {
        return readiness.proxyAddress();
    }

    String proxyPort() {
        return Integer.toString(proxyBound.getPort());
    }

    URI pageAddress() {
        return page;
    }

    /** Running statements finish first; HTTP goes last, since it tells how far that has come. */
    @Override
    public void close() {
        readiness.close();
        proxy.drain(settings.drainTimeout());
        proxy.close();
        http.ifPresent(HttpServer::close);
        meters.close();
        runtimeFile.ifPresent(Serving::delete);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.getMessage())
                    .log("the runtime file stays behind");
        }
    }
}
