package io.dbmanager.proxy.sql;

/** Notes in a statement's {@link Findings} what the things that it uses do and depend on. */
final class EffectNotes {
    private final Lexer lexer;
    private final Findings found;
    private final UserLockNames locks;
    private boolean query;

    EffectNotes(Lexer lexer, Findings found, UserLockNames locks) {
        this.lexer = lexer;
        this.found = found;
        this.locks = locks;
    }

    /**
     * @param ofQuery whether what is noted may change the statement's kind
     */
    void begin(boolean ofQuery) {
        query = ofQuery;
    }

    /** Makes a query what asks for more care than a plain read. */
    void raise(StatementKind kind, String reason) {
        if (query) {
            found.raise(kind, reason);
        }
    }

    /** A system variable is read. */
    void reads(SystemVariables.Reading reading) {
        switch (reading) {
            case SESSION -> {}
            case LAST_STATEMENT -> raise(StatementKind.DIAGNOSTIC, Reasons.LAST_STATEMENT);
            case LAST_INSERT_ID -> lastInsertId();
            case CONNECTION_ID -> connectionId();
            case SERVER -> raise(StatementKind.SERVER_STATE, Reasons.SERVER_VARIABLE);
        }
    }

    private void lastInsertId() {
        found.trait(Traits.NEEDS_LAST_INSERT_ID);
        raise(StatementKind.PRIMARY_READ, Reasons.LAST_INSERT_ID);
    }

    private void connectionId() {
        found.trait(Traits.USES_CONNECTION_ID);
        raise(StatementKind.PRIMARY_READ, Reasons.CONNECTION_ID);
    }

    /** A number is taken from a sequence. */
    void sequence() {
        found.trait(Traits.USES_SEQUENCE);
        raise(StatementKind.WRITE, Reasons.SEQUENCE);
    }

    /** A built-in function is called. */
    void calls(BuiltInFunctions.Effect effect) {
        switch (effect) {
            case NONE, NONE_IF_ADJACENT -> {}
            case TAKES_USER_LOCK -> {
                locks.follows();
                raise(StatementKind.WRITE, Reasons.USER_LOCK);
            }
            case RELEASES_USER_LOCK, RELEASES_ALL_USER_LOCKS -> {
                found.trait(Traits.RELEASES_USER_LOCK);
                raise(StatementKind.WRITE, Reasons.USER_LOCK);
            }
            case ASKS_USER_LOCK -> {
                found.trait(Traits.ASKS_USER_LOCK);
                raise(StatementKind.PRIMARY_READ, Reasons.USER_LOCK);
            }
            case WAITS -> raise(StatementKind.PRIMARY_READ, Reasons.WAITS);
            case SPEAKS_OF_LAST_QUERY -> {
                found.trait(Traits.SPEAKS_OF_LAST_QUERY);
                raise(StatementKind.DIAGNOSTIC, Reasons.LAST_QUERY);
            }
            case SPEAKS_OF_LAST_STATEMENT ->
                    raise(StatementKind.DIAGNOSTIC, Reasons.LAST_STATEMENT);
            case LAST_INSERT_ID -> lastInsertId();
            case CONNECTION_ID -> connectionId();
            case SEQUENCE -> sequence();
            case UNIQUE_PER_SERVER -> raise(StatementKind.PRIMARY_READ, Reasons.UNIQUE);
            case SERVER_STATE -> raise(StatementKind.SERVER_STATE, Reasons.SERVER_FUNCTION);
            case READS_FILE -> raise(StatementKind.PRIMARY_READ, Reasons.READS_FILE);
            case XPATH -> {
                if (namesVariableInString()) {
                    raise(StatementKind.PRIMARY_READ, Reasons.XPATH);
                }
            }
        }
    }

    /** Whether {@code $@} stands anywhere in the text. */
    private boolean namesVariableInString() {
        byte[] text = lexer.text();
        for (int i = lexer.from(); i + 1 < lexer.end(); i++) {
            if (text[i] == '$' && text[i + 1] == '@') {
                return true;
            }
        }
        return false;
    }
}
