package io.dbmanager.proxy.sql;

import io.dbmanager.common.Flavour;
import io.dbmanager.proxy.sql.SqlContext.ClientCharset;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Statements and servers for tests. */
public final class Sql {
    public static final SqlContext MYSQL_97 = SqlContext.defaults(Flavour.MYSQL, 90704);
    public static final SqlContext MYSQL_80 = SqlContext.defaults(Flavour.MYSQL, 80015);
    public static final SqlContext MYSQL_57 = SqlContext.defaults(Flavour.MYSQL, 50722);
    public static final SqlContext MARIADB_114 = SqlContext.defaults(Flavour.MARIADB, 110405);
    public static final SqlContext MARIADB_1011 = SqlContext.defaults(Flavour.MARIADB, 101106);

    private static final StatementClassifier CLASSIFIER = new StatementClassifier();

    private Sql() {}

    /** By the word of the table, with its flags: {@code mysql+ansi}. */
    public static List<SqlContext> servers(String word) {
        String[] parts = word.split("\\+");
        List<SqlContext> plain =
                switch (parts[0]) {
                    case "all" -> List.of(MYSQL_97, MYSQL_80, MYSQL_57, MARIADB_114, MARIADB_1011);
                    case "mysql" -> List.of(MYSQL_97, MYSQL_80);
                    case "maria" -> List.of(MARIADB_114, MARIADB_1011);
                    case "5.7" -> List.of(MYSQL_57);
                    default -> throw new IllegalArgumentException(word);
                };
        return plain.stream().map(context -> withFlags(context, parts)).toList();
    }

    private static SqlContext withFlags(SqlContext plain, String[] parts) {
        List<String> flags = List.of(parts);
        ClientCharset charset =
                flags.contains("gbk")
                        ? ClientCharset.TRAILING_BACKSLASH
                        : flags.contains("latin1") ? ClientCharset.SINGLE_BYTE : ClientCharset.UTF8;
        return new SqlContext(
                flags.contains("ansi"),
                flags.contains("nobackslash"),
                charset,
                plain.flavour(),
                plain.versionNumber());
    }

    public static Statement classify(String sql, SqlContext context) {
        return classify(sql.getBytes(StandardCharsets.UTF_8), context);
    }

    public static Statement classify(byte[] sql, SqlContext context) {
        byte[] padded = new byte[sql.length + 7];
        System.arraycopy(sql, 0, padded, 5, sql.length);
        ByteBuf buffer = Unpooled.wrappedBuffer(padded);
        try {
            return CLASSIFIER.classify(buffer, 5, sql.length, context);
        } finally {
            buffer.release();
        }
    }
}
