package io.dbmanager.proxy.sql;

/**
 * Whom KILL is to hit.
 *
 * @param id a connection id of the proxy's; -1 where the statement has none that can be read, such
 *     as an expression, {@code KILL USER} or {@code KILL QUERY ID}: the server answers for it
 * @param queryOnly {@code KILL QUERY}: the statement, not the connection
 * @param hard MariaDB: false for {@code KILL SOFT}
 * @param from where the id begins in the text, in bytes
 * @param to where it ends
 */
public record KillTarget(long id, boolean queryOnly, boolean hard, int from, int to) {}
