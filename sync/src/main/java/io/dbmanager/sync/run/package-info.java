/**
 * Does what plans say. Begin at {@link io.dbmanager.sync.run.PlanRunner}: the primary first, then
 * its replicas side by side; {@link io.dbmanager.sync.run.StepRunner} runs a single step, and
 * {@link io.dbmanager.sync.run.SeedRun} makes what needs to be made equal.
 *
 * <p>Every step can be run twice, so that whatever a crash leaves behind is brought to the same end
 * by the next run.
 */
@NullMarked
package io.dbmanager.sync.run;

import org.jspecify.annotations.NullMarked;
