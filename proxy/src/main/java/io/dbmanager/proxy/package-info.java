/**
 * The MySQL-protocol proxy: a client's bytes come in, become a statement, are classified and routed
 * to the primary or a replica, and the answer's bytes go back.
 *
 * <p>Runs on Netty's event loops and never blocks them; knows nothing of how replicas are made and
 * reads {@link io.dbmanager.common.TopologySnapshot} once per command.
 */
@NullMarked
package io.dbmanager.proxy;

import org.jspecify.annotations.NullMarked;
