package io.dbmanager.proxy.compression;

import io.netty.buffer.ByteBuf;

/** Compresses and expands blocks that know nothing of each other. Belongs to one event loop. */
interface Codec {
    /**
     * Compresses all of {@code in}, which stays as it is.
     *
     * @return whether it became shorter; else {@code out} is as it was
     */
    boolean compress(ByteBuf in, ByteBuf out);

    /**
     * Expands all of {@code in}, which stays as it is, to exactly {@code length} bytes of {@code
     * out}.
     *
     * @throws io.dbmanager.proxy.protocol.MalformedPacketException if it is anything else
     */
    void expand(ByteBuf in, ByteBuf out, int length);
}
