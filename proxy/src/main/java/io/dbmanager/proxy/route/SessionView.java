package io.dbmanager.proxy.route;

import org.jspecify.annotations.Nullable;

/** What routing must know of a session. Asked once for each statement, on its event loop. */
public interface SessionView {
    /** SERVER_STATUS_IN_TRANS in the primary's last answer. */
    boolean inTransaction();

    /** SERVER_STATUS_AUTOCOMMIT in the primary's last answer. */
    boolean autocommit();

    /** The replica on which START TRANSACTION READ ONLY was run and is still open, if any. */
    @Nullable String readOnlyTransactionOn();

    /** Whether that transaction has read anything yet, so that it sees the data as of then. */
    default boolean readOnlyTransactionHasRead() {
        return false;
    }

    /**
     * Why every statement stays on the primary: one of a fixed set of sentences (table locks, user
     * locks, text PREPARE, state that could not be told to a replica); null when nothing holds it.
     */
    @Nullable String pinnedToPrimary();

    /** Whether a temporary table of this session's exists. */
    boolean hasTemporaryTables();

    /**
     * Whether SET TRANSACTION (without SESSION) has been run and the transaction it speaks of has
     * not ended yet. With autocommit that is the next statement that is no SET.
     */
    boolean nextTransactionSet();

    /**
     * Whether {@code @name} was set from a literal, and nothing since may have changed it: then it
     * follows the session to every backend. Writes may change it too, by way of triggers.
     *
     * @param name in lower case, as {@link io.dbmanager.proxy.sql.Statement#userVariables()} has it
     */
    boolean userVariableFollows(String name);

    /** Whether any user variable has a value that only one backend has. */
    default boolean anyUserVariableStays() {
        return false;
    }

    /** Whether some function, and so some view, may depend on user variables that it names. */
    default boolean functionsReadUserVariables() {
        return false;
    }

    /**
     * Where a user variable that does not follow was set last: a replica's name (GET DIAGNOSTICS
     * can set one there), or null for the primary.
     *
     * @param name in lower case
     */
    @Nullable String userVariableOn(String name);

    /**
     * Whether this stored function is known to write nothing (NO SQL or READS SQL DATA).
     *
     * @param name {@code schema.name}, or {@code name} in the current schema; in lower case
     */
    boolean functionReadsOnly(String name);

    /** The current schema; empty text for none. */
    String schema();

    /** What a read must see. */
    Requirement required();

    /**
     * Whether this replica is known by other means than its snapshot (a wait that has ended there)
     * to have all of {@link #required()}.
     */
    boolean knownToHave(String replica);
}
