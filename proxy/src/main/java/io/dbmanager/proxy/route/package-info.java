/**
 * Where a statement runs: {@link io.dbmanager.proxy.route.RoutingPolicy}, a pure function of the
 * statement, what is known of the session, and the topology. No clock, no channel, no I/O.
 */
@NullMarked
package io.dbmanager.proxy.route;

import org.jspecify.annotations.NullMarked;
