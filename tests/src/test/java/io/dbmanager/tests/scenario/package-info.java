/**
 * The whole at work on real servers: replicas made, kept and read from, and all that can befall
 * them. Begin at {@link io.dbmanager.tests.scenario.Fleet}, which does what the program does, and
 * at {@code MainJobTest}.
 */
@NullMarked
package io.dbmanager.tests.scenario;

import org.jspecify.annotations.NullMarked;
