package io.dbmanager.proxy.password;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;

/**
 * caching_sha2_password. The client answers SHA256(password) XOR SHA256(SHA256(SHA256(password)) +
 * scramble), which suffices where the server has the account in its cache (fast). Where not (full),
 * the client sends the password: in clear over TLS, else with the scramble laid over it and
 * encrypted with the server's public key.
 */
public final class CachingSha2 {
    public static final String NAME = "caching_sha2_password";
    public static final int REQUEST_KEY = 0x02;
    public static final int FAST_OK = 0x03;
    public static final int FULL = 0x04;
    private static final String RSA = "RSA/ECB/OAEPWithSHA-1AndMGF1Padding";

    private CachingSha2() {}

    public static byte[] answer(byte[] password, byte[] scramble) {
        byte[] once = Digests.sha256(password);
        return Digests.xor(once, Digests.sha256(Digests.sha256(once), scramble));
    }

    /** The password with a final zero, encrypted for the owner of the key. */
    public static byte[] encrypt(byte[] password, byte[] scramble, PublicKey key)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(RSA);
        cipher.init(Cipher.ENCRYPT_MODE, key);
        return cipher.doFinal(Digests.xor(Arrays.copyOf(password, password.length + 1), scramble));
    }

    public static byte[] decrypt(byte[] encrypted, byte[] scramble, RsaKey key)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(RSA);
        cipher.init(Cipher.DECRYPT_MODE, key.privateKey());
        return withoutFinalZero(Digests.xor(cipher.doFinal(encrypted), scramble));
    }

    public static byte[] withoutFinalZero(byte[] password) {
        boolean terminated = password.length > 0 && password[password.length - 1] == 0;
        return terminated ? Arrays.copyOf(password, password.length - 1) : password;
    }

    /** Reads a public key as servers send it: PEM. */
    public static PublicKey parseKey(String pem) throws GeneralSecurityException {
        String base64 =
                pem.replace("-----BEGIN PUBLIC KEY-----", "")
                        .replace("-----END PUBLIC KEY-----", "")
                        .replaceAll("\\s", "")
                        .replace("\0", "");
        try {
            byte[] der = Base64.getDecoder().decode(base64);
            return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the public key is not in PEM form", e);
        }
    }
}
