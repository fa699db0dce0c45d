package io.dbmanager.proxy.password;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * MariaDB's plugin {@code parsec}. The server sends a scramble; the client asks for the account's
 * salt with an empty packet; the server answers 'P', the binary logarithm of the rounds over 1024,
 * and the salt; the client derives a key from its password by PBKDF2 and answers a scramble of its
 * own with the signature of both scrambles.
 */
final class Parsec {
    static final String PLUGIN = "parsec";
    private static final int SCRAMBLE = 32;
    private static final int FEWEST_ROUNDS = 1024;
    private static final int MOST_DOUBLINGS = 3;
    private static final String HMAC = "HmacSHA512";

    private Parsec() {}

    /**
     * @param said the server's packet with the salt
     * @return null where it is none
     */
    static byte @Nullable [] answer(byte[] password, byte[] scramble, byte[] said) {
        return answer(password, scramble, said, Digests.scramble(SCRAMBLE));
    }

    static byte @Nullable [] answer(byte[] password, byte[] scramble, byte[] said, byte[] own) {
        if (said.length < 3 || said[0] != 'P' || said[1] < 0 || said[1] > MOST_DOUBLINGS) {
            return null;
        }
        byte[] key = derive(password, said, FEWEST_ROUNDS << said[1]);
        return Digests.joined(own, Ed25519.sign(key, Digests.joined(scramble, own)));
    }

    /** PBKDF2 of RFC 8018, its first 32 bytes; the salt begins at the third byte. */
    private static byte[] derive(byte[] password, byte[] said, int rounds) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            // To HMAC a key is the same with zeros behind it, but an empty one is refused here.
            mac.init(new SecretKeySpec(password.length == 0 ? new byte[1] : password, HMAC));
            mac.update(said, 2, said.length - 2);
            byte[] block = mac.doFinal(new byte[] {0, 0, 0, 1});
            byte[] key = new byte[SCRAMBLE];
            for (int round = 1; ; round++) {
                for (int i = 0; i < key.length; i++) {
                    key[i] ^= block[i];
                }
                if (round == rounds) {
                    return key;
                }
                block = mac.doFinal(block);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }
}
