package io.dbmanager.proxy.session;

import io.dbmanager.proxy.routine.StoredCode;
import io.dbmanager.proxy.routine.StoredPrograms;
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
     * The server has told of a change that nothing in a statement's text explains.
     *
     * @param stored whether only stored code can have made it
     */
    void changed(boolean stored) {
        temporaryTables.suspect(stored);
        userVariables.suspect(stored);
    }

    /** Code has been run that may have taken user locks, of which servers do not tell. */
    void ranStoredCode() {
        userLocks.suspect(true);
    }

    /** Whether the primary may have code that leaves something of which it would tell. */
    boolean isPossible() {
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
        noUserLocks();
    }
}
