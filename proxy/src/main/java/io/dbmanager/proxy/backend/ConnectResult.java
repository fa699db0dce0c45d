package io.dbmanager.proxy.backend;

import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.Handshake;

/** What became of an attempt to connect. */
public sealed interface ConnectResult {
    record Connected(BackendConnection backend, Handshake greeting) implements ConnectResult {}

    /** The server's own answer. */
    record Refused(ErrPacket error) implements ConnectResult {}

    /**
     * @param why a phrase for people: "connection refused"
     */
    record Unreachable(String why) implements ConnectResult {}
}
