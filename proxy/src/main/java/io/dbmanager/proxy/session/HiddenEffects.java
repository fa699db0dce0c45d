package io.dbmanager.proxy.session;

import io.dbmanager.proxy.routine.StoredCode;
import io.dbmanager.proxy.routine.StoredPrograms;
import io.dbmanager.proxy.sql.SessionChange;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.StatementKind;
import io.dbmanager.proxy.sql.Traits;
import java.util.function.Predicate;

/**
 * What code that is not in a statement's text may have left on the session's connection to the
 * primary: procedures, functions and triggers, and what EXECUTE ran. Stored code is believed to
 * have left it until the primary is known to have no code of that kind.
 */
final class HiddenEffects {
    /** Of code that is stored nowhere, so that looking at what is stored excuses nothing. */
    private static final long FOR_EVER = -1;

    private final StoredPrograms programs;
    private final Effect temporaryTables = new Effect(StoredCode::temporaryTables);
    private final Effect userVariables = new Effect(StoredCode::userVariables);
    private final Effect userLocks = new Effect(StoredCode::userLocks);

    /** A statement that failed may have changed something of which nothing has been told. */
    private boolean changedBefore;

    HiddenEffects(StoredPrograms programs) {
        this.programs = programs;
    }

    private final class Effect {
        private final Predicate<StoredCode> possible;
        private boolean suspected;
        private long since;

        Effect(Predicate<StoredCode> possible) {
            this.possible = possible;
        }

        void suspect(boolean stored) {
            long now = stored ? programs.changes() : FOR_EVER;
            since = suspected && since != now ? FOR_EVER : now;
            suspected = true;
        }

        boolean isSuspected() {
            if (suspected && since != FOR_EVER && !possible.test(programs.code(since))) {
                suspected = false;
            }
            return suspected;
        }
    }

    /**
     * A statement has ended on the primary. Servers tell of what code changes, but only that
     * something was changed, and not together with an error.
     *
     * @param told whether the server has told of a change
     * @param tracking whether it would have
     * @return whether user variables may be other than is known
     */
    boolean ended(
            Statement statement,
            boolean failed,
            boolean told,
            boolean tracking,
            boolean onMariaDb) {
        if (changedBefore && told) {
            changed(true);
            changedBefore = false;
        }
        if (!mayRunCode(statement)) {
            return false;
        }
        boolean calls = calls(statement);
        boolean unexplained = told && (calls || !explains(statement));
        if (unexplained || (failed && calls && onMariaDb)) {
            changedBy(statement);
        }
        if (callsByName(statement)) {
            // It may have taken user locks, of which servers do not tell.
            userLocks.suspect(true);
        }
        // MariaDB tells with the next statement that works.
        changedBefore |= failed && onMariaDb;
        return unexplained || failed || !tracking;
    }

    /**
     * Whether a server that tells of changes must be asked what a statement did to the session.
     *
     * @param silent whether its answer had no room to tell
     */
    boolean mustAsk(Statement statement, boolean failed, boolean silent) {
        boolean untold = (failed || silent) && calls(statement);
        boolean byTrigger = failed && mayWrite(statement) && isPossible();
        return untold || byTrigger;
    }

    /** The server has told of a change that nothing in this statement's text explains. */
    void changedBy(Statement statement) {
        // All code it runs is either in its text or stored on the server.
        changed(callsByName(statement) || !statement.has(Traits.MAY_CHANGE_SESSION));
    }

    private void changed(boolean stored) {
        temporaryTables.suspect(stored);
        userVariables.suspect(stored);
    }

    /** Whether triggers or routines may be run by it. */
    static boolean mayRunCode(Statement statement) {
        return calls(statement) || mayWrite(statement);
    }

    private static boolean calls(Statement statement) {
        return statement.has(Traits.MAY_CHANGE_SESSION | Traits.CALLS_UNKNOWN_FUNCTION);
    }

    private static boolean callsByName(Statement statement) {
        return statement.kind() == StatementKind.CALL
                || statement.has(Traits.CALLS_UNKNOWN_FUNCTION);
    }

    /** Whether what the statement changes by itself is the kind of change that is told. */
    private static boolean explains(Statement statement) {
        if (statement.kind() == StatementKind.MULTI) {
            return !statement.changes().isEmpty();
        }
        for (SessionChange change : statement.changes()) {
            if (change instanceof SessionChange.TemporaryTable
                    || change instanceof SessionChange.TextPrepared) {
                return true;
            }
        }
        return false;
    }

    static boolean mayWrite(Statement statement) {
        return switch (statement.kind()) {
            case WRITE, FUNCTION_READ, XA, EXECUTE_TEXT, CALL, LOAD_DATA_LOCAL, MULTI -> true;
            case READ, LOCKING_READ, PRIMARY_READ ->
                    statement.has(Traits.CALLS_UNKNOWN_FUNCTION | Traits.MAY_CHANGE_SESSION);
            case SERVER_STATE,
                    DIAGNOSTIC,
                    BEGIN,
                    BEGIN_READ_ONLY,
                    COMMIT,
                    ROLLBACK,
                    SAVEPOINT,
                    SET,
                    USE,
                    LOCK_TABLES,
                    UNLOCK_TABLES,
                    PREPARE_TEXT,
                    DEALLOCATE_TEXT,
                    KILL,
                    EXPLAIN_ROUTE,
                    SHOW_PROXY_STATUS,
                    EMPTY ->
                    false;
        };
    }

    /** Whether the primary may have code that leaves something of which it would tell. */
    private boolean isPossible() {
        StoredCode code = programs.code(programs.changes());
        return code.temporaryTables() || code.userVariables();
    }

    boolean temporaryTables() {
        return temporaryTables.isSuspected();
    }

    boolean userVariables() {
        return userVariables.isSuspected();
    }

    boolean userLocks() {
        return userLocks.isSuspected();
    }

    /** Whether views and functions may depend on user variables that no statement names. */
    boolean variableFunctions() {
        return programs.code(programs.changes()).variableFunctions();
    }

    void noUserLocks() {
        userLocks.suspected = false;
    }

    void reset() {
        temporaryTables.suspected = false;
        userVariables.suspected = false;
        changedBefore = false;
        noUserLocks();
    }
}
