package io.dbmanager.proxy.sql;

/** What the lexer finds. */
enum Token {
    END,
    SEMICOLON,
    /** A keyword or a name without quotes. */
    WORD,
    /** A name in back quotes, or in double quotes with ANSI_QUOTES. */
    QUOTED,
    STRING,
    NUMBER,
    /** {@code @a}, {@code @'a'} or {@code @`a`}; start and stop enclose the bare name. */
    USER_VARIABLE,
    /** {@code @@}: a scope or the name of a system variable follows. */
    AT_AT,
    OPEN,
    CLOSE,
    COMMA,
    DOT,
    /** {@code :=}. */
    ASSIGN,
    EQUAL,
    /** {@code ?}. */
    PARAMETER,
    OPERATOR,
    /** A string, name or comment that does not end, or a byte that has no place in a statement. */
    BROKEN
}
