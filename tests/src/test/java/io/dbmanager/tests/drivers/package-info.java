/**
 * What drivers rely on, asserted with real drivers on real servers, straight and through the proxy:
 * the same assertions must hold. begin at {@code DriversTest}.
 */
@NullMarked
package io.dbmanager.tests.drivers;

import org.jspecify.annotations.NullMarked;
