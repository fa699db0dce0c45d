package io.dbmanager.proxy.session;

import io.dbmanager.proxy.backend.Answer;
import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.dbmanager.proxy.protocol.ServerStatus;
import io.dbmanager.proxy.sql.SessionChange;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.StatementKind;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One of a session's backends, with what it has been told of the session. */
final class SessionBackend {
    /** A statement of the session's as this backend knows it. */
    static final class Prepared {
        private final int id;

        /** Which of the parameter types the client ever sent it has been given; 0 for none. */
        private long typesVersion;

        /** Whether the server keeps rows of it that have not been fetched. */
        private boolean cursor;

        Prepared(int id) {
            this.id = id;
        }

        int id() {
            return id;
        }

        long typesVersion() {
            return typesVersion;
        }

        boolean hasCursor() {
            return cursor;
        }

        void cursor(boolean open) {
            cursor = open;
        }

        void typesVersion(long version) {
            typesVersion = version;
        }
    }

    private final BackendConnection connection;
    private final boolean primary;
    private final IdentityHashMap<PreparedStatement, Prepared> prepared = new IdentityHashMap<>();
    private long told;
    private String schema;
    private boolean needsLogin;
    private boolean ran;
    private boolean reports;
    private long rowCount = -1;
    private long heldUntil;
    private boolean gone;

    /** How many statements that bring the session's state here have not been answered. */
    private int restoring;

    private @Nullable Runnable whenRestored;

    SessionBackend(BackendConnection connection, boolean primary) {
        this.connection = connection;
        this.primary = primary;
        this.schema = connection.firstSchema();
    }

    BackendConnection connection() {
        return connection;
    }

    /** Whether the session still has it. */
    boolean isOpen() {
        return !gone && connection.isOpen();
    }

    /** The session has it no more, whatever becomes of the connection. */
    void gone() {
        gone = true;
    }

    /**
     * Waits for the answer to a statement that brings the session's state here.
     *
     * @param then is told the answer first
     */
    Consumer<Answer> restoring(Consumer<Answer> then) {
        restoring++;
        return answer -> {
            restoring--;
            then.accept(answer);
            Runnable waiting = whenRestored;
            if (restoring == 0 && waiting != null) {
                whenRestored = null;
                waiting.run();
            }
        };
    }

    /** Runs something when all of the session's state is here, or never will be. */
    void whenRestored(Runnable then) {
        if (restoring == 0) {
            then.run();
        } else {
            whenRestored = then;
        }
    }

    /** A command of the session's has ended here. */
    void ran(Job job, ResponseTracker tracker) {
        ran = true;
        reports = tracker.warnings() > 0 || tracker.errorCode() != 0;
        boolean changed = tracker.errorCode() == 0 && tracker.columns() == 0;
        rowCount = changed ? tracker.affectedRows() : -1;
        needsLogin |= leavesMoreThanAResetUndoes(job.statement());
        PreparedStatement statement = job.prepared();
        Prepared there = statement == null ? null : prepared.get(statement);
        if (there != null) {
            boolean over =
                    !tracker.hasStatus()
                            || ServerStatus.has(tracker.status(), ServerStatus.LAST_ROW_SENT);
            boolean opened = ServerStatus.has(tracker.status(), ServerStatus.CURSOR_EXISTS);
            boolean fetched = job.command() == Command.STMT_FETCH;
            there.cursor(!over && (opened || (fetched && there.hasCursor())));
        }
        if (cannotBeShared(job.command())) {
            connection.spoil();
        }
    }

    private static boolean cannotBeShared(int command) {
        return command == Command.REGISTER_SLAVE
                || command == Command.BINLOG_DUMP
                || command == Command.BINLOG_DUMP_GTID
                || command == Command.DEBUG;
    }

    /** Roles outlast a reset, and may be taken by code that is not in a statement's text. */
    private static boolean leavesMoreThanAResetUndoes(Statement statement) {
        for (SessionChange change : statement.changes()) {
            if (change instanceof SessionChange.Role) {
                return true;
            }
        }
        StatementKind kind = statement.kind();
        return kind == StatementKind.CALL
                || kind == StatementKind.EXECUTE_TEXT
                || kind == StatementKind.MULTI;
    }

    /** Whether a statement of the session's has run here. */
    boolean hasRun() {
        return ran;
    }

    /** Whether the last statement here has left warnings or an error. */
    boolean hasReports() {
        return reports;
    }

    /** What ROW_COUNT() says of the last statement here. */
    long rowCount() {
        return rowCount;
    }

    /** Somebody is about to kill what runs here: until then it must not be another session's. */
    void hold(long nanos) {
        heldUntil = System.nanoTime() + nanos;
    }

    boolean isHeld() {
        return heldUntil != 0 && System.nanoTime() - heldUntil < 0;
    }

    /**
     * Whether a prepared statement holds the session here: by rows still to be fetched, by
     * parameters sent ahead, or since it could not be prepared anew.
     */
    boolean tiesStatements(SessionFacts facts) {
        for (Map.Entry<PreparedStatement, Prepared> each : prepared.entrySet()) {
            PreparedStatement statement = each.getKey();
            if (each.getValue().hasCursor()
                    || (primary && statement.hasLongData())
                    || (primary && !statement.canBePreparedFrom(facts.schema()))) {
                return true;
            }
        }
        return false;
    }

    /** Says how the session leaves the connection. */
    void leave() {
        connection.leave(schema, needsLogin);
        gone = true;
    }

    boolean isPrimary() {
        return primary;
    }

    /** The replica's name; null for the primary. */
    @Nullable String replicaName() {
        return primary ? null : connection.server().name();
    }

    IdentityHashMap<PreparedStatement, Prepared> prepared() {
        return prepared;
    }

    /** Up to which version of the session's memory it has been told. */
    long told() {
        return told;
    }

    void told(long version) {
        told = version;
    }

    String schema() {
        return schema;
    }

    void schema(String name) {
        schema = name;
    }
}
