package io.dbmanager.proxy.auth;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;

/** TLS to both sides. */
public final class Tls {
    private Tls() {}

    /**
     * Shown to clients.
     *
     * @throws IOException with one sentence, if the files cannot be used
     */
    public static SslContext fromFiles(Path certificate, Path key) throws IOException {
        try {
            return SslContextBuilder.forServer(certificate.toFile(), key.toFile()).build();
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(
                    "tls-certificate "
                            + certificate
                            + " with tls-key "
                            + key
                            + " cannot be used: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Shown to clients where no files are named. */
    public static SslContext selfSigned() throws IOException {
        try {
            SelfSignedCertificate made =
                    SelfSignedCertificate.make("dbmanager proxy", Instant.now());
            return SslContextBuilder.forServer(made.key(), made.certificate()).build();
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificate could be made: " + e.getMessage(), e);
        }
    }

    /** Spoken to servers. Their certificates are their own; nobody here could check them. */
    public static SslContext towardsServers() throws IOException {
        return SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .build();
    }
}
