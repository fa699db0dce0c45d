package io.dbmanager.proxy.sql;

import java.util.ArrayList;
import java.util.List;

/** What scanning has found so far: filled by the scanners, turned into a {@link Statement}. */
final class Findings {
    private StatementKind kind = StatementKind.READ;
    private String reason = Reasons.PLAIN_READ;
    private int traits;
    private final List<SessionChange> changes = new ArrayList<>();
    private final List<String> functions = new ArrayList<>();
    private final List<String> userVariables = new ArrayList<>();

    void clear() {
        traits = 0;
        changes.clear();
        functions.clear();
        userVariables.clear();
        beginPart();
    }

    /** Another of several statements: what is found adds up, but each has a kind of its own. */
    void beginPart() {
        is(StatementKind.READ, Reasons.PLAIN_READ);
    }

    /** States the kind. */
    void is(StatementKind newKind, String newReason) {
        kind = newKind;
        reason = newReason;
    }

    /** Makes it another kind only where that asks for more care than the kind so far. */
    void raise(StatementKind newKind, String newReason) {
        int now = care(kind);
        int then = care(newKind);
        if (then > now) {
            is(newKind, newReason);
        }
        // A function may write, so neither a hint nor the last statement may take it to a replica.
        boolean functionCalled = (traits & Traits.CALLS_UNKNOWN_FUNCTION) != 0;
        if (functionCalled
                && (kind == StatementKind.SERVER_STATE || kind == StatementKind.DIAGNOSTIC)) {
            is(StatementKind.PRIMARY_READ, Reasons.UNKNOWN_FUNCTION);
        }
    }

    private static int care(StatementKind kind) {
        return switch (kind) {
            case READ -> 0;
            case FUNCTION_READ -> 1;
            case SERVER_STATE -> 2;
            case DIAGNOSTIC -> 3;
            case PRIMARY_READ -> 4;
            case LOCKING_READ -> 5;
            case WRITE,
                    BEGIN,
                    BEGIN_READ_ONLY,
                    COMMIT,
                    ROLLBACK,
                    SAVEPOINT,
                    XA,
                    SET,
                    USE,
                    LOCK_TABLES,
                    UNLOCK_TABLES,
                    PREPARE_TEXT,
                    EXECUTE_TEXT,
                    DEALLOCATE_TEXT,
                    KILL,
                    CALL,
                    LOAD_DATA_LOCAL,
                    EXPLAIN_ROUTE,
                    SHOW_PROXY_STATUS,
                    EMPTY,
                    MULTI ->
                    6;
        };
    }

    void trait(int bits) {
        traits |= bits;
    }

    boolean has(int bits) {
        return (traits & bits) != 0;
    }

    void change(SessionChange change) {
        changes.add(change);
    }

    void function(String name) {
        if (!functions.contains(name)) {
            functions.add(name);
        }
        trait(Traits.CALLS_UNKNOWN_FUNCTION | Traits.MAY_CHANGE_SESSION);
        raise(StatementKind.FUNCTION_READ, Reasons.UNKNOWN_FUNCTION);
    }

    void readsUserVariable(String name) {
        if (!userVariables.contains(name)) {
            userVariables.add(name);
        }
        trait(Traits.READS_USER_VARIABLE);
    }

    void writesUserVariable(String name) {
        trait(Traits.WRITES_USER_VARIABLE);
        change(new SessionChange.UserVariable(name, "", false));
    }

    StatementKind kind() {
        return kind;
    }

    String reason() {
        return reason;
    }

    int traits() {
        return traits;
    }

    boolean isPlain() {
        return changes.isEmpty() && functions.isEmpty() && userVariables.isEmpty();
    }

    List<SessionChange> changes() {
        return List.copyOf(changes);
    }

    List<String> functions() {
        return List.copyOf(functions);
    }

    List<String> userVariables() {
        return List.copyOf(userVariables);
    }
}
