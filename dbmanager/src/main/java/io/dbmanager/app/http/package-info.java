/**
 * What can be asked over HTTP. {@link io.dbmanager.app.http.HttpServer} moves bytes, {@link
 * io.dbmanager.app.http.Router} knows paths, methods and the token, {@link
 * io.dbmanager.app.http.Endpoints} answers.
 */
@NullMarked
package io.dbmanager.app.http;

import org.jspecify.annotations.NullMarked;
