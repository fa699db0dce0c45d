package io.dbmanager.proxy.backend;

import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.TextResult;

/** What a server said to a query of the proxy's own. */
public sealed interface Answer {
    record Rows(TextResult result) implements Answer {}

    record Done() implements Answer {}

    record Failed(ErrPacket error) implements Answer {}

    record Lost(String why) implements Answer {}
}
