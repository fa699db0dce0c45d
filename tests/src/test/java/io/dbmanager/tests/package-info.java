/** Tests of the whole on real servers. Begin at {@code servers}, which starts them. */
@NullMarked
package io.dbmanager.tests;

import org.jspecify.annotations.NullMarked;
