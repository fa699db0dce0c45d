package io.dbmanager.sync.jdbc;

/** Quoting, for statements that take no parameters. */
public final class Sql {
    private Sql() {}

    /** A name in backquotes. */
    public static String name(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /**
     * A text literal that is right in every {@code sql_mode}: quotes are doubled; a text that holds
     * a backslash, which {@code NO_BACKSLASH_ESCAPES} reads in another way, is refused.
     */
    public static String text(String text) {
        if (text.indexOf('\\') >= 0) {
            throw new IllegalArgumentException("a backslash has no literal right in every mode");
        }
        return "'" + text.replace("'", "''") + "'";
    }
}
