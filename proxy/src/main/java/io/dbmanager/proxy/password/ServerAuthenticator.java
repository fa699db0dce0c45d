package io.dbmanager.proxy.password;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * The client's part of an authentication, played by the proxy towards a server. Fed what the server
 * says, answers what to say next; knows no channel.
 */
public final class ServerAuthenticator {
    /** What to do next. */
    public sealed interface Move {
        /** Send this packet's payload. */
        @SuppressWarnings("ArrayRecordComponent") // Consumed at once.
        record Send(byte[] payload) implements Move {}

        /** Wait for what the server says next. */
        record Wait() implements Move {}

        /** It cannot be done; a phrase for people. */
        record GiveUp(String why) implements Move {}
    }

    private static final String SHA256 = "sha256_password";
    private static final String CLEAR = "mysql_clear_password";
    private static final byte[] NOTHING = {};

    private final LoginSecret secret;
    private final boolean secure;
    private String plugin;
    private byte[] scramble;

    /**
     * @param plugin the one the server's greeting names
     * @param secure whether the connection is encrypted
     */
    public ServerAuthenticator(LoginSecret secret, String plugin, byte[] scramble, boolean secure) {
        this.secret = secret;
        this.secure = secure;
        this.plugin = secret instanceof LoginSecret.Hash ? NativePassword.NAME : plugin;
        this.scramble = scramble;
    }

    /** The plugin to name in the answer to the greeting. */
    public String plugin() {
        return plugin;
    }

    /** What to put into the answer to the greeting: a wrong guess is corrected by the server. */
    public byte[] first() {
        return answer() instanceof Move.Send(byte[] payload) ? payload : NOTHING;
    }

    /** The server wants another plugin. */
    public Move switchTo(String other, byte[] otherScramble) {
        plugin = other;
        scramble = otherScramble;
        return answer();
    }

    private Move answer() {
        return switch (secret) {
            case LoginSecret.Empty _ -> empty();
            case LoginSecret.Hash hash ->
                    plugin.equals(NativePassword.NAME)
                            ? new Move.Send(NativePassword.answer(hash.sha1(), scramble))
                            : new Move.GiveUp(
                                    "the server asks for "
                                            + plugin
                                            + ", the client's account on the primary uses "
                                            + NativePassword.NAME);
            case LoginSecret.Plain plain -> plain(plain.password());
        };
    }

    private Move empty() {
        return switch (plugin) {
            case SHA256, CLEAR -> new Move.Send(new byte[] {0});
            case Ed25519.PLUGIN -> new Move.Send(Ed25519.sign(NOTHING, scramble));
            default -> new Move.Send(NOTHING);
        };
    }

    private Move plain(byte[] password) {
        return switch (plugin) {
            case NativePassword.NAME ->
                    new Move.Send(NativePassword.answer(Digests.sha1(password), scramble));
            case CachingSha2.NAME -> new Move.Send(CachingSha2.answer(password, scramble));
            case SHA256 -> secure ? clear(password) : new Move.Send(new byte[] {1});
            case CLEAR ->
                    secure
                            ? clear(password)
                            : new Move.GiveUp(
                                    "the server asks for the password in clear without TLS");
            case Ed25519.PLUGIN -> new Move.Send(Ed25519.sign(password, scramble));
            case Parsec.PLUGIN -> new Move.Send(NOTHING);
            default -> new Move.GiveUp("the server asks for the plugin '" + plugin + "'");
        };
    }

    private static Move clear(byte[] password) {
        return new Move.Send(Arrays.copyOf(password, password.length + 1));
    }

    /** The server says more, in words of its plugin. */
    public Move more(byte[] data) {
        if (plugin.equals(Parsec.PLUGIN)) {
            return parsec(data);
        }
        if (!(secret instanceof LoginSecret.Plain plain)) {
            // An account without a password has nothing more to prove.
            return new Move.Wait();
        }
        if (plugin.equals(CachingSha2.NAME) && data.length == 1) {
            return switch (data[0]) {
                case CachingSha2.FAST_OK -> new Move.Wait();
                case CachingSha2.FULL ->
                        secure
                                ? clear(plain.password())
                                : new Move.Send(new byte[] {CachingSha2.REQUEST_KEY});
                default -> new Move.GiveUp("the server's authentication is not understood");
            };
        }
        return encrypted(plain.password(), new String(data, StandardCharsets.US_ASCII));
    }

    private Move parsec(byte[] data) {
        byte[] password = secret instanceof LoginSecret.Plain plain ? plain.password() : NOTHING;
        byte[] answer = Parsec.answer(password, scramble, data);
        return answer == null
                ? new Move.GiveUp("the server's authentication is not understood")
                : new Move.Send(answer);
    }

    private Move encrypted(byte[] password, String pem) {
        try {
            return new Move.Send(
                    CachingSha2.encrypt(password, scramble, CachingSha2.parseKey(pem)));
        } catch (GeneralSecurityException _) {
            return new Move.GiveUp("the server's public key cannot be used");
        }
    }
}
