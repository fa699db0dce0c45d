/**
 * The first copy of a primary, on real servers and by itself: nothing here but the copy, and just
 * enough replication to see whether the position that it names is the right one. Begin with {@link
 * io.dbmanager.tests.seed.CopySeederTest}.
 */
@NullMarked
package io.dbmanager.tests.seed;

import org.jspecify.annotations.NullMarked;
