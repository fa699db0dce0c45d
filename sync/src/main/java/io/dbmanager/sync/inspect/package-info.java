/**
 * What servers are and hold, read from them and changing nothing. Begin at {@link
 * io.dbmanager.sync.inspect.ServerInspector}; what it finds is a {@link
 * io.dbmanager.sync.inspect.ServerFacts}, from which plans are made.
 */
@NullMarked
package io.dbmanager.sync.inspect;

import org.jspecify.annotations.NullMarked;
