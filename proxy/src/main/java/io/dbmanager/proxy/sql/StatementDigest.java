package io.dbmanager.proxy.sql;

import io.netty.buffer.ByteBuf;

/**
 * A number for all statements that differ in nothing but literals, case, blanks and comments. One
 * instance for each event loop.
 */
public final class StatementDigest {
    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private final Lexer lexer = new Lexer();
    private byte[] scratch = new byte[1024];

    /** The buffer's own indices are neither used nor changed. */
    public long of(ByteBuf sql, int index, int length, SqlContext context) {
        if (scratch.length < length) {
            scratch = new byte[length];
        }
        sql.getBytes(index, scratch, 0, length);
        lexer.begin(scratch, 0, length, context);
        long digest = length == 0 ? 0 : PRIME;
        Token token = lexer.next();
        while (token != Token.END && token != Token.BROKEN) {
            digest = (digest ^ part(token)) * PRIME;
            digest ^= digest >>> 32;
            token = lexer.next();
        }
        return digest;
    }

    private long part(Token token) {
        return switch (token) {
            case WORD, QUOTED -> 1L << 32 | (lexer.hash() & 0xffffffffL);
            case STRING, NUMBER, PARAMETER -> 2L << 32;
            case USER_VARIABLE -> 3L << 32;
            case AT_AT, OPEN, CLOSE, COMMA, DOT, ASSIGN, EQUAL, SEMICOLON, OPERATOR ->
                    4L << 32 | (lexer.text()[lexer.tokenFrom()] & 0xff);
            case END, BROKEN -> 0;
        };
    }
}
