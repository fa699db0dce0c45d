/**
 * Connections to servers and what can go wrong with them. Begin at {@link
 * io.dbmanager.sync.jdbc.ServerConnector}, the one place that knows which driver is used and how it
 * is told to behave.
 */
@NullMarked
package io.dbmanager.sync.jdbc;

import org.jspecify.annotations.NullMarked;
