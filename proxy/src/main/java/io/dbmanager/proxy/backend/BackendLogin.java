package io.dbmanager.proxy.backend;

import io.dbmanager.proxy.password.LoginSecret;

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
        boolean insistOnTls) {}
