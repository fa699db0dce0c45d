/**
 * The loop that keeps replicas: a virtual thread per server that looks, judges, acts and publishes.
 * Begin at {@link io.dbmanager.sync.watch.Watch}; what is made of what was seen is pure and stands
 * in {@link io.dbmanager.sync.watch.ReplicaAnalysis} and {@link
 * io.dbmanager.sync.watch.PrimaryExamination}.
 */
@NullMarked
package io.dbmanager.sync.watch;

import org.jspecify.annotations.NullMarked;
