package io.dbmanager.proxy.sql;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a statement is from its bytes. Errs towards the primary: what is not proved a read is
 * none.
 *
 * <p>Keeps buffers for itself between calls: one instance for each event loop.
 */
public final class StatementClassifier {
    /**
     * How much is read of a statement that changes data: bulk inserts of many megabytes need not be
     * gone through to know where they run.
     */
    static final int SCANNED_OF_WRITES = 1 << 20;

    private static final int SCRATCH = 16 * 1024;
    private static final int REMEMBERED = 64;

    private final Lexer lexer = new Lexer();
    private final Findings found = new Findings();
    private final BodyScanner body = new BodyScanner(lexer, found);
    private final SetParser sets = new SetParser(lexer, found, body);
    private final ShowRules shows = new ShowRules(lexer, found, body);
    private final ExplainRules explains = new ExplainRules(lexer, found, body);
    private final SessionRules session = new SessionRules(lexer, found, body);
    private final DefinitionRules definitions = new DefinitionRules(lexer, found, body, session);
    private final StatementCache cache = new StatementCache();
    private final byte[] scratch = new byte[SCRATCH];
    private final @Nullable Statement[] remembered = new Statement[REMEMBERED];

    private @Nullable KillTarget kill;
    private int innerOffset;

    /**
     * @param index where the statement begins in {@code sql}; the buffer's own indices are neither
     *     used nor changed
     */
    public Statement classify(ByteBuf sql, int index, int length, SqlContext context) {
        int read = length;
        if (length > SCANNED_OF_WRITES && !beginsAsQuery(sql, index, context)) {
            read = SCANNED_OF_WRITES;
        }
        byte[] text = read <= scratch.length ? scratch : new byte[read];
        sql.getBytes(index, text, 0, read);
        Statement known = cache.find(text, read, context);
        if (known != null) {
            return known;
        }
        Statement judged = judge(text, read, read < length, context);
        cache.keep(judged, context);
        return judged;
    }

    /**
     * @param cut whether only the beginning of the statement is here
     */
    private Statement judge(byte[] text, int length, boolean cut, SqlContext context) {
        lexer.begin(text, 0, length, context);
        found.clear();
        kill = null;
        innerOffset = 0;
        classifyParts();
        if (cut) {
            found.is(StatementKind.WRITE, Reasons.MODIFIES);
            found.trait(Traits.MAY_CHANGE_SESSION);
        } else if (isDoubtful()) {
            doubt();
        }
        return toStatement();
    }

    private boolean isDoubtful() {
        return (lexer.token() == Token.BROKEN || lexer.isDoubtful())
                && found.kind() != StatementKind.EXPLAIN_ROUTE;
    }

    private boolean beginsAsQuery(ByteBuf sql, int index, SqlContext context) {
        sql.getBytes(index, scratch, 0, scratch.length);
        lexer.begin(scratch, 0, scratch.length, context);
        Token token = lexer.next();
        Keyword verb = lexer.keyword();
        boolean changesData =
                verb == Keyword.INSERT
                        || verb == Keyword.REPLACE
                        || verb == Keyword.UPDATE
                        || verb == Keyword.DELETE;
        return token == Token.BROKEN || !changesData;
    }

    private void classifyParts() {
        lexer.next();
        classifyPart();
        if (lexer.token() != Token.SEMICOLON || lexer.next() == Token.END) {
            finish(false, true);
            return;
        }
        boolean everyPartReads = found.kind() == StatementKind.READ;
        notePart();
        while (true) {
            found.beginPart();
            classifyPart();
            notePart();
            everyPartReads &= found.kind() == StatementKind.READ;
            if (lexer.token() != Token.SEMICOLON || lexer.next() == Token.END) {
                break;
            }
        }
        finish(true, everyPartReads);
    }

    private void notePart() {
        boolean holds =
                switch (found.kind()) {
                    case LOCK_TABLES, PREPARE_TEXT, XA -> true;
                    default -> false;
                };
        if (holds || found.has(Traits.OPENS_HANDLER)) {
            found.trait(Traits.PART_HOLDS_SESSION);
        }
    }

    private void finish(boolean multi, boolean everyPartReads) {
        if (multi && everyPartReads) {
            found.is(StatementKind.MULTI, Reasons.EVERY_PART_READS);
            found.trait(Traits.EVERY_PART_READS);
        } else if (multi) {
            found.is(StatementKind.MULTI, Reasons.MULTI);
        }
        if (lexer.comments().hasSetVarHint()) {
            found.trait(Traits.SETS_VARIABLE_FOR_ITSELF);
        }
    }

    /** The kind of a statement that is surely no read stands; what it changes is not certain. */
    private void doubt() {
        found.trait(Traits.MALFORMED | Traits.MAY_CHANGE_SESSION);
        if (found.kind() == StatementKind.SET
                || found.kind() == StatementKind.USE
                || !found.changes().isEmpty()
                || found.kind() == StatementKind.MULTI) {
            found.change(new SessionChange.Other());
        }
        found.is(StatementKind.WRITE, Reasons.MALFORMED);
    }

    private Statement toStatement() {
        RouteHint hint =
                RouteHints.read(
                        lexer.text(), lexer.comments().firstFrom(), lexer.comments().firstStop());
        boolean plain = hint instanceof RouteHint.None && kill == null && innerOffset == 0;
        if (plain && found.isPlain()) {
            return remember();
        }
        return new Statement(
                found.kind(),
                found.traits(),
                found.reason(),
                hint,
                found.changes(),
                found.functions(),
                found.userVariables(),
                kill,
                innerOffset);
    }

    /** Most statements differ in nothing but their text: one object serves them all. */
    private Statement remember() {
        int slot =
                (found.kind().hashCode() * 31 + found.traits() * 17 + found.reason().length())
                        & (REMEMBERED - 1);
        Statement last = remembered[slot];
        if (last != null
                && last.kind() == found.kind()
                && last.traits() == found.traits()
                && last.reason().equals(found.reason())) {
            return last;
        }
        Statement fresh = Statement.of(found.kind(), found.traits(), found.reason());
        remembered[slot] = fresh;
        return fresh;
    }

    /** One statement, from its first token to its end or to a semicolon. */
    private void classifyPart() {
        while (lexer.token() == Token.OPEN) {
            // A query in parentheses: its own scan does not mind one that closes too much.
            lexer.next();
            Keyword word = lexer.keyword();
            if (lexer.token() != Token.OPEN && (word == null || !word.startsQuery())) {
                unknown();
                return;
            }
        }
        if (lexer.token() == Token.END || lexer.token() == Token.SEMICOLON) {
            found.is(StatementKind.EMPTY, Reasons.EMPTY);
            return;
        }
        Keyword verb = lexer.keyword();
        if (verb == null) {
            unknown();
            return;
        }
        classifyVerb(verb);
    }

    private void unknown() {
        found.is(StatementKind.WRITE, Reasons.UNKNOWN);
        found.trait(Traits.MAY_CHANGE_SESSION);
        lexer.swallow();
    }

    private void classifyVerb(Keyword verb) {
        switch (verb) {
            case SELECT, WITH, TABLE, VALUES -> body.scanQuery();
            case INSERT, REPLACE, UPDATE, DELETE -> {
                found.trait(Traits.CHANGES_ROWS);
                effects(Reasons.MODIFIES);
            }
            case IMPORT -> effects(Reasons.MODIFIES);
            case TRUNCATE, RENAME, GRANT, REVOKE -> effects(Reasons.DEFINES);
            case DO -> effects(Reasons.DO);
            case CACHE,
                    CHANGE,
                    CHECK,
                    CHECKSUM,
                    BINLOG,
                    CLONE,
                    INSTALL,
                    OPTIMIZE,
                    PURGE,
                    REPAIR,
                    RESET,
                    RESTART,
                    SHUTDOWN,
                    STOP,
                    UNINSTALL ->
                    effects(Reasons.ADMINISTERS);
            case SIGNAL, RESIGNAL -> effects(Reasons.RAISES);
            case CREATE, ALTER -> definitions.create();
            case DROP -> definitions.drop();
            case SET -> set();
            case SHOW -> {
                lexer.next();
                shows.apply();
            }
            case EXPLAIN, DESCRIBE, DESC -> innerOffset = explains.explain();
            case ANALYZE -> {
                if (!explains.analyze()) {
                    effects(Reasons.ADMINISTERS);
                }
            }
            case HELP -> {
                found.is(StatementKind.SERVER_STATE, Reasons.HELP);
                body.scanEffects();
            }
            case GET -> {
                found.is(StatementKind.DIAGNOSTIC, Reasons.LAST_STATEMENT);
                body.scanEffectsOnVariables();
            }
            case CALL -> {
                found.is(StatementKind.CALL, Reasons.CALL);
                found.trait(Traits.MAY_CHANGE_SESSION);
                body.scanEffectsOnVariables();
            }
            case LOAD -> load();
            default -> classifySessionVerb(verb);
        }
    }

    private void classifySessionVerb(Keyword verb) {
        switch (verb) {
            case BEGIN -> session.begin();
            case START -> session.start();
            case COMMIT -> session.end(StatementKind.COMMIT);
            case ROLLBACK -> session.end(StatementKind.ROLLBACK);
            case SAVEPOINT, RELEASE -> effects(StatementKind.SAVEPOINT, Reasons.SAVEPOINT);
            case XA -> effects(StatementKind.XA, Reasons.XA);
            case LOCK, BACKUP -> session.lock();
            case UNLOCK -> effects(StatementKind.UNLOCK_TABLES, Reasons.UNLOCKS);
            case FLUSH -> session.flush();
            case USE -> session.use();
            case PREPARE -> session.prepare();
            case DEALLOCATE -> {
                lexer.next();
                session.deallocate();
            }
            case EXECUTE -> session.execute();
            case HANDLER -> session.handler();
            case KILL -> kill = session.kill();
            default -> unknown();
        }
    }

    private void effects(String reason) {
        effects(StatementKind.WRITE, reason);
    }

    private void effects(StatementKind kind, String reason) {
        found.is(kind, reason);
        body.scanEffects();
    }

    private void set() {
        lexer.next();
        boolean forStatement = lexer.context().isMariaDb() && lexer.is(Keyword.STATEMENT);
        if (!forStatement) {
            sets.parse();
            return;
        }
        found.trait(Traits.SETS_VARIABLE_FOR_ITSELF);
        if (sets.parseStatementSettings()) {
            lexer.next();
            classifyPart();
        } else {
            unknown();
        }
    }

    private void load() {
        found.is(StatementKind.WRITE, Reasons.MODIFIES);
        lexer.next();
        while (lexer.token() == Token.WORD && !lexer.is(Keyword.LOCAL)) {
            lexer.next();
        }
        if (lexer.is(Keyword.LOCAL)) {
            found.is(StatementKind.LOAD_DATA_LOCAL, Reasons.LOAD_LOCAL);
        }
        body.scanEffectsOnVariables();
    }
}
