/** How log lines look and where they go. */
@NullMarked
package io.dbmanager.app.log;

import org.jspecify.annotations.NullMarked;
