/**
 * Connections of the proxy's to servers: reaching one, logging in, and then commands and the ends
 * of their answers. A {@link io.dbmanager.proxy.backend.BackendConnection} knows nothing of
 * clients: what becomes of an answer is the business of its {@link
 * io.dbmanager.proxy.backend.Exchange}.
 */
@NullMarked
package io.dbmanager.proxy.backend;

import org.jspecify.annotations.NullMarked;
