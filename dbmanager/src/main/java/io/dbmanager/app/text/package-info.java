/** Small functions on texts that people wrote or will read. */
@NullMarked
package io.dbmanager.app.text;

import org.jspecify.annotations.NullMarked;
