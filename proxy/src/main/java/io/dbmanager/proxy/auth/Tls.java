package io.dbmanager.proxy.auth;

import io.dbmanager.proxy.ProxySettings.Encryption;
import io.dbmanager.proxy.ProxySettings.ServerTls;
import io.dbmanager.proxy.backend.ServerEncryption;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** TLS to both sides, of versions 1.2 and 1.3. */
public final class Tls {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private Tls() {}

    /**
     * Spoken with clients: with the certificate of the settings, else with one that is made, and
     * kept where a folder for it is given.
     *
     * @throws IOException with one sentence, if the files cannot be used
     */
    public static SslContext towardsClients(Encryption settings) throws IOException {
        SslContextBuilder builder = shown(settings).protocols(VERSIONS).ciphers(ciphers());
        Path trusted = settings.clientCa().orElse(null);
        if (trusted != null) {
            use("tls-client-ca", trusted, () -> builder.trustManager(trusted.toFile()));
            builder.clientAuth(ClientAuth.OPTIONAL);
        }
        return use("tls-client-ca", trusted, builder::build);
    }

    private static SslContextBuilder shown(Encryption settings) throws IOException {
        if (settings.certificate().isPresent() && settings.key().isPresent()) {
            Path certificate = settings.certificate().get();
            Path key = settings.key().get();
            return use(
                    "tls-certificate " + certificate + " with tls-key",
                    key,
                    () -> SslContextBuilder.forServer(certificate.toFile(), key.toFile()));
        }
        try {
            SelfSignedCertificate made =
                    settings.keptIn().isPresent()
                            ? KeptCertificate.in(settings.keptIn().get(), Instant.now())
                            : SelfSignedCertificate.make("dbmanager proxy", Instant.now());
            return SslContextBuilder.forServer(made.key(), made.certificate());
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificate could be made: " + e.getMessage(), e);
        }
    }

    /**
     * Spoken with servers.
     *
     * @throws IOException with one sentence, if the files cannot be used
     */
    public static ServerEncryption towardsServers(ServerTls settings) throws IOException {
        boolean certified = settings.certificate().isPresent();
        return switch (settings.mode()) {
            case OFF -> new ServerEncryption(null, false, false);
            case PREFERRED -> {
                SslContextBuilder builder =
                        SslContextBuilder.forClient()
                                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                                .endpointIdentificationAlgorithm(null);
                yield new ServerEncryption(context(builder, settings), false, certified);
            }
            case VERIFY -> {
                SslContextBuilder builder =
                        SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
                Path trusted = settings.ca().orElse(null);
                if (trusted != null) {
                    use("server-tls-ca", trusted, () -> builder.trustManager(trusted.toFile()));
                }
                yield new ServerEncryption(context(builder, settings), true, certified);
            }
        };
    }

    private static SslContext context(SslContextBuilder builder, ServerTls settings)
            throws IOException {
        if (settings.certificate().isPresent() && settings.key().isPresent()) {
            Path certificate = settings.certificate().get();
            Path key = settings.key().get();
            use(
                    "server-tls-certificate " + certificate + " with server-tls-key",
                    key,
                    () -> builder.keyManager(certificate.toFile(), key.toFile()));
        }
        return builder.protocols(VERSIONS).ciphers(ciphers()).build();
    }

    /** All that the platform holds good: MySQL 8.0's first releases have none of Netty's choice. */
    private static List<String> ciphers() throws IOException {
        try {
            return List.of(SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites());
        } catch (GeneralSecurityException e) {
            throw new IOException("the platform has no TLS: " + e.getMessage(), e);
        }
    }

    private interface Use<T> {
        T use() throws IOException;
    }

    private static <T> T use(String key, @Nullable Path file, Use<T> what) throws IOException {
        try {
            return what.use();
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(key + " " + file + " cannot be used: " + e.getMessage(), e);
        }
    }
}
