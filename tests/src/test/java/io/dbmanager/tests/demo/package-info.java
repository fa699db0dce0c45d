/**
 * The program as a new user meets it: started as a process of its own, with {@code --demo}, looked
 * at with a client and a browser, and stopped by a signal.
 */
@NullMarked
package io.dbmanager.tests.demo;

import org.jspecify.annotations.NullMarked;
