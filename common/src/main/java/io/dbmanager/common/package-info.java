/**
 * The words every part of dbmanager shares: servers, addresses, versions, credentials, GTID sets
 * and {@link io.dbmanager.common.TopologySnapshot}, the one value in which the part that keeps
 * replicas and the part that routes to them meet.
 *
 * <p>Only values live here: no JDBC, no Netty, no clock that is not passed in. Begin reading at
 * {@link io.dbmanager.common.TopologySnapshot}.
 */
@NullMarked
package io.dbmanager.common;

import org.jspecify.annotations.NullMarked;
