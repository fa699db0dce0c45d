/**
 * Programs in other languages, each with a driver of its own, that do the same straight to a server
 * and through the proxy. The programs are in {@code resources/clients}; each prints {@code ok} when
 * all that it checked held. One whose language or driver is not installed is skipped by name.
 */
@NullMarked
package io.dbmanager.tests.clients;

import org.jspecify.annotations.NullMarked;
