package io.dbmanager.common;

/** A login of a database server. */
public record Credentials(String user, Secret password) {
    public static Credentials of(String user, String password) {
        return new Credentials(user, Secret.of(password));
    }
}
