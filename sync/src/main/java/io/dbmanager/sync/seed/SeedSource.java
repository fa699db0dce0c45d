package io.dbmanager.sync.seed;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.ServerVersion;

/**
 * The server that is copied from.
 *
 * @param server with credentials that work
 * @param gtids whether the position of the copy is to be a GTID set, else file and offset
 */
public record SeedSource(ServerSpec server, ServerVersion version, boolean gtids) {}
