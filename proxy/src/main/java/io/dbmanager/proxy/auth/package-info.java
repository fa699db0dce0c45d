/**
 * Who a client is, decided by the primary alone: nobody lists accounts here.
 *
 * <p>A client proves to the proxy that it knows a password in such a way that the proxy can prove
 * the same to every server: for mysql_native_password the password's hash is recovered from the
 * client's answer with the help of the hash stored on the primary; for caching_sha2_password the
 * client says the password once over TLS or RSA. Begin reading at {@link
 * io.dbmanager.proxy.password.LoginSecret}.
 */
@NullMarked
package io.dbmanager.proxy.auth;

import org.jspecify.annotations.NullMarked;
