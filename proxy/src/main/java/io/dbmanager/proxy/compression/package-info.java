/**
 * The compressed protocol between a client and the proxy: packets of packets, below the packets
 * that everybody else reads and writes. Connections to servers are not compressed.
 *
 * <p>Begin reading at {@link io.dbmanager.proxy.compression.CompressionHandler}.
 */
@NullMarked
package io.dbmanager.proxy.compression;

import org.jspecify.annotations.NullMarked;
