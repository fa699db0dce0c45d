package io.dbmanager.proxy.auth;

import io.dbmanager.proxy.password.NativePassword;
import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.HandshakeResponse;

/**
 * What a client and its connection allow: which accounts it can be asked to log in as, and how.
 *
 * @param proxyCertified whether the proxy has a certificate of its own to show to the primary
 */
record ClientMeans(ClientLogin.Client client, HandshakeResponse request, boolean proxyCertified) {
    boolean canTry(Account account) {
        return isSecureEnoughFor(account) && account.asked().filter(this::canSpeak).isPresent();
    }

    boolean isSecureEnoughFor(Account account) {
        return switch (account.encryption()) {
            case ANY -> true;
            case TLS -> client.secure();
            case CERTIFICATE -> client.certified() && proxyCertified;
        };
    }

    /** Whether the client can be asked by this plugin. */
    boolean canSpeak(String plugin) {
        return plugin.equals(NativePassword.NAME)
                || Capabilities.has(request.capabilities(), Capabilities.PLUGIN_AUTH);
    }

    /** Whether the account would let the client in if only the proxy had a certificate. */
    boolean lacksProxyCertificate(Account account) {
        return account.encryption() == Account.Encryption.CERTIFICATE
                && client.secure()
                && !proxyCertified;
    }
}
