package io.dbmanager.proxy.auth;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate made at the first start and shown at all later ones, so that a client may
 * remember it. Both parts are in one file that its owner alone can read.
 */
final class KeptCertificate {
    private static final Logger log = LoggerFactory.getLogger(KeptCertificate.class);
    private static final String FILE = "proxy-certificate.pem";
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";
    private static final Set<PosixFilePermission> MINE =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private KeptCertificate() {}

    static SelfSignedCertificate in(Path folder, Instant now)
            throws GeneralSecurityException, IOException {
        Path file = folder.resolve(FILE);
        Optional<SelfSignedCertificate> kept = read(file, now);
        if (kept.isPresent()) {
            return kept.get();
        }
        SelfSignedCertificate made = SelfSignedCertificate.make("dbmanager proxy", now);
        write(file, made);
        return made;
    }

    /** What cannot be used any more is made anew. */
    private static Optional<SelfSignedCertificate> read(Path file, Instant now) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            String text = Files.readString(file);
            PrivateKey key =
                    KeyFactory.getInstance("RSA")
                            .generatePrivate(new PKCS8EncodedKeySpec(part(text, KEY)));
            X509Certificate certificate =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(
                                            new ByteArrayInputStream(part(text, CERTIFICATE)));
            certificate.checkValidity(Date.from(now));
            checkPair(key, certificate);
            return Optional.of(new SelfSignedCertificate(key, certificate));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            log.warn(
                    "certificate cannot be used, another is made file={} reason=\"{}\"",
                    file,
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static void checkPair(PrivateKey key, X509Certificate certificate)
            throws GeneralSecurityException {
        byte[] anything = {1, 2, 3};
        Signature signing = Signature.getInstance("SHA256withRSA");
        signing.initSign(key);
        signing.update(anything);
        byte[] signed = signing.sign();
        signing.initVerify(certificate);
        signing.update(anything);
        if (!signing.verify(signed)) {
            throw new GeneralSecurityException("the key is not the certificate's");
        }
    }

    private static byte[] part(String text, String name) {
        int start = text.indexOf(begin(name));
        int end = text.indexOf(end(name));
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("it has no " + name);
        }
        return Base64.getMimeDecoder().decode(text.substring(start + begin(name).length(), end));
    }

    /** Appears whole or not at all, whoever else starts at the same time. */
    private static void write(Path file, SelfSignedCertificate made)
            throws IOException, GeneralSecurityException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("there is no folder for " + file);
        }
        Files.createDirectories(folder);
        Path draft = Files.createTempFile(folder, FILE, ".new");
        try {
            if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(draft, MINE);
            }
            Files.writeString(
                    draft,
                    pem(KEY, made.key().getEncoded())
                            + pem(CERTIFICATE, made.certificate().getEncoded()));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static String pem(String name, byte[] content) {
        return begin(name)
                + "\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n"
                + end(name)
                + "\n";
    }

    private static String begin(String name) {
        return "-----BEGIN " + name + "-----";
    }

    private static String end(String name) {
        return "-----END " + name + "-----";
    }
}
