/**
 * The bytes of the MySQL client/server protocol: framing, capabilities, and the packets that
 * somebody here has to read or write. Nothing in this package knows a channel.
 *
 * <p>What nobody asked about travels as bytes; a {@link
 * io.dbmanager.proxy.protocol.ResponseTracker} tells only where an answer ends. Begin reading at
 * {@link io.dbmanager.proxy.protocol.FrameBuffer}, then {@link
 * io.dbmanager.proxy.protocol.Handshake}.
 */
@NullMarked
package io.dbmanager.proxy.protocol;

import org.jspecify.annotations.NullMarked;
