/**
 * What a statement is, told from its bytes: a lexer that follows the server's own rules (comments,
 * executable comments, quoting by {@code sql_mode}, client character set) and a classifier that
 * calls a statement a read only when it has proved it one.
 *
 * <p>Nothing here knows of channels, sessions or servers: bytes and a {@link
 * io.dbmanager.proxy.sql.SqlContext} go in, a {@link io.dbmanager.proxy.sql.Statement} with its
 * reason comes out. Begin reading at {@link io.dbmanager.proxy.sql.StatementClassifier}.
 */
@NullMarked
package io.dbmanager.proxy.sql;

import org.jspecify.annotations.NullMarked;
