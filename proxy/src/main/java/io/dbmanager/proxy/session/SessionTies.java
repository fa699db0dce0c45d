package io.dbmanager.proxy.session;

import io.dbmanager.proxy.sql.SessionChange;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.Traits;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a session has on its connection to the primary and nowhere else, transactions and user
 * variables aside: locks, temporary tables, statements prepared by text, handlers; and state that
 * could not be told to another backend.
 */
final class SessionTies {
    /** Who takes more locks at a time keeps them until all are released at once. */
    private static final int MOST_LOCKS = 16;

    private final HiddenEffects hidden;
    private boolean tableLocks;
    private boolean serverLocks;
    private boolean userLocks;

    /** Which user locks may be held, as literals, as long as all of them are named by literals. */
    private final Set<String> lockNames = new LinkedHashSet<>();

    private boolean lockNamesUnsure;
    private final Set<String> textPrepared = new HashSet<>();
    private boolean handlers;
    private final Set<String> temporaryTables = new HashSet<>();
    private @Nullable String stays;

    SessionTies(HiddenEffects hidden) {
        this.hidden = hidden;
    }

    /** From now on reads stay on the primary. */
    void stay(String why) {
        stays = why;
    }

    /** A statement has ended on the primary. */
    void ended(Statement statement, boolean failed) {
        if (statement.has(Traits.TAKES_USER_LOCK)) {
            userLocks = true;
            lockNamesUnsure |= statement.has(Traits.TAKES_UNNAMED_USER_LOCK);
        }
        if (failed) {
            return;
        }
        handlers |= statement.has(Traits.OPENS_HANDLER);
        if (statement.has(Traits.RELEASES_ALL_LOCKS)) {
            noUserLocks();
        }
        switch (statement.kind()) {
            case LOCK_TABLES -> {
                tableLocks = true;
                serverLocks |= statement.has(Traits.LOCKS_SERVER);
            }
            case UNLOCK_TABLES -> {
                tableLocks = false;
                serverLocks = false;
            }
            case BEGIN, BEGIN_READ_ONLY -> tableLocks = serverLocks;
            case READ,
                    FUNCTION_READ,
                    WRITE,
                    LOCKING_READ,
                    PRIMARY_READ,
                    SERVER_STATE,
                    DIAGNOSTIC,
                    COMMIT,
                    ROLLBACK,
                    SAVEPOINT,
                    XA,
                    SET,
                    USE,
                    PREPARE_TEXT,
                    DEALLOCATE_TEXT,
                    EXECUTE_TEXT,
                    KILL,
                    CALL,
                    LOAD_DATA_LOCAL,
                    EXPLAIN_ROUTE,
                    SHOW_PROXY_STATUS,
                    EMPTY -> {
                // They leave locks as they are.
            }
            case MULTI -> {
                // Which of its parts lock or prepare is not told: those bits hold for the whole.
            }
        }
    }

    private void noUserLocks() {
        userLocks = false;
        lockNames.clear();
        lockNamesUnsure = false;
        hidden.noUserLocks();
    }

    /** It may be held from now on. */
    void userLock(String literal) {
        userLocks = true;
        lockNamesUnsure |= lockNames.size() >= MOST_LOCKS;
        if (!lockNamesUnsure) {
            lockNames.add(literal);
        }
    }

    /**
     * After this statement, how to ask whether a user lock is still held; null where it need not or
     * cannot be asked. A name may be taken several times, or not have been got at all: only the
     * server knows.
     */
    @Nullable String lockQuestion(Statement statement) {
        boolean concerned =
                statement.has(Traits.RELEASES_USER_LOCK) || statement.has(Traits.TAKES_USER_LOCK);
        if (!concerned || !userLocks || lockNamesUnsure || lockNames.isEmpty()) {
            return null;
        }
        return lockNames.stream()
                .map(name -> "IS_USED_LOCK(" + name + ") <=> CONNECTION_ID()")
                .collect(Collectors.joining(" OR ", "SELECT ", SessionBackends.LIMITED));
    }

    /** The answer to the question. */
    void locksHeld(boolean held) {
        if (!held) {
            noUserLocks();
        }
    }

    void textPrepared(SessionChange.TextPrepared statement) {
        if (statement.created()) {
            textPrepared.add(statement.name());
        } else {
            textPrepared.remove(statement.name());
        }
    }

    /**
     * @param schema the current one
     */
    void temporaryTable(SessionChange.TemporaryTable table, String schema) {
        String name = table.name();
        String qualified =
                name.indexOf('.') < 0 ? schema.toLowerCase(Locale.ROOT) + "." + name : name;
        if (table.created()) {
            temporaryTables.add(qualified);
        } else {
            temporaryTables.remove(qualified);
        }
    }

    boolean hasTemporaryTables() {
        return !temporaryTables.isEmpty() || hidden.temporaryTables();
    }

    /** Why every statement must run on the primary, as a sentence; null where nothing says so. */
    @Nullable String pins() {
        if (tableLocks) {
            return "the session holds table locks";
        }
        if (userLocks || hidden.userLocks()) {
            return "the session holds user locks";
        }
        if (!textPrepared.isEmpty()) {
            return "the session has statements prepared by PREPARE";
        }
        return stays;
    }

    /** Why the connection to the primary can be given to nobody else; null where it can. */
    @Nullable String ties() {
        String pins = pins();
        if (pins != null) {
            return pins;
        }
        if (hasTemporaryTables()) {
            return "the session has temporary tables";
        }
        return handlers ? "the session has opened handlers" : null;
    }

    /** What would be lost with the connection, as the end of a sentence; null for nothing. */
    @Nullable String atStake() {
        if (tableLocks || userLocks || hidden.userLocks()) {
            return "its locks";
        }
        if (hasTemporaryTables()) {
            return "its temporary tables";
        }
        if (!textPrepared.isEmpty()) {
            return "its prepared statements";
        }
        return handlers ? "its handlers" : null;
    }

    void connectionGone() {
        handlers = false;
    }

    void reset() {
        tableLocks = false;
        serverLocks = false;
        noUserLocks();
        textPrepared.clear();
        handlers = false;
        temporaryTables.clear();
        stays = null;
    }
}
