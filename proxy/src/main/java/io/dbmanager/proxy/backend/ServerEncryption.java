package io.dbmanager.proxy.backend;

import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards servers.
 *
 * @param context null where it is never spoken
 * @param verifies whether a server must speak it and show a certificate that {@code context}
 *     believes; else it is used where it can be had
 * @param certified whether the proxy has a certificate of its own to show
 */
public record ServerEncryption(@Nullable SslContext context, boolean verifies, boolean certified) {}
