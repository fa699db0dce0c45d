package io.dbmanager.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.proxy.password.CachingSha2;
import io.dbmanager.proxy.password.Digests;
import io.dbmanager.proxy.password.LoginSecret;
import io.dbmanager.proxy.password.NativePassword;
import io.dbmanager.proxy.password.RsaKey;
import io.dbmanager.proxy.password.ServerAuthenticator;
import io.dbmanager.proxy.password.ServerAuthenticator.Move;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is said to prove a password, and what can be learned from it. */
final class PasswordsTest {
    private static final String STORED = "*14E65567ABDB5135D0CFD9A70B3032C179A49EE7";
    private static final byte[] PASSWORD = "secret".getBytes(StandardCharsets.UTF_8);

    @Test
    void theHashIsRecoveredFromARightAnswerAndFromNoOther() {
        byte[] stored = NativePassword.parseStored(STORED);
        byte[] scramble = NativePassword.newScramble();
        byte[] sha1 = Digests.sha1(PASSWORD);
        byte[] answer = NativePassword.answer(sha1, scramble);
        assertThat(NativePassword.recover(answer, scramble, stored)).isEqualTo(sha1);
        answer[3] ^= 1;
        assertThat(NativePassword.recover(answer, scramble, stored)).isNull();
        assertThat(NativePassword.recover(new byte[5], scramble, stored)).isNull();
    }

    @Test
    void scramblesHaveNoZeroAndNoDollar() {
        for (int i = 0; i < 500; i++) {
            for (byte b : NativePassword.newScramble()) {
                assertThat((int) b).isPositive().isNotEqualTo('$');
            }
        }
    }

    @Test
    void anEncryptedPasswordIsReadByTheKeysOwnerOnly() throws Exception {
        RsaKey key = RsaKey.generate();
        byte[] scramble = NativePassword.newScramble();
        String pem = new String(key.publicPem(), StandardCharsets.US_ASCII);
        byte[] encrypted = CachingSha2.encrypt(PASSWORD, scramble, CachingSha2.parseKey(pem));
        assertThat(CachingSha2.decrypt(encrypted, scramble, key)).isEqualTo(PASSWORD);
    }

    @Test
    void theCacheBelievesRightAnswersAndForgets() {
        SecretCache cache = new SecretCache();
        byte[] scramble = NativePassword.newScramble();
        byte[] answer = CachingSha2.answer(PASSWORD, scramble);
        assertThat(cache.verified("u", answer, scramble)).isEmpty();
        cache.remember("u", new LoginSecret.Plain(PASSWORD));
        assertThat(cache.verified("u", answer, scramble)).isPresent();
        assertThat(cache.verified("v", answer, scramble)).isEmpty();
        assertThat(cache.verified("u", new byte[32], scramble)).isEmpty();
        cache.forget("u", new LoginSecret.Plain(PASSWORD));
        assertThat(cache.verified("u", answer, scramble)).isEmpty();
    }

    @Test
    void theCacheKnowsTwoPasswordsOfAnAccountThatIsGivenANewOne() {
        SecretCache cache = new SecretCache();
        byte[] scramble = NativePassword.newScramble();
        for (String password : List.of("first", "second", "first", "third")) {
            cache.remember("u", (LoginSecret.Plain) LoginSecret.ofPassword(password));
        }
        assertThat(List.of("first", "second", "third"))
                .filteredOn(password ->
                        cache.verified("u", answer(password, scramble), scramble).isPresent())
                .containsExactly("first", "third");
        cache.forget("u", (LoginSecret.Plain) LoginSecret.ofPassword("third"));
        assertThat(cache.verified("u", answer("first", scramble), scramble)).isPresent();
        assertThat(cache.verified("u", answer("third", scramble), scramble)).isEmpty();
    }

    private static byte[] answer(String password, byte[] scramble) {
        return CachingSha2.answer(password.getBytes(StandardCharsets.UTF_8), scramble);
    }

    @Test
    void theServerIsToldThePasswordInClearOverTlsOnly() {
        byte[] scramble = NativePassword.newScramble();
        byte[] full = {CachingSha2.FULL};
        LoginSecret secret = new LoginSecret.Plain(PASSWORD);
        assertThat(new ServerAuthenticator(secret, CachingSha2.NAME, scramble, true).more(full))
                .isInstanceOfSatisfying(
                        Move.Send.class,
                        send -> assertThat(send.payload()).startsWith(PASSWORD).hasSize(7));
        assertThat(new ServerAuthenticator(secret, CachingSha2.NAME, scramble, false).more(full))
                .isInstanceOfSatisfying(
                        Move.Send.class, send -> assertThat(send.payload()).containsExactly(2));
        assertThat(
                        new ServerAuthenticator(secret, "x", scramble, false)
                                .switchTo("mysql_clear_password", scramble))
                .isInstanceOf(Move.GiveUp.class);
    }

    @Test
    void aRecoveredHashServesOnePlugin() {
        byte[] scramble = NativePassword.newScramble();
        LoginSecret hash = new LoginSecret.Hash(Digests.sha1(PASSWORD));
        ServerAuthenticator identity =
                new ServerAuthenticator(hash, CachingSha2.NAME, scramble, false);
        assertThat(identity.plugin()).isEqualTo(NativePassword.NAME);
        assertThat(identity.switchTo(CachingSha2.NAME, scramble)).isInstanceOf(Move.GiveUp.class);
    }

    @Test
    void secretsDoNotPrint() {
        assertThat(new LoginSecret.Plain(PASSWORD)).hasToString("***");
        assertThat(new LoginSecret.Hash(PASSWORD)).hasToString("***");
    }

    @Test
    void theAccountClosestToTheProxysHostIsMeant() {
        Account any = account("%");
        Account net = account("10.0.%");
        Account exact = account("10.0.0.7");
        List<Account> all = List.of(any, net, exact);
        assertThat(catalog("10.0.0.7", all).account("u")).contains(exact);
        assertThat(catalog("10.0.0.8", all).account("u")).contains(net);
        assertThat(catalog("localhost", all).account("u")).contains(any);
        assertThat(catalog("localhost", all).account("nobody")).isEmpty();
    }

    @Test
    void anAnonymousAccountOfTheVeryHostIsMeantBeforeANamedOneOfAnyHost() {
        Account any = account("%");
        Account nobody =
                new Account(
                        "", "localhost", NativePassword.NAME, List.of(), Account.Encryption.ANY);
        Catalog both = catalog("localhost", List.of(any));
        Catalog catalog =
                new Catalog(
                        both.primary(),
                        both.greeting(),
                        both.version(),
                        "localhost",
                        Map.of("u", List.of(any), "", List.of(nobody)),
                        0);
        assertThat(catalog.account("u")).contains(nobody);
        assertThat(catalog.account("anybody")).contains(nobody);
    }

    private static Account account(String host) {
        return new Account("u", host, NativePassword.NAME, List.of(), Account.Encryption.ANY);
    }

    private static Catalog catalog(String seenAs, List<Account> accounts) {
        return new Catalog(
                new io.dbmanager.proxy.backend.Server(
                        "dbwrite", new io.dbmanager.common.ServerAddress("h", 1), 0),
                new io.dbmanager.proxy.protocol.Handshake(
                        "8.0.36", 1, new byte[20], 0, 45, 2, CachingSha2.NAME),
                io.dbmanager.common.ServerVersion.parse("8.0.36"),
                seenAs,
                Map.of("u", accounts),
                0);
    }

    @Test
    void aCertificateIsMadeThatItsOwnKeyVerifies() throws Exception {
        Random years = new Random(3);
        for (int i = 0; i < 3; i++) {
            Instant now = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(years.nextInt());
            SelfSignedCertificate made = SelfSignedCertificate.make("proxy", now);
            made.certificate().verify(made.certificate().getPublicKey());
            made.certificate().checkValidity(java.util.Date.from(now));
            assertThat(made.certificate().getSubjectX500Principal().getName())
                    .isEqualTo("CN=proxy");
        }
    }
}
