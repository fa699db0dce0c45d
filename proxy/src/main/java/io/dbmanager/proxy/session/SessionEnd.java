package io.dbmanager.proxy.session;

import java.util.Locale;

/** Every way in which a session can end. */
public enum SessionEnd {
    /** COM_QUIT. */
    CLIENT_QUIT,
    /** The connection ended without a word. */
    CLIENT_GONE,
    /** Something that the protocol does not allow. */
    CLIENT_MALFORMED,
    /** No login within the time limit. */
    LOGIN_TIMEOUT,
    LOGIN_REFUSED,
    TOO_MANY_CLIENTS,
    /** Said nothing for too long. */
    IDLE,
    /** By KILL. */
    KILLED,
    /** With the primary's connection went something that cannot be made again. */
    PRIMARY_LOST,
    /** With a replica's connection went a transaction that only reads. */
    REPLICA_LOST,
    /** A server went away in the middle of an answer. */
    ANSWER_CUT,
    /** By the server, as with COMMIT RELEASE. */
    SERVER_ENDED,
    /** The proxy is being stopped. */
    DRAINED,
    /** A mistake in the proxy itself. */
    INTERNAL;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
