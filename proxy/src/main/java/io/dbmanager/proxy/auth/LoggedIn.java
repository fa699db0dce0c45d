package io.dbmanager.proxy.auth;

import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.password.Digests;
import io.dbmanager.proxy.password.LoginSecret;
import io.dbmanager.proxy.protocol.HandshakeResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A client whom the primary has let in. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record LoggedIn(
        HandshakeResponse request,
        LoginSecret secret,
        Catalog catalog,
        BackendConnection primary,
        byte[] scramble) {

    /**
     * How MariaDB proves to a client that cannot check a certificate that it comes from somebody
     * who knows the client's password: a digest of both, in the text of the login's OK packet.
     *
     * @return empty where that is not done
     */
    public byte[] proofOf(byte[] certificate) {
        if (!catalog.version().isMariaDb() || !(secret instanceof LoginSecret.Hash hash)) {
            return new byte[0];
        }
        byte[] digest =
                Digests.sha256(Digests.sha1(hash.sha1()), scramble, Digests.sha256(certificate));
        String hex = HexFormat.of().withUpperCase().formatHex(digest);
        return ("\u0001" + hex).getBytes(StandardCharsets.US_ASCII);
    }
}
