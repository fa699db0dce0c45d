/**
 * How a password is proved, towards clients and towards servers: the plugins' arithmetic, without
 * any channel. Begin reading at {@link io.dbmanager.proxy.password.LoginSecret}.
 */
@NullMarked
package io.dbmanager.proxy.password;

import org.jspecify.annotations.NullMarked;
