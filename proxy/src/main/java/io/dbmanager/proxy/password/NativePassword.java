package io.dbmanager.proxy.password;

import io.dbmanager.proxy.protocol.Handshake;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * mysql_native_password. The server stores SHA1(SHA1(password)); the client answers SHA1(password)
 * XOR SHA1(scramble + SHA1(SHA1(password))). So whoever knows the stored hash and sees the answer
 * learns SHA1(password), with which one can log in elsewhere.
 */
public final class NativePassword {
    public static final String NAME = "mysql_native_password";
    private static final int LENGTH = 20;

    private NativePassword() {}

    public static byte[] answer(byte[] sha1, byte[] scramble) {
        return Digests.xor(sha1, Digests.sha1(scramble, Digests.sha1(sha1)));
    }

    /**
     * SHA1(password), if {@code answer} was made with the password of the stored hash; else null.
     */
    public static byte @Nullable [] recover(byte[] answer, byte[] scramble, byte[] stored) {
        if (answer.length != LENGTH || stored.length != LENGTH) {
            return null;
        }
        byte[] sha1 = Digests.xor(answer, Digests.sha1(scramble, stored));
        return MessageDigest.isEqual(Digests.sha1(sha1), stored) ? sha1 : null;
    }

    /** Reads a stored hash: a star and 40 hexadecimal digits. */
    public static byte[] parseStored(String text) {
        return HexFormat.of().parseHex(text, 1, 1 + 2 * LENGTH);
    }

    public static byte[] newScramble() {
        return Digests.scramble(Handshake.SCRAMBLE);
    }
}
