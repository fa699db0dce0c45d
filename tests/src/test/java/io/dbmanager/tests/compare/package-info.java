/**
 * Proves that a copy of a server is one: {@link io.dbmanager.tests.compare.AwkwardData} fills a
 * server with everything that is easily lost or bent on the way, and {@link
 * io.dbmanager.tests.compare.ServerComparison} finds every difference between two servers without a
 * line of the code that makes copies. Begin with the comparison.
 */
@NullMarked
package io.dbmanager.tests.compare;

import org.jspecify.annotations.NullMarked;
