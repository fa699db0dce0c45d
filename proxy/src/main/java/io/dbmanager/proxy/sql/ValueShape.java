package io.dbmanager.proxy.sql;

import java.util.Map;

/** What kind of value a SET gives: whether another backend would make the same of its text. */
final class ValueShape {
    /** Functions of their arguments alone. */
    private static final WordTable<Boolean> PURE =
            new WordTable<>(
                    Map.ofEntries(
                            Map.entry("cast", true),
                            Map.entry("coalesce", true),
                            Map.entry("concat", true),
                            Map.entry("concat_ws", true),
                            Map.entry("convert", true),
                            Map.entry("find_in_set", true),
                            Map.entry("greatest", true),
                            Map.entry("if", true),
                            Map.entry("ifnull", true),
                            Map.entry("instr", true),
                            Map.entry("least", true),
                            Map.entry("left", true),
                            Map.entry("length", true),
                            Map.entry("lower", true),
                            Map.entry("ltrim", true),
                            Map.entry("nullif", true),
                            Map.entry("replace", true),
                            Map.entry("right", true),
                            Map.entry("rtrim", true),
                            Map.entry("substr", true),
                            Map.entry("substring", true),
                            Map.entry("trim", true),
                            Map.entry("upper", true)));

    /** Words that have a value of their own, which is not the same from moment to moment. */
    private static final WordTable<Boolean> MOVING =
            new WordTable<>(
                    Map.of(
                            "current_date", true,
                            "current_role", true,
                            "current_time", true,
                            "current_timestamp", true,
                            "current_user", true,
                            "localtime", true,
                            "localtimestamp", true,
                            "utc_date", true,
                            "utc_time", true,
                            "utc_timestamp", true));

    private int tokens;
    private int from;
    private int stop;
    private int edges;
    private boolean literal;
    private boolean repeatable;
    private boolean wordIsPure;
    private boolean bareWord;
    private boolean afterCollate;
    private Token previous = Token.END;

    void begin() {
        tokens = 0;
        from = 0;
        stop = 0;
        literal = true;
        repeatable = true;
        wordIsPure = false;
        bareWord = false;
        afterCollate = false;
        previous = Token.END;
    }

    /** The token the lexer stands on is part of the value. */
    void note(Lexer lexer, int depth) {
        Token token = lexer.token();
        if (tokens == 0) {
            from = lexer.tokenFrom();
            edges = lexer.comments().executableEdges();
        } else if (edges != lexer.comments().executableEdges()) {
            // Its text would carry half an executable comment.
            variesByServer();
        }
        literal &= depth == 0 && isPartOfLiteral(lexer, token);
        switch (token) {
            case OPEN -> repeatable &= previous != Token.WORD || wordIsPure;
            case USER_VARIABLE, PARAMETER, ASSIGN -> repeatable = false;
            case WORD -> {
                repeatable &= !lexer.is(Keyword.SELECT) && lexer.find(MOVING) == null;
                wordIsPure = lexer.find(PURE) != null || lexer.is(Keyword.AS);
            }
            case QUOTED -> repeatable &= tokens == 0 || previous == Token.AT_AT;
            default -> {}
        }
        previous = token;
        tokens++;
    }

    /** The lexer stands on the last token read of the value. */
    void reach(Lexer lexer) {
        stop = lexer.position();
    }

    /** A sign, words and strings such as {@code _utf8mb4'x' COLLATE y}: nothing to evaluate. */
    private boolean isPartOfLiteral(Lexer lexer, Token token) {
        return switch (token) {
            case NUMBER -> true;
            case STRING -> {
                bareWord = false;
                yield true;
            }
            case WORD -> isWordOfLiteral(lexer);
            case QUOTED -> tokens == 0;
            case OPERATOR ->
                    tokens == 0
                            && (lexer.text()[lexer.start()] == '-'
                                    || lexer.text()[lexer.start()] == '+');
            default -> false;
        };
    }

    private boolean isWordOfLiteral(Lexer lexer) {
        if (lexer.is(Keyword.COLLATE)) {
            afterCollate = true;
            return true;
        }
        if (afterCollate) {
            return true;
        }
        bareWord = !(lexer.is(Keyword.TRUE) || lexer.is(Keyword.FALSE) || lexer.is(Keyword.NULL));
        return tokens == 0 && lexer.find(MOVING) == null;
    }

    void variesByServer() {
        literal = false;
        repeatable = false;
    }

    /** Whether it is a constant: a number, string, or word such as ON. */
    boolean isLiteral() {
        return literal && tokens > 0;
    }

    /** As {@link #isLiteral}, but a word that is not part of a string means a column here. */
    boolean isLiteralOfUserVariable() {
        return isLiteral() && !bareWord;
    }

    /** Whether evaluating it on another backend of this session gives the same. */
    boolean isRepeatable() {
        return repeatable && tokens > 0;
    }

    String text(Lexer lexer) {
        return Bytes.text(lexer.text(), from, stop);
    }
}
