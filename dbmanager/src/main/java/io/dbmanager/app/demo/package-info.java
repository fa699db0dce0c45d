/** Servers of our own to try things on: MariaDB, embedded. */
@NullMarked
package io.dbmanager.app.demo;

import org.jspecify.annotations.NullMarked;
