/**
 * What each flavour and version of server calls things. Begin at {@link
 * io.dbmanager.sync.dialect.ReplicationDialect}; {@link io.dbmanager.sync.dialect.Dialects}
 * chooses.
 *
 * <p>The old words of the servers' SQL live here and nowhere else. Dialects are pure: they make
 * statements and read rows; running them is for others.
 */
@NullMarked
package io.dbmanager.sync.dialect;

import org.jspecify.annotations.NullMarked;
