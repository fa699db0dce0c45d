package io.dbmanager.proxy.sql;

/** Statements about the session itself: transactions, locks, USE, KILL, prepared by text. */
final class SessionRules {
    private final Lexer lexer;
    private final Findings found;
    private final BodyScanner body;

    SessionRules(Lexer lexer, Findings found, BodyScanner body) {
        this.lexer = lexer;
        this.found = found;
        this.body = body;
    }

    /** On BEGIN. */
    void begin() {
        lexer.next();
        if (lexer.is(Keyword.WORK)) {
            lexer.next();
        }
        if (isEnd()) {
            found.is(StatementKind.BEGIN, Reasons.BEGINS);
        } else {
            compound();
        }
    }

    /** MariaDB runs blocks outside of routines; semicolons inside do not end them. */
    void compound() {
        found.is(StatementKind.WRITE, Reasons.COMPOUND);
        found.trait(Traits.MAY_CHANGE_SESSION);
        lexer.swallow();
    }

    /** On START. */
    void start() {
        lexer.next();
        if (!lexer.is(Keyword.TRANSACTION)) {
            found.is(StatementKind.WRITE, Reasons.ADMINISTERS);
            body.scanEffects();
            return;
        }
        found.is(StatementKind.BEGIN, Reasons.BEGINS);
        boolean read = false;
        while (lexer.next() != Token.END && !isEnd()) {
            if (read && lexer.is(Keyword.ONLY)) {
                found.is(StatementKind.BEGIN_READ_ONLY, Reasons.BEGINS_READ_ONLY);
            }
            if (lexer.is(Keyword.WITH)) {
                found.trait(Traits.TAKES_SNAPSHOT);
            }
            read = lexer.is(Keyword.READ);
        }
    }

    /** On COMMIT or ROLLBACK. */
    void end(StatementKind kind) {
        found.is(kind, Reasons.ENDS);
        boolean no = false;
        while (lexer.next() != Token.END && !isEnd()) {
            if (lexer.is(Keyword.TO)) {
                found.is(StatementKind.SAVEPOINT, Reasons.SAVEPOINT);
                body.scanEffects();
                return;
            }
            if (!no && lexer.is(Keyword.CHAIN)) {
                found.trait(Traits.CHAINS);
            }
            if (!no && lexer.is(Keyword.RELEASE)) {
                found.trait(Traits.ENDS_CONNECTION);
            }
            no = lexer.is(Keyword.NO);
        }
    }

    /** On LOCK or BACKUP. */
    void lock() {
        boolean backup = lexer.is(Keyword.BACKUP);
        found.is(StatementKind.LOCK_TABLES, Reasons.LOCKS);
        Token token = lexer.next();
        if (backup || !(lexer.is(Keyword.TABLE) || lexer.is(Keyword.TABLES))) {
            found.trait(Traits.LOCKS_SERVER);
        }
        for (; token != Token.END && !isEnd(); token = lexer.next()) {
            if (backup && (lexer.is(Keyword.END) || lexer.is(Keyword.UNLOCK))) {
                found.is(StatementKind.UNLOCK_TABLES, Reasons.UNLOCKS);
            }
        }
    }

    /** On FLUSH: some of its forms leave the session with locks. */
    void flush() {
        found.is(StatementKind.WRITE, Reasons.ADMINISTERS);
        while (lexer.next() != Token.END && !isEnd()) {
            if (lexer.is(Keyword.WITH) || lexer.is(Keyword.FOR)) {
                found.is(StatementKind.LOCK_TABLES, Reasons.LOCKS);
                found.trait(Traits.LOCKS_SERVER);
            }
        }
    }

    /** On USE. */
    void use() {
        lexer.next();
        boolean named = lexer.token() == Token.WORD || lexer.token() == Token.QUOTED;
        String name = named ? lexer.name() : "";
        if (named) {
            lexer.next();
        }
        if (named && isEnd()) {
            found.is(StatementKind.USE, Reasons.USES);
            found.change(new SessionChange.Schema(name));
        } else {
            found.is(StatementKind.WRITE, Reasons.UNKNOWN);
            found.change(new SessionChange.Other());
            body.scanEffects();
        }
    }

    /** On PREPARE. */
    void prepare() {
        found.is(StatementKind.PREPARE_TEXT, Reasons.PREPARED);
        lexer.next();
        notePrepared(true);
        body.scanEffects();
    }

    /** On PREPARE after DEALLOCATE or DROP. */
    void deallocate() {
        found.is(StatementKind.DEALLOCATE_TEXT, Reasons.PREPARED);
        lexer.next();
        notePrepared(false);
        body.scanEffects();
    }

    private void notePrepared(boolean created) {
        if (lexer.token() == Token.WORD || lexer.token() == Token.QUOTED) {
            found.change(new SessionChange.TextPrepared(lexer.lowerName(), created));
        }
    }

    /** On EXECUTE. */
    void execute() {
        found.is(StatementKind.EXECUTE_TEXT, Reasons.PREPARED);
        found.trait(Traits.MAY_CHANGE_SESSION);
        body.scanEffectsOnVariables();
    }

    /** On HANDLER. */
    void handler() {
        found.is(StatementKind.WRITE, Reasons.HANDLER);
        while (lexer.next() != Token.END && !isEnd()) {
            if (lexer.is(Keyword.OPEN)) {
                found.trait(Traits.OPENS_HANDLER);
            }
        }
    }

    /** On KILL. */
    KillTarget kill() {
        found.is(StatementKind.KILL, Reasons.KILL);
        lexer.next();
        boolean soft = lexer.is(Keyword.SOFT);
        if (soft || lexer.is(Keyword.HARD)) {
            lexer.next();
        }
        boolean query = lexer.is(Keyword.QUERY);
        if (query || lexer.is(Keyword.CONNECTION)) {
            lexer.next();
        }
        int from = lexer.start();
        int to = lexer.stop();
        long id = lexer.token() == Token.NUMBER ? readNumber() : -1;
        if (id >= 0) {
            lexer.next();
        }
        boolean understood = isEnd();
        body.scanEffects();
        return new KillTarget(understood ? id : -1, query, !soft, from, to);
    }

    private long readNumber() {
        long id = 0;
        for (int i = lexer.start(); i < lexer.stop(); i++) {
            byte b = lexer.text()[i];
            if (!Bytes.isDigit(b) || id > (Long.MAX_VALUE - 9) / 10) {
                return -1;
            }
            id = id * 10 + (b - '0');
        }
        return id;
    }

    private boolean isEnd() {
        Token token = lexer.token();
        return token == Token.END || token == Token.SEMICOLON || token == Token.BROKEN;
    }
}
