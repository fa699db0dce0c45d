/**
 * What the primary says of its stored functions: whether one may be called on a replica. Begin
 * reading at {@link io.dbmanager.proxy.routine.Routines}.
 */
@NullMarked
package io.dbmanager.proxy.routine;

import org.jspecify.annotations.NullMarked;
