package io.dbmanager.proxy.sql;

/** CREATE and DROP, as far as a session notices: temporary tables, and bodies of routines. */
final class DefinitionRules {
    private final Lexer lexer;
    private final Findings found;
    private final BodyScanner body;
    private final SessionRules session;

    DefinitionRules(Lexer lexer, Findings found, BodyScanner body, SessionRules session) {
        this.session = session;
        this.lexer = lexer;
        this.found = found;
        this.body = body;
    }

    /** On CREATE or ALTER. */
    void create() {
        found.is(StatementKind.WRITE, Reasons.DEFINES);
        boolean temporary = false;
        Token token = lexer.next();
        while (token == Token.WORD
                || token == Token.EQUAL
                || token == Token.OPERATOR
                || token == Token.QUOTED
                || token == Token.STRING
                || token == Token.USER_VARIABLE
                || token == Token.OPEN
                || token == Token.CLOSE) {
            Keyword word = lexer.keyword();
            temporary |= word == Keyword.TEMPORARY;
            if (word == Keyword.PROCEDURE
                    || word == Keyword.FUNCTION
                    || word == Keyword.TRIGGER
                    || word == Keyword.EVENT
                    || word == Keyword.PACKAGE) {
                routine();
                return;
            }
            if (word == Keyword.TABLE || word == Keyword.SELECT) {
                break;
            }
            token = lexer.next();
        }
        if (temporary) {
            temporaryTable();
        }
        body.scanEffects();
    }

    /** Semicolons inside a routine's body end nothing; what follows the body is not told apart. */
    private void routine() {
        found.trait(Traits.CHANGES_ROUTINE);
        if (lexer.swallow()) {
            found.trait(Traits.MAY_CHANGE_SESSION);
        }
    }

    /** On TABLE, or past anything else that may be temporary. */
    private void temporaryTable() {
        found.trait(Traits.CREATES_TEMPORARY_TABLE);
        lexer.next();
        if (lexer.is(Keyword.IF)) {
            lexer.next();
            lexer.next();
            lexer.next();
        }
        found.change(new SessionChange.TemporaryTable(readName(), true));
    }

    /** On DROP. */
    void drop() {
        found.is(StatementKind.WRITE, Reasons.DEFINES);
        lexer.next();
        if (lexer.is(Keyword.PREPARE)) {
            session.deallocate();
            return;
        }
        if (lexer.is(Keyword.TEMPORARY)) {
            lexer.next();
        }
        if (lexer.is(Keyword.TABLE) || lexer.is(Keyword.TABLES)) {
            dropTables();
        } else if (dropsRoutines()) {
            found.trait(Traits.CHANGES_ROUTINE);
        }
        body.scanEffects();
    }

    private boolean dropsRoutines() {
        Keyword word = lexer.keyword();
        return word == Keyword.FUNCTION
                || word == Keyword.PROCEDURE
                || word == Keyword.TRIGGER
                || word == Keyword.PACKAGE
                || word == Keyword.DATABASE
                || word == Keyword.SCHEMA;
    }

    private void dropTables() {
        found.trait(Traits.DROPS_TABLE);
        lexer.next();
        if (lexer.is(Keyword.IF)) {
            lexer.next();
            lexer.next();
        }
        while (lexer.token() == Token.WORD || lexer.token() == Token.QUOTED) {
            found.change(new SessionChange.TemporaryTable(readName(), false));
            if (lexer.token() != Token.COMMA) {
                return;
            }
            lexer.next();
        }
    }

    /** {@code name} or {@code schema.name}, and past it. */
    private String readName() {
        String name = lexer.lowerName();
        if (lexer.next() == Token.DOT) {
            lexer.next();
            name = name + "." + lexer.lowerName();
            lexer.next();
        }
        return name;
    }
}
