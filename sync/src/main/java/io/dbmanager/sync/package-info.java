/**
 * Makes replicas and keeps them: probes, analysis, plans, seeding and the loop that watches. Begin
 * at {@link io.dbmanager.sync.ReplicationManager}, whose methods are the story in order.
 *
 * <p>Talks JDBC on virtual threads; knows nothing of the proxy, with which it meets only in {@link
 * io.dbmanager.common.TopologySnapshot}.
 */
@NullMarked
package io.dbmanager.sync;

import org.jspecify.annotations.NullMarked;
