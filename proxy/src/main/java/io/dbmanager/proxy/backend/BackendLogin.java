package io.dbmanager.proxy.backend;

import io.dbmanager.common.Credentials;
import io.dbmanager.proxy.password.LoginSecret;
import io.dbmanager.proxy.protocol.Capabilities;

/**
 * As whom to log in to a server, and how to speak there.
 *
 * @param schema empty for none
 * @param capabilities those agreed with the client, so that bytes pass through unchanged
 * @param attributes the client's connection attributes
 * @param insistOnTls where the client came over TLS, the way to the server is not in clear either,
 *     if the server can
 */
@SuppressWarnings("ArrayRecordComponent") // Passed through, never compared.
public record BackendLogin(
        String user,
        LoginSecret secret,
        String schema,
        long capabilities,
        int collation,
        byte[] attributes,
        boolean insistOnTls) {
    private static final int UTF8MB4_GENERAL_CI = 45;

    /** The proxy's own: for questions, not for clients. */
    public static BackendLogin managing(Credentials who) {
        return plain(who.user(), LoginSecret.ofPassword(who.password().reveal()), true);
    }

    /** For statements of the proxy's own. */
    public static BackendLogin plain(String user, LoginSecret secret, boolean insistOnTls) {
        return new BackendLogin(
                user,
                secret,
                "",
                Capabilities.PROTOCOL_41
                        | Capabilities.SECURE_CONNECTION
                        | Capabilities.PLUGIN_AUTH
                        | Capabilities.TRANSACTIONS,
                UTF8MB4_GENERAL_CI,
                new byte[0],
                insistOnTls);
    }
}
