package io.dbmanager.proxy.password;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.proxy.password.ServerAuthenticator.Move;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two plugins of MariaDB's that prove a password by a signature. */
final class Ed25519Test {
    private static final HexFormat HEX = HexFormat.of();

    /** The vectors of RFC 8032, section 7.1: a seed, its public key, a message, its signature. */
    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,"
                + "'',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,"
                + "72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
                + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,"
                + "af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    })
    void signsAsTheStandardDoes(String seed, String publicKey, String message, String signature) {
        assertThat(Ed25519.publicKey(HEX.parseHex(seed))).isEqualTo(HEX.parseHex(publicKey));
        assertThat(Ed25519.sign(HEX.parseHex(seed), HEX.parseHex(message)))
                .isEqualTo(HEX.parseHex(signature));
    }

    /** As MariaDB's manual shows what is stored of a password. */
    @Test
    void makesOfAPasswordWhatMariaDbStores() {
        assertThat(
                        Base64.getEncoder()
                                .withoutPadding()
                                .encodeToString(
                                        Ed25519.publicKey(
                                                "secret".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "secret",
                "p\u00e4ssword",
                "longer than any seed of the standard is"
            })
    void signsWithPasswordsOfAnyLengthWhatThePlatformVerifies(String password) throws Exception {
        byte[] key = password.getBytes(StandardCharsets.UTF_8);
        Random random = new Random(password.hashCode());
        for (int i = 0; i < 5; i++) {
            byte[] scramble = new byte[32];
            random.nextBytes(scramble);
            byte[] signature = Ed25519.sign(key, scramble);
            assertThat(verifies(Ed25519.publicKey(key), scramble, signature)).isTrue();
            signature[i] ^= 1;
            assertThat(verifies(Ed25519.publicKey(key), scramble, signature)).isFalse();
        }
    }

    @Test
    void answersAServerThatWantsEd25519() throws Exception {
        byte[] password = "secret".getBytes(StandardCharsets.UTF_8);
        byte[] scramble = Digests.scramble(32);
        ServerAuthenticator identity = identity(password);
        assertThat(identity.switchTo(Ed25519.PLUGIN, scramble))
                .isInstanceOfSatisfying(
                        Move.Send.class,
                        send ->
                                assertThat(send.payload())
                                        .isEqualTo(Ed25519.sign(password, scramble)));
    }

    /** The server's part played with the platform's own PBKDF2 and Ed25519. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "p\u00e4ssword",
                "a password of more than one hundred and twenty-eight bytes, which PBKDF2 makes a digest of before it begins, as HMAC demands it"
            })
    void answersAServerThatWantsParsec(String password) throws Exception {
        byte[] scramble = Digests.scramble(32);
        ServerAuthenticator identity = identity(password.getBytes(StandardCharsets.UTF_8));
        assertThat(identity.switchTo("parsec", scramble))
                .isInstanceOfSatisfying(
                        Move.Send.class, send -> assertThat(send.payload()).isEmpty());
        for (int doublings = 0; doublings <= 3; doublings++) {
            byte[] salt = Digests.scramble(18);
            byte[] said = Digests.joined(new byte[] {'P', (byte) doublings}, salt);
            byte[] answer = ((Move.Send) identity.more(said)).payload();
            assertThat(answer).hasSize(96);
            byte[] key = derived(password, salt, 1024 << doublings);
            byte[] own = Arrays.copyOf(answer, 32);
            byte[] signature = Arrays.copyOfRange(answer, 32, 96);
            assertThat(verifies(Ed25519.publicKey(key), Digests.joined(scramble, own), signature))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "50", "5001", "510111", "500411", "50ff11"})
    void givesUpOnAServerWhoseSaltIsNone(String said) {
        ServerAuthenticator identity = identity(new byte[] {1});
        identity.switchTo("parsec", Digests.scramble(32));
        assertThat(identity.more(HEX.parseHex(said))).isInstanceOf(Move.GiveUp.class);
    }

    private static ServerAuthenticator identity(byte[] password) {
        return new ServerAuthenticator(
                LoginSecret.ofPassword(password),
                NativePassword.NAME,
                NativePassword.newScramble(),
                false);
    }

    private static byte[] derived(String password, byte[] salt, int rounds)
            throws GeneralSecurityException {
        // The platform's own refuses an empty password; to HMAC a zero is the same key.
        char[] characters = password.isEmpty() ? new char[] {0} : password.toCharArray();
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                .generateSecret(new PBEKeySpec(characters, salt, rounds, 256))
                .getEncoded();
    }

    private static boolean verifies(byte[] publicKey, byte[] message, byte[] signature)
            throws GeneralSecurityException {
        byte[] reversed = new byte[32];
        for (int i = 0; i < 32; i++) {
            reversed[i] = publicKey[31 - i];
        }
        boolean odd = (reversed[0] & 0x80) != 0;
        reversed[0] &= 0x7F;
        PublicKey key =
                KeyFactory.getInstance("Ed25519")
                        .generatePublic(
                                new EdECPublicKeySpec(
                                        NamedParameterSpec.ED25519,
                                        new EdECPoint(odd, new BigInteger(1, reversed))));
        Signature verifying = Signature.getInstance("Ed25519");
        verifying.initVerify(key);
        verifying.update(message);
        try {
            return verifying.verify(signature);
        } catch (java.security.SignatureException _) {
            // The first half is no point of the curve.
            return false;
        }
    }
}
