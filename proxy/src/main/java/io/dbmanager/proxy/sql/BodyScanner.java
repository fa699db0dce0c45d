package io.dbmanager.proxy.sql;

import io.dbmanager.proxy.sql.ServerTables.SystemSchema;
import org.jspecify.annotations.Nullable;

/**
 * Goes over a statement's tokens to its end and notes everything that decides where it may run. It
 * does not parse: it looks for words and signs that cannot stand in a plain read, and where it
 * cannot tell, it takes them for what asks for more care.
 */
final class BodyScanner {
    /** SELECT RELEASE_ALL_LOCKS ( ) */
    private static final int TOKENS_OF_RELEASE = 4;

    private final Lexer lexer;
    private final Findings found;
    private final UserLockNames locks;
    private final EffectNotes effects;
    private final WithLists withLists = new WithLists();

    private boolean query;
    private boolean routine;
    private boolean writesVariables;

    private Token previous = Token.SEMICOLON;
    private @Nullable Keyword previousWord;
    private @Nullable Keyword beforeWord;
    private Token before = Token.SEMICOLON;
    private boolean previousIsCteName;
    private boolean intoList;
    private boolean systemTableFollows;

    /** The last name: what a parenthesis after it may call. */
    private int nameStart;

    private int nameStop;
    private int nameHash;
    private int nameEnd;
    private boolean nameQuoted;

    /** The name before the last dot. */
    private int qualifierStart;

    private int qualifierStop;

    private int tokens;
    private boolean releasesAllLocks;
    private @Nullable ValueShape shape;
    private String lastVariable = "";
    private @Nullable String pendingFunction;
    private @Nullable Keyword pendingWord;

    BodyScanner(Lexer lexer, Findings found) {
        this.lexer = lexer;
        this.found = found;
        this.locks = new UserLockNames(lexer, found);
        this.effects = new EffectNotes(lexer, found, locks);
    }

    /** A SELECT, WITH, TABLE or VALUES: what it finds raises the kind. */
    void scanQuery() {
        begin(true, false);
        run();
    }

    /** Any other statement: its kind stands, what it does to the session is noted. */
    void scanEffects() {
        begin(false, false);
        run();
    }

    /** A statement that may set every user variable it names, such as CALL. */
    void scanEffectsOnVariables() {
        begin(false, true);
        run();
    }

    /**
     * The body of a stored function: all its statements, as if they were one query. What goes INTO
     * goes into variables of its own, and what it assigns with := too.
     */
    void scanRoutine() {
        begin(true, false);
        routine = true;
        run();
        while (lexer.token() == Token.SEMICOLON) {
            step(Token.SEMICOLON);
            lexer.next();
            run();
        }
        routine = false;
    }

    private void begin(boolean newQuery, boolean newWritesVariables) {
        query = newQuery;
        effects.begin(newQuery);
        writesVariables = newWritesVariables;
        withLists.begin();
        previous = Token.SEMICOLON;
        before = Token.SEMICOLON;
        previousWord = null;
        beforeWord = null;
        previousIsCteName = false;
        intoList = false;
        systemTableFollows = false;
        tokens = 0;
        releasesAllLocks = false;
        shape = null;
        lastVariable = "";
        pendingFunction = null;
        pendingWord = null;
        locks.begin();
        nameEnd = -1;
    }

    /** From the current token to the end of this statement. */
    private void run() {
        Token token = lexer.token();
        while (!isEnd(token)) {
            step(token);
            token = lexer.next();
        }
        settlePending(token);
        if (releasesAllLocks && tokens == TOKENS_OF_RELEASE) {
            found.trait(Traits.RELEASES_ALL_LOCKS);
        }
    }

    private static boolean isEnd(Token token) {
        return token == Token.END || token == Token.SEMICOLON || token == Token.BROKEN;
    }

    /**
     * One value of a SET, up to a comma outside parentheses, to FOR, or to the end.
     *
     * @param newShape learns what kind of value it is
     */
    void scanValue(ValueShape newShape) {
        begin(false, false);
        shape = newShape;
        newShape.begin();
        Token token = lexer.token();
        while (!isEnd(token)
                && !(withLists.depth() == 0 && (token == Token.COMMA || lexer.is(Keyword.FOR)))) {
            newShape.note(lexer, withLists.depth());
            step(token);
            newShape.reach(lexer);
            token = lexer.next();
        }
        shape = null;
    }

    private void step(Token token) {
        settlePending(token);
        tokens++;
        boolean cteName = false;
        if (token != Token.USER_VARIABLE && token != Token.COMMA) {
            intoList = false;
        }
        switch (token) {
            case WORD, QUOTED -> cteName = onName(token);
            case OPEN -> onOpen();
            case CLOSE -> withLists.parenthesisCloses();
            case COMMA -> withLists.comma();
            case DOT -> onDot();
            case USER_VARIABLE -> onUserVariable();
            case AT_AT -> onSystemVariable();
            case ASSIGN -> onAssign();
            case STRING, NUMBER, PARAMETER, EQUAL, OPERATOR -> {}
            case END, SEMICOLON, BROKEN -> {}
        }
        before = previous;
        beforeWord = previousWord;
        previous = token;
        previousWord = token == Token.WORD ? lexer.keyword() : null;
        previousIsCteName = cteName;
    }

    /** Words whose meaning the next token tells. */
    private void settlePending(Token token) {
        locks.settle(token);
        if (pendingFunction != null) {
            // name(SELECT ... is no call: a function's argument needs parentheses of its own.
            if (!(lexer.is(Keyword.SELECT) || lexer.is(Keyword.WITH))) {
                found.function(pendingFunction);
            }
            pendingFunction = null;
        }
        if (pendingWord != null && token != Token.OPEN) {
            effects.raise(StatementKind.WRITE, Reasons.DML_IN_QUERY);
        }
        pendingWord = null;
    }

    private boolean onName(Token token) {
        if (systemTableFollows) {
            systemTableFollows = false;
            onSystemTable();
        }
        Keyword keyword = token == Token.WORD ? lexer.keyword() : null;
        if (keyword != null) {
            if (keyword.isReserved()) {
                withLists.reservedWord(keyword);
            }
            onKeyword(keyword);
        }
        boolean cteName = withLists.isName(keyword);
        if (previous == Token.DOT && isSequenceWord()) {
            // Oracle mode: s.nextval
            effects.sequence();
        }
        rememberName(token);
        return cteName;
    }

    private boolean isSequenceWord() {
        return lexer.context().isMariaDb()
                && (lexer.spelling() == Keyword.NEXTVAL || lexer.spelling() == Keyword.CURRVAL);
    }

    private void rememberName(Token token) {
        nameStart = lexer.start();
        nameStop = lexer.stop();
        nameHash = lexer.hash();
        nameEnd = lexer.position();
        nameQuoted = token == Token.QUOTED;
    }

    private void onKeyword(Keyword keyword) {
        switch (keyword) {
            case WITH -> withLists.listBegins();
            case TABLE, FROM, JOIN, STRAIGHT_JOIN -> found.trait(Traits.NAMES_TABLE);
            case INTO -> {
                if (!routine) {
                    effects.raise(StatementKind.WRITE, Reasons.INTO);
                }
            }
            case OUTFILE, DUMPFILE -> {
                if (previousWord == Keyword.INTO) {
                    found.trait(Traits.WRITES_FILE);
                    effects.raise(StatementKind.WRITE, Reasons.OUTFILE);
                }
            }
            case UPDATE -> onUpdate();
            case SHARE -> {
                if (previousWord == Keyword.FOR) {
                    effects.raise(StatementKind.LOCKING_READ, Reasons.LOCKS_ROWS);
                }
            }
            case IN -> {
                if (previousWord == Keyword.LOCK) {
                    effects.raise(StatementKind.LOCKING_READ, Reasons.LOCKS_ROWS);
                }
            }
            case DELETE -> effects.raise(StatementKind.WRITE, Reasons.DML_IN_QUERY);
            case INSERT, REPLACE -> pendingWord = keyword;
            case PROCEDURE -> effects.raise(StatementKind.PRIMARY_READ, Reasons.PROCEDURE);
            case FOR -> {
                if (previousWord == Keyword.VALUE
                        && (beforeWord == Keyword.NEXT || beforeWord == Keyword.PREVIOUS)) {
                    effects.sequence();
                }
            }
            case SQL_CALC_FOUND_ROWS -> found.trait(Traits.CALCULATES_FOUND_ROWS);
            default -> {}
        }
    }

    private void onUpdate() {
        if (previousWord == Keyword.FOR) {
            effects.raise(StatementKind.LOCKING_READ, Reasons.LOCKS_ROWS);
        } else {
            effects.raise(StatementKind.WRITE, Reasons.DML_IN_QUERY);
        }
    }

    private void onOpen() {
        onCall();
        withLists.parenthesisOpens();
    }

    private void onDot() {
        if (previous != Token.WORD && previous != Token.QUOTED) {
            return;
        }
        qualifierStart = nameStart;
        qualifierStop = nameStop;
        if (before == Token.DOT) {
            return;
        }
        SystemSchema schema =
                ServerTables.schemas().find(lexer.text(), nameStart, nameStop, nameHash);
        if (schema == SystemSchema.OF_THE_SERVER) {
            found.trait(Traits.NAMES_SERVER_TABLE);
            effects.raise(StatementKind.SERVER_STATE, Reasons.SERVER_TABLE);
        } else if (schema == SystemSchema.INFORMATION_SCHEMA) {
            systemTableFollows = true;
        }
    }

    private void onSystemTable() {
        ServerTables.Subject subject = ServerTables.subject(lexer);
        if (subject == null) {
            found.trait(Traits.NAMES_SERVER_TABLE);
            effects.raise(StatementKind.SERVER_STATE, Reasons.SERVER_TABLE);
        } else if (subject == ServerTables.Subject.LAST_STATEMENT) {
            effects.raise(StatementKind.DIAGNOSTIC, Reasons.LAST_STATEMENT);
        }
    }

    private void onUserVariable() {
        String name = lexer.lowerName();
        if (previousWord == Keyword.INTO) {
            intoList = true;
        }
        if (intoList || writesVariables) {
            found.writesUserVariable(name);
        }
        if (!intoList) {
            found.readsUserVariable(name);
        }
        lastVariable = name;
    }

    private void onAssign() {
        if (previous == Token.USER_VARIABLE) {
            found.writesUserVariable(lastVariable);
        }
        if (!routine) {
            effects.raise(StatementKind.WRITE, Reasons.ASSIGNS);
        }
    }

    private void onSystemVariable() {
        if (!nextIsName()) {
            return;
        }
        Keyword scope = lexer.spelling();
        boolean scoped =
                lexer.token() == Token.WORD
                        && scope != null
                        && isScope(scope)
                        && lexer.peek() == Token.DOT;
        if (scoped) {
            lexer.next();
            if (!nextIsName()) {
                return;
            }
        }
        boolean ofTheSession = !scoped || scope == Keyword.SESSION || scope == Keyword.LOCAL;
        SystemVariables.Reading reading =
                ofTheSession ? SystemVariables.reading(lexer) : SystemVariables.Reading.SERVER;
        effects.reads(reading);
        if (shape != null && reading != SystemVariables.Reading.SESSION) {
            shape.variesByServer();
        }
        if (lexer.peek() == Token.DOT) {
            effects.raise(StatementKind.SERVER_STATE, Reasons.SERVER_VARIABLE);
        }
    }

    private boolean nextIsName() {
        Token token = lexer.peek();
        if (token != Token.WORD && token != Token.QUOTED) {
            return false;
        }
        lexer.next();
        return true;
    }

    private static boolean isScope(Keyword word) {
        return switch (word) {
            case GLOBAL, SESSION, LOCAL, PERSIST, PERSIST_ONLY -> true;
            default -> false;
        };
    }

    /** At an opening parenthesis: does the name before it call a function? */
    private void onCall() {
        boolean afterName = previous == Token.WORD || previous == Token.QUOTED;
        if (!afterName || previousIsCteName) {
            return;
        }
        boolean qualified = before == Token.DOT;
        if (!qualified && isNoCall()) {
            return;
        }
        if (!qualified && !nameQuoted) {
            boolean adjacent = nameEnd == lexer.tokenFrom();
            BuiltInFunctions.Effect effect =
                    BuiltInFunctions.effect(
                            lexer.text(), nameStart, nameStop, nameHash, lexer.context());
            if (effect != null
                    && (adjacent || effect != BuiltInFunctions.Effect.NONE_IF_ADJACENT)) {
                effects.calls(effect);
                if (effect == BuiltInFunctions.Effect.RELEASES_ALL_USER_LOCKS) {
                    releasesAllLocks = beforeWord == Keyword.SELECT || beforeWord == Keyword.DO;
                }
                return;
            }
        }
        if (query) {
            String name = Bytes.lowerText(lexer.text(), nameStart, nameStop);
            pendingFunction =
                    qualified
                            ? Bytes.lowerText(lexer.text(), qualifierStart, qualifierStop)
                                    + "."
                                    + name
                            : name;
        }
    }

    /** A word that is none of a function's, or the name of a derived table with its columns. */
    private boolean isNoCall() {
        Keyword word = previousWord;
        if (word != null && word.isReserved()) {
            return true;
        }
        if (word == Keyword.OF && beforeWord == Keyword.MEMBER) {
            return true;
        }
        if (word == Keyword.COLUMNS && before == Token.STRING) {
            return true;
        }
        return before == Token.CLOSE || beforeWord == Keyword.AS;
    }
}
