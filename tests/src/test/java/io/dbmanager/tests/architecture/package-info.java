/** The rules that keep the house in order, as tests. */
@NullMarked
package io.dbmanager.tests.architecture;

import org.jspecify.annotations.NullMarked;
