package io.dbmanager.common;

/**
 * A server as environment.json names it, before anything is known of it.
 *
 * @param name the service's name in lower case, such as {@code dbread1}
 * @param credentials the login that the environment gives for this server; a replica that has been
 *     synced accepts the primary's instead
 */
public record ServerSpec(String name, ServerAddress address, Credentials credentials) {}
