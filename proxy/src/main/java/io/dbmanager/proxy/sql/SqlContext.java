package io.dbmanager.proxy.sql;

import io.dbmanager.common.Flavour;
import java.util.Locale;
import java.util.Set;

/**
 * What the meaning of a statement's bytes depends on, besides the bytes.
 *
 * @param ansiQuotes {@code sql_mode} has ANSI_QUOTES: {@code "x"} is a name, not a string
 * @param noBackslashEscapes {@code sql_mode} has NO_BACKSLASH_ESCAPES
 * @param charset what {@code character_set_client} does to the bytes above 0x7f
 * @param flavour of the primary
 * @param versionNumber of the primary, as executable comments write it: 80034, 110405
 */
public record SqlContext(
        boolean ansiQuotes,
        boolean noBackslashEscapes,
        ClientCharset charset,
        Flavour flavour,
        int versionNumber) {

    /** How a client character set uses the bytes above 0x7f. */
    public enum ClientCharset {
        /** utf8mb3 and utf8mb4: such bytes never stand for white space or quotes. */
        UTF8,
        /** ascii, latin1, cp1251 and kin: some of these bytes are white space. */
        SINGLE_BYTE,
        /** gbk, sjis, big5, cp932, gb18030: a character's second byte may be a backslash. */
        TRAILING_BACKSLASH;

        private static final Set<String> TRAILING =
                Set.of("gbk", "sjis", "big5", "cp932", "gb18030");

        /** By the name of a character set or one of its collations; unknown ones carefully. */
        public static ClientCharset of(String charsetOrCollation) {
            String name = charsetOrCollation.toLowerCase(Locale.ROOT);
            int underscore = name.indexOf('_');
            String charset = underscore < 0 ? name : name.substring(0, underscore);
            if (charset.startsWith("utf8")) {
                return UTF8;
            }
            return TRAILING.contains(charset) ? TRAILING_BACKSLASH : SINGLE_BYTE;
        }
    }

    /** A fresh session of a driver of today: no odd {@code sql_mode}, UTF-8. */
    public static SqlContext defaults(Flavour flavour, int versionNumber) {
        return new SqlContext(false, false, ClientCharset.UTF8, flavour, versionNumber);
    }

    /** The same under another {@code sql_mode}, of whose words those count that change meanings. */
    public SqlContext withSqlMode(String modes) {
        return new SqlContext(
                modes.contains("ANSI_QUOTES"),
                modes.contains("NO_BACKSLASH_ESCAPES"),
                charset,
                flavour,
                versionNumber);
    }

    /** The same with backslashes that escape, or do not. */
    public SqlContext withNoBackslashEscapes(boolean none) {
        return new SqlContext(ansiQuotes, none, charset, flavour, versionNumber);
    }

    /** The same in another {@code character_set_client}. */
    public SqlContext withCharset(String name) {
        return new SqlContext(
                ansiQuotes, noBackslashEscapes, ClientCharset.of(name), flavour, versionNumber);
    }

    public boolean isMariaDb() {
        return flavour == Flavour.MARIADB;
    }
}
