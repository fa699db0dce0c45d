/**
 * Waits until servers can be worked with. Begin at {@link io.dbmanager.sync.ready.ServerWaiter}.
 */
@NullMarked
package io.dbmanager.sync.ready;

import org.jspecify.annotations.NullMarked;
