/**
 * Decides what is to be done, as pure functions of what was found: no clock and no I/O. Begin at
 * {@link io.dbmanager.sync.plan.SyncPlanner}; the ladder for one replica is {@link
 * io.dbmanager.sync.plan.ReplicaLadder}.
 */
@NullMarked
package io.dbmanager.sync.plan;

import org.jspecify.annotations.NullMarked;
