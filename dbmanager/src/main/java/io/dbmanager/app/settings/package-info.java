/**
 * What can be set: {@link io.dbmanager.app.settings.Key} lists every key, {@link
 * io.dbmanager.app.settings.SettingsReader} finds their values, {@link
 * io.dbmanager.app.settings.Settings} is the result, checked.
 */
@NullMarked
package io.dbmanager.app.settings;

import org.jspecify.annotations.NullMarked;
