package io.dbmanager.proxy.password;

import java.nio.charset.StandardCharsets;

/** What an account's password is known as. None of them prints. */
public sealed interface LoginSecret {
    /** No password. */
    record Empty() implements LoginSecret {}

    /** SHA1(password): enough for mysql_native_password and for nothing else. */
    final class Hash implements LoginSecret {
        private final byte[] sha1;

        public Hash(byte[] sha1) {
            this.sha1 = sha1.clone();
        }

        public byte[] sha1() {
            return sha1;
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    /** The password, in the client's bytes. */
    final class Plain implements LoginSecret {
        private final byte[] password;

        public Plain(byte[] password) {
            this.password = password.clone();
        }

        public byte[] password() {
            return password;
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    static LoginSecret ofPassword(byte[] password) {
        return password.length == 0 ? new Empty() : new Plain(password);
    }

    static LoginSecret ofPassword(String password) {
        return ofPassword(password.getBytes(StandardCharsets.UTF_8));
    }
}
