/**
 * What happens after the settings are read: {@link io.dbmanager.app.run.Run} tells it from top to
 * bottom, the rest shows it to people and ends it in good order.
 */
@NullMarked
package io.dbmanager.app.run;

import org.jspecify.annotations.NullMarked;
