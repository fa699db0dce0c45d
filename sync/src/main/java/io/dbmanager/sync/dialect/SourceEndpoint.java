package io.dbmanager.sync.dialect;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerAddress;

/**
 * Where a replica is to fetch the primary's history from.
 *
 * @param account one that may replicate
 * @param tls whether the primary offers TLS
 */
public record SourceEndpoint(ServerAddress address, Credentials account, boolean tls) {}
