/**
 * A client's session: the client, its backends and its state.
 *
 * <p>A connection begins with {@link io.dbmanager.proxy.session.ClientHandshake}, which makes way
 * for a {@link io.dbmanager.proxy.session.ClientSession}. One command at a time: it is classified
 * ({@code proxy.sql}), routed ({@code proxy.route}), and run as an {@link
 * io.dbmanager.proxy.session.Attempt} on a {@link io.dbmanager.proxy.session.SessionBackend}; what
 * it did to the session is noted in {@link io.dbmanager.proxy.session.SessionMemory}. Everything of
 * a session happens on one event loop, so nothing here locks.
 */
@NullMarked
package io.dbmanager.proxy.session;

import org.jspecify.annotations.NullMarked;
