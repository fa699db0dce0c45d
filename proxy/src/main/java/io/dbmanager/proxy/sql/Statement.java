package io.dbmanager.proxy.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a statement.
 *
 * @param kind what it does
 * @param traits bits of {@link Traits}
 * @param reason why it is of this kind: one of a fixed set of sentences, without any of its text
 * @param hint what its first comment asks for
 * @param changes what it changes about the session once the server has said OK, in order
 * @param functions names of functions it calls that are no built-ins, {@code schema.name} or {@code
 *     name}, in lower case
 * @param userVariables names of the user variables it reads, in lower case
 * @param kill present for KILL, and where a part of several statements is one
 * @param innerOffset for EXPLAIN_ROUTE: where the statement asked about begins, counted from the
 *     start of this one; otherwise 0
 */
public record Statement(
        StatementKind kind,
        int traits,
        String reason,
        RouteHint hint,
        List<SessionChange> changes,
        List<String> functions,
        List<String> userVariables,
        @Nullable KillTarget kill,
        int innerOffset) {

    static Statement of(StatementKind kind, int traits, String reason) {
        return new Statement(
                kind, traits, reason, RouteHint.NONE, List.of(), List.of(), List.of(), null, 0);
    }

    /** Whether kind, reason and traits say all of it. */
    boolean isPlain() {
        return hint instanceof RouteHint.None
                && changes.isEmpty()
                && functions.isEmpty()
                && userVariables.isEmpty()
                && kill == null
                && innerOffset == 0;
    }

    /** Whether it has any of these {@link Traits}. */
    public boolean has(int anyOf) {
        return (traits & anyOf) != 0;
    }

    /** Whether a replica may run it as far as its text tells. */
    public boolean reads() {
        return kind == StatementKind.READ
                || (kind == StatementKind.MULTI && has(Traits.EVERY_PART_READS));
    }
}
