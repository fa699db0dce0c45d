package io.dbmanager.proxy.sql;

/** How many parameters a statement to prepare has. */
public final class ParameterCount {
    private ParameterCount() {}

    public static int of(byte[] sql, SqlContext context) {
        Lexer lexer = new Lexer();
        lexer.begin(sql, 0, sql.length, context);
        int count = 0;
        Token token = lexer.next();
        while (token != Token.END && token != Token.BROKEN) {
            if (token == Token.PARAMETER) {
                count++;
            }
            token = lexer.next();
        }
        return count;
    }
}
