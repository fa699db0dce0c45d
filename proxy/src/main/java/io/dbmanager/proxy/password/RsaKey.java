package io.dbmanager.proxy.password;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.util.Base64;

/** The proxy's own key pair, with which clients without TLS hide their passwords. */
public final class RsaKey {
    private static final int BITS = 2048;

    private final KeyPair pair;
    private final byte[] pem;

    private RsaKey(KeyPair pair) {
        this.pair = pair;
        String body =
                Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(pair.getPublic().getEncoded());
        this.pem =
                ("-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n")
                        .getBytes(StandardCharsets.US_ASCII);
    }

    public static RsaKey generate() {
        return new RsaKey(generatePair());
    }

    public static KeyPair generatePair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has RSA", e);
        }
    }

    public PrivateKey privateKey() {
        return pair.getPrivate();
    }

    public byte[] publicPem() {
        return pem;
    }
}
