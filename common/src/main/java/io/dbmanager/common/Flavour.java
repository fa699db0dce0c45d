package io.dbmanager.common;

/** The two families of servers, which differ in their GTIDs, words and system tables. */
public enum Flavour {
    MYSQL("MySQL"),
    MARIADB("MariaDB");

    private final String displayName;

    Flavour(String displayName) {
        this.displayName = displayName;
    }

    @Override
    public String toString() {
        return displayName;
    }
}
