package io.dbmanager.proxy.sql;

import org.jspecify.annotations.Nullable;

/** EXPLAIN, DESCRIBE, DESC, MariaDB's ANALYZE, and the proxy's own EXPLAIN ROUTE. */
final class ExplainRules {
    private final Lexer lexer;
    private final Findings found;
    private final BodyScanner body;

    ExplainRules(Lexer lexer, Findings found, BodyScanner body) {
        this.lexer = lexer;
        this.found = found;
        this.body = body;
    }

    /**
     * The lexer stands on EXPLAIN, DESCRIBE or DESC.
     *
     * @return where the statement that EXPLAIN ROUTE asks about begins; 0 for any other statement
     */
    int explain() {
        boolean explain = lexer.is(Keyword.EXPLAIN);
        lexer.next();
        if (explain && lexer.is(Keyword.ROUTE)) {
            int inner = lexer.position();
            Token following = lexer.peek();
            Keyword verb = lexer.peekKeyword();
            if (following == Token.OPEN || (verb != null && verb.isVerb())) {
                found.is(StatementKind.EXPLAIN_ROUTE, Reasons.EXPLAIN_ROUTE);
                lexer.swallow();
                return inner;
            }
        }
        skipOptions();
        explained();
        return 0;
    }

    /**
     * The lexer stands on ANALYZE.
     *
     * @return false if it is ANALYZE TABLE or the like
     */
    boolean analyze() {
        if (!lexer.context().isMariaDb()) {
            return false;
        }
        lexer.next();
        skipOptions();
        if (!startsQuery() || lexer.is(Keyword.TABLE)) {
            return false;
        }
        explained();
        return true;
    }

    private void skipOptions() {
        while (true) {
            Keyword word = lexer.keyword();
            if (word == Keyword.FORMAT && lexer.peek() == Token.EQUAL) {
                lexer.next();
                lexer.next();
                lexer.next();
            } else if (word == Keyword.INTO) {
                lexer.next();
                if (lexer.token() == Token.USER_VARIABLE) {
                    found.writesUserVariable(lexer.lowerName());
                    lexer.next();
                }
            } else if (word == Keyword.FOR && schemaFollows()) {
                lexer.next();
                lexer.next();
                lexer.next();
            } else if (isOption(word) && optionFollowed()) {
                lexer.next();
            } else {
                return;
            }
        }
    }

    private boolean schemaFollows() {
        lexer.peek();
        Keyword next = lexer.peekKeyword();
        return next == Keyword.SCHEMA || next == Keyword.DATABASE;
    }

    private static boolean isOption(@Nullable Keyword word) {
        return word == Keyword.ANALYZE || word == Keyword.EXTENDED || word == Keyword.PARTITIONS;
    }

    /** Else it is the name of a table. */
    private boolean optionFollowed() {
        Token next = lexer.peek();
        return next == Token.WORD || next == Token.OPEN || next == Token.QUOTED;
    }

    private boolean startsQuery() {
        Keyword word = lexer.keyword();
        return lexer.token() == Token.OPEN || (word != null && word.startsQuery());
    }

    private void explained() {
        Keyword word = lexer.keyword();
        if (startsQuery()) {
            found.is(StatementKind.READ, Reasons.EXPLAIN_READ);
            if (found.has(Traits.WRITES_USER_VARIABLE)) {
                found.raise(StatementKind.WRITE, Reasons.ASSIGNS);
            }
            body.scanQuery();
        } else if (word == Keyword.FOR) {
            found.is(StatementKind.SERVER_STATE, Reasons.EXPLAIN_CONNECTION);
            body.scanEffects();
        } else if (isName() && !changesData(word)) {
            describeTable();
        } else {
            found.is(StatementKind.WRITE, Reasons.NOT_A_QUERY);
            body.scanEffects();
        }
    }

    private boolean isName() {
        return lexer.token() == Token.WORD || lexer.token() == Token.QUOTED;
    }

    private static boolean changesData(@Nullable Keyword word) {
        return word == Keyword.INSERT
                || word == Keyword.REPLACE
                || word == Keyword.UPDATE
                || word == Keyword.DELETE
                || word == Keyword.SET;
    }

    /** Names, a pattern, and nothing else. */
    private void describeTable() {
        found.is(StatementKind.READ, Reasons.DESCRIBE);
        found.trait(Traits.NAMES_TABLE);
        Token token = lexer.next();
        while (token == Token.DOT) {
            lexer.next();
            token = lexer.next();
        }
        if (token == Token.WORD || token == Token.QUOTED || token == Token.STRING) {
            token = lexer.next();
        }
        if (token != Token.END && token != Token.SEMICOLON) {
            found.is(StatementKind.WRITE, Reasons.NOT_A_QUERY);
            body.scanEffects();
        }
    }
}
