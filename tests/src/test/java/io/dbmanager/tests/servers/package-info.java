/**
 * Real database servers for tests, blank as a customer hands them out, and the ways in which they
 * fail. Begin at {@link io.dbmanager.tests.servers.Cluster}:
 *
 * <pre>
 * try (Cluster cluster = Cluster.of(ServerFlavour.MARIADB_11_4).replicas(2).start()) {
 *     cluster.primary().execute("CREATE DATABASE shop");
 *     cluster.replica(1).stall();
 * }
 * </pre>
 *
 * <p>{@link io.dbmanager.tests.servers.TestServers} knows which flavours can run on this machine;
 * {@link io.dbmanager.tests.servers.EachFlavour} runs a test once on each of them and skips the
 * others by name. Nothing here knows dbmanager beyond the values of {@code common}.
 */
@NullMarked
package io.dbmanager.tests.servers;

import org.jspecify.annotations.NullMarked;
