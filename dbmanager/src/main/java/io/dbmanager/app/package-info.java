/**
 * The program {@code startsync}. Begin reading at {@link io.dbmanager.app.Main}; the story of a run
 * is {@link io.dbmanager.app.run.Run}.
 */
@NullMarked
package io.dbmanager.app;

import org.jspecify.annotations.NullMarked;
