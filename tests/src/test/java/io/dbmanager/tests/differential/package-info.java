/**
 * The same sequences of statements, made by chance from a seed, said to a server and to the proxy
 * before another one with replicas that lag: whatever a client could see must be the same. Begin at
 * {@link io.dbmanager.tests.differential.Trial}.
 */
@NullMarked
package io.dbmanager.tests.differential;

import org.jspecify.annotations.NullMarked;
