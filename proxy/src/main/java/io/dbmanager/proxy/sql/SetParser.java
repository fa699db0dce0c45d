package io.dbmanager.proxy.sql;

import io.dbmanager.proxy.sql.SessionChange.Replay;
import org.jspecify.annotations.Nullable;

/** Lists what a SET changes. What it does not understand it lists as a change nobody can follow. */
final class SetParser {
    private final Lexer lexer;
    private final Findings found;
    private final BodyScanner body;
    private final ValueShape shape = new ValueShape();

    /** Where an assignment goes. */
    private enum Scope {
        SESSION,
        /** GLOBAL, PERSIST or PERSIST_ONLY. */
        SERVER,
        /** After one with GLOBAL, versions differ on where one without a scope goes. */
        UNCLEAR
    }

    SetParser(Lexer lexer, Findings found, BodyScanner body) {
        this.lexer = lexer;
        this.found = found;
        this.body = body;
    }

    /** The lexer stands on the word after SET. */
    void parse() {
        found.is(StatementKind.SET, Reasons.SETS);
        Keyword word = lexer.keyword();
        if (word == Keyword.PASSWORD && lexer.peek() != Token.DOT) {
            found.is(StatementKind.SET, Reasons.DEFINES);
            found.change(new SessionChange.Password());
            body.scanEffects();
        } else if (word == Keyword.ROLE && !assignmentFollows()) {
            parseRole();
        } else if (word == Keyword.DEFAULT && lexer.peek() == Token.WORD) {
            found.is(StatementKind.WRITE, Reasons.DEFINES);
            body.scanEffects();
        } else if (isScope(word) && peekIs(Keyword.TRANSACTION)) {
            boolean session = word == Keyword.SESSION || word == Keyword.LOCAL;
            lexer.next();
            parseTransaction(session, !session);
        } else if (word == Keyword.TRANSACTION && !assignmentFollows()) {
            parseTransaction(false, false);
        } else {
            parseList();
        }
    }

    private boolean peekIs(Keyword keyword) {
        lexer.peek();
        return lexer.peekKeyword() == keyword;
    }

    private boolean assignmentFollows() {
        Token next = lexer.peek();
        return next == Token.EQUAL || next == Token.ASSIGN;
    }

    private void parseRole() {
        int from = lexer.tokenFrom();
        int stop = lexer.position();
        int edges = lexer.comments().executableEdges();
        while (!isEnd(lexer.next())) {
            stop = lexer.position();
        }
        found.change(
                edges == lexer.comments().executableEdges()
                        ? new SessionChange.Role("SET " + Bytes.text(lexer.text(), from, stop))
                        : new SessionChange.Other());
    }

    /** On TRANSACTION. */
    private void parseTransaction(boolean session, boolean server) {
        StringBuilder isolation = new StringBuilder();
        boolean inLevel = false;
        while (!isEnd(lexer.next())) {
            if (lexer.token() == Token.COMMA) {
                inLevel = false;
            } else if (inLevel && lexer.token() == Token.WORD) {
                isolation.append(isolation.isEmpty() ? "" : " ").append(lexer.name());
            } else if (lexer.is(Keyword.LEVEL)) {
                inLevel = true;
            }
        }
        if (server) {
            found.is(StatementKind.SET, Reasons.SETS_GLOBAL);
            found.change(new SessionChange.GlobalOrPersist("transaction"));
        } else {
            found.change(
                    new SessionChange.TransactionCharacteristics(!session, isolation.toString()));
        }
    }

    private void parseList() {
        Scope implied = Scope.SESSION;
        while (true) {
            Keyword word = lexer.keyword();
            boolean understood;
            if (lexer.token() == Token.USER_VARIABLE) {
                understood = parseUserVariable();
            } else if (word == Keyword.NAMES && !assignmentFollows()) {
                understood = parseNames();
            } else if (word == Keyword.CHARSET || word == Keyword.CHARACTER) {
                understood = parseCharacterSet(word);
            } else {
                Scope scope = parseScope();
                if (scope == Scope.SERVER) {
                    implied = Scope.UNCLEAR;
                }
                understood = parseSystemVariable(scope == null ? implied : scope);
            }
            if (!understood) {
                found.change(new SessionChange.Other());
                body.scanEffects();
                return;
            }
            if (lexer.token() != Token.COMMA) {
                expectEnd();
                return;
            }
            lexer.next();
        }
    }

    private void expectEnd() {
        if (!isEnd(lexer.token())) {
            found.change(new SessionChange.Other());
            body.scanEffects();
        }
    }

    private boolean parseUserVariable() {
        String name = lexer.lowerName();
        lexer.next();
        if (!readValue()) {
            return false;
        }
        boolean literal = shape.isLiteralOfUserVariable();
        String text = literal ? shape.text(lexer) : "";
        found.trait(Traits.WRITES_USER_VARIABLE);
        found.change(new SessionChange.UserVariable(name, text, literal));
        return true;
    }

    /** Past {@code SESSION}, {@code @@global.} and the like; null where none is written. */
    private @Nullable Scope parseScope() {
        boolean atAt = lexer.token() == Token.AT_AT;
        if (atAt) {
            lexer.next();
        }
        Keyword word = lexer.spelling();
        if (lexer.token() != Token.WORD || !isScope(word)) {
            return atAt ? Scope.SESSION : null;
        }
        Token following = lexer.peek();
        if (atAt ? following != Token.DOT : following != Token.WORD && following != Token.QUOTED) {
            return atAt ? Scope.SESSION : null;
        }
        lexer.next();
        if (atAt) {
            lexer.next();
        }
        return word == Keyword.SESSION || word == Keyword.LOCAL ? Scope.SESSION : Scope.SERVER;
    }

    private static boolean isScope(@Nullable Keyword word) {
        return word == Keyword.GLOBAL
                || word == Keyword.SESSION
                || word == Keyword.LOCAL
                || word == Keyword.PERSIST
                || word == Keyword.PERSIST_ONLY;
    }

    /** On the variable's name. */
    private boolean parseSystemVariable(Scope scope) {
        if (lexer.token() != Token.WORD && lexer.token() != Token.QUOTED) {
            return false;
        }
        String name = lexer.lowerName();
        boolean structured = lexer.next() == Token.DOT;
        if (structured) {
            lexer.next();
            name = name + "." + lexer.lowerName();
            lexer.next();
        }
        if (!readValue()) {
            return false;
        }
        switch (scope) {
            case SERVER -> {
                found.is(StatementKind.SET, Reasons.SETS_GLOBAL);
                found.change(new SessionChange.GlobalOrPersist(name));
            }
            case SESSION ->
                    found.change(structured ? new SessionChange.Other() : sessionVariable(name));
            case UNCLEAR -> found.change(new SessionChange.Other());
        }
        return true;
    }

    private SessionChange sessionVariable(String name) {
        Replay replay = SystemVariables.setting(name, shape.isRepeatable());
        if (name.equals("sql_auto_is_null") && !shape.text(lexer).equals("0")) {
            // WHERE id IS NULL then asks for the last insert id.
            replay = Replay.STAY;
        }
        return new SessionChange.SessionVariable(
                name, shape.text(lexer), shape.isLiteral(), replay);
    }

    /** On the equals sign; afterwards on what ends the value. */
    private boolean readValue() {
        if (lexer.token() != Token.EQUAL && lexer.token() != Token.ASSIGN) {
            return false;
        }
        lexer.next();
        body.scanValue(shape);
        return true;
    }

    private boolean parseNames() {
        lexer.next();
        String charset = readRaw();
        String collation = "";
        if (lexer.is(Keyword.COLLATE)) {
            lexer.next();
            collation = readRaw();
        }
        if (charset.isEmpty()) {
            return false;
        }
        found.change(new SessionChange.Names(charset, collation));
        return true;
    }

    private boolean parseCharacterSet(Keyword word) {
        Token next = lexer.next();
        if (word == Keyword.CHARACTER) {
            if (!lexer.is(Keyword.SET)) {
                return false;
            }
            next = lexer.next();
        }
        if (next == Token.EQUAL || next == Token.ASSIGN) {
            return false;
        }
        String charset = readRaw();
        if (charset.isEmpty()) {
            return false;
        }
        found.change(new SessionChange.CharacterSet(charset));
        return true;
    }

    /** A name or string as written, and past it; empty text for anything else. */
    private String readRaw() {
        Token token = lexer.token();
        if (token != Token.WORD && token != Token.STRING && token != Token.QUOTED) {
            return "";
        }
        String raw = Bytes.text(lexer.text(), lexer.tokenFrom(), lexer.position());
        lexer.next();
        return raw;
    }

    /**
     * {@code SET STATEMENT name=value, ... FOR}: whether it ends on FOR and changes nothing that
     * would make the statement after it mean something else.
     */
    boolean parseStatementSettings() {
        boolean harmless = true;
        do {
            lexer.next();
            if (lexer.token() != Token.WORD && lexer.token() != Token.QUOTED) {
                return false;
            }
            String name = lexer.lowerName();
            lexer.next();
            if (!readValue()) {
                return false;
            }
            harmless &=
                    SystemVariables.setting(name, shape.isRepeatable()) == Replay.REPLAY
                            && !name.equals("sql_mode")
                            && !name.startsWith("character_set");
        } while (lexer.token() == Token.COMMA);
        return harmless && lexer.is(Keyword.FOR);
    }

    private static boolean isEnd(Token token) {
        return token == Token.END || token == Token.SEMICOLON || token == Token.BROKEN;
    }
}
