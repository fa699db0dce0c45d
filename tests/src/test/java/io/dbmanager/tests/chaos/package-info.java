/**
 * startsync under load while servers die, stall, lag and are cut off, and while it is killed
 * itself: what was acknowledged must be there afterwards, on every server, and reads must not
 * notice. {@code ChaosTest} is the place to begin.
 */
@NullMarked
package io.dbmanager.tests.chaos;

import org.jspecify.annotations.NullMarked;
