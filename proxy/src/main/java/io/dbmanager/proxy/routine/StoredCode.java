package io.dbmanager.proxy.routine;

import java.util.List;
import java.util.Locale;

/**
 * What the routines and triggers of a server could leave behind on a connection that runs them,
 * judged by the words in their bodies. Errs towards more.
 *
 * @param temporaryTables some could make temporary tables
 * @param userVariables some set or read user variables
 * @param userLocks some could take user locks
 * @param variableFunctions some function depends on user variables, and so do views that call it
 */
public record StoredCode(
        boolean temporaryTables,
        boolean userVariables,
        boolean userLocks,
        boolean variableFunctions) {
    /** As long as nobody has looked. */
    public static final StoredCode UNKNOWN = new StoredCode(true, true, true, true);

    static final StoredCode NONE = new StoredCode(false, false, false, false);

    /** Of schemas that servers bring along: what they leave behind they clear away themselves. */
    static final List<String> SERVERS_OWN = List.of("sys", "mysql");

    /**
     * @param function whether it is a function's
     */
    static StoredCode of(String body, boolean function) {
        String words = body.toLowerCase(Locale.ROOT);
        // What such statements run is not in the body.
        boolean dynamic = words.contains("prepare") || words.contains("immediate");
        boolean variables = words.contains("@");
        return new StoredCode(
                dynamic || words.contains("temporary"),
                dynamic || variables,
                words.contains("get_lock"),
                function && (variables || words.contains("call")));
    }

    StoredCode and(StoredCode other) {
        return new StoredCode(
                temporaryTables || other.temporaryTables,
                userVariables || other.userVariables,
                userLocks || other.userLocks,
                variableFunctions || other.variableFunctions);
    }
}
