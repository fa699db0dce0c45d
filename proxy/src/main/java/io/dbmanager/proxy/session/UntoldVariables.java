package io.dbmanager.proxy.session;

import io.dbmanager.proxy.sql.SessionChange;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.Traits;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The variables that a statement has set and of which the primary has told nothing: MariaDB does
 * not tell of {@code SET @@name = value}, and one of a list that says which variables are told is
 * told of only if the new list names it.
 */
final class UntoldVariables {
    /** What the primary has told of since a statement ended. */
    private final Set<String> toldNow = new HashSet<>();

    private List<String> untold = List.of();

    /**
     * @param name in lower case
     */
    void told(String name) {
        toldNow.add(name);
    }

    /** Of the statement which ended last. */
    List<String> names() {
        return untold;
    }

    /**
     * A statement has ended on the primary.
     *
     * @param expected whether the primary tells of changed variables, and not of all of them
     */
    void ended(Statement statement, boolean failed, boolean expected) {
        untold = failed ? List.of() : by(statement, expected);
        toldNow.clear();
    }

    private List<String> by(Statement statement, boolean expected) {
        if (statement.has(Traits.SETS_VARIABLE_FOR_ITSELF)) {
            // Told as they were meanwhile, not as they are again.
            return toldNow.stream().filter(name -> !name.equals("last_gtid")).toList();
        }
        if (statement.changes().isEmpty()) {
            return List.of();
        }
        List<String> names =
                statement.changes().stream()
                        .filter(SessionChange.SessionVariable.class::isInstance)
                        .map(change -> ((SessionChange.SessionVariable) change).name())
                        .distinct()
                        .toList();
        if (names.contains("session_track_system_variables")) {
            return names;
        }
        return expected
                ? names.stream().filter(name -> !toldNow.contains(name)).toList()
                : List.of();
    }
}
