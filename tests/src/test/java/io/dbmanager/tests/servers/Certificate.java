package io.dbmanager.tests.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * A certificate and its key, as the files a server takes. MariaDB 11.4 makes its own at each start
 * where it is given none, which costs seconds of processor time for each server.
 */
public record Certificate(Path certificate, Path key, Path store) {
    /** Of the store. */
    public static final String PASSWORD = "of-no-importance";

    private static final String ALIAS = "server";

    /** Made by the JDK's own tool and taken out of its store. */
    public static Certificate make(Path folder) {
        try {
            Path store = folder.resolve("certificate.p12");
            if (!Files.exists(store)) {
                Shell.run(command(store));
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream content = Files.newInputStream(store)) {
                keys.load(content, PASSWORD.toCharArray());
            }
            return new Certificate(
                    pem(folder, "CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()),
                    pem(
                            folder,
                            "PRIVATE KEY",
                            keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()),
                    store);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    List<String> options() {
        return List.of("--ssl-cert=" + certificate, "--ssl-key=" + key);
    }

    private static List<String> command(Path store) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=test server",
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "3650",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString());
    }

    private static Path pem(Path folder, String kind, byte[] encoded) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return Files.writeString(
                folder.resolve(kind.replace(' ', '-').toLowerCase(Locale.ROOT) + ".pem"),
                "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, body, kind));
    }
}
