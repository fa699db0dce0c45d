package io.dbmanager.proxy.session;

import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.protocol.ServerStatus;
import io.dbmanager.proxy.protocol.SessionTrack;
import io.dbmanager.proxy.route.Requirement;
import io.dbmanager.proxy.route.SessionView;
import io.dbmanager.proxy.routine.StoredPrograms;
import io.dbmanager.proxy.sql.SessionChange;
import io.dbmanager.proxy.sql.SqlContext;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.StatementKind;
import io.dbmanager.proxy.sql.Traits;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of the session itself: told by the primary's status flags and session tracking
 * first, by the texts of statements where those say nothing.
 */
final class SessionFacts implements SessionView, SessionTrack.Listener {
    private static final Logger log = LoggerFactory.getLogger(SessionFacts.class);

    /** What decides how the text of a statement is understood when it is prepared. */
    private static final Set<String> OF_PARSING =
            Set.of(
                    "sql_mode",
                    "names",
                    "character_set_client",
                    "character_set_connection",
                    "collation_connection");

    private final SessionMemory memory = new SessionMemory();
    private final ToldVariables variables = new ToldVariables(memory);
    private final HiddenEffects hidden;
    private final UserVariables userVariables;
    private final SessionTies ties;
    private final TextChanges changes;
    private final ToldChanges told = new ToldChanges();
    private final UntoldVariables untold = new UntoldVariables();
    private final ReplicaTransaction onReplica = new ReplicaTransaction();
    private final Freshness freshness;
    private final StoredPrograms programs;

    private SqlContext sqlContext;
    private int status = ServerStatus.AUTOCOMMIT;
    private String schema;
    private boolean tracking;
    private boolean gtidsSeen;
    private boolean stateChanged;

    private List<String> parsing = List.of();
    private long parsingVersion;
    private boolean nextTransactionSet;

    /** What the next INSERT is to use, once. */
    private boolean insertIdSet;

    private boolean gtidSet;
    private int waitTimeout;
    private @Nullable TopologySnapshot topology;

    /**
     * @param programs the primary's
     */
    SessionFacts(
            SqlContext sqlContext, String schema, Freshness freshness, StoredPrograms programs) {
        this.programs = programs;
        this.hidden = new HiddenEffects(programs);
        this.userVariables = new UserVariables(hidden);
        this.ties = new SessionTies(hidden);
        this.changes = new TextChanges(this, userVariables, ties);
        this.sqlContext = sqlContext;
        this.schema = schema;
        this.freshness = freshness;
    }

    SessionMemory memory() {
        return memory;
    }

    /** The statements that make texts be understood as they are now, after those of the login. */
    List<String> parsing() {
        if (parsingVersion != memory.version()) {
            parsingVersion = memory.version();
            parsing = memory.statements(OF_PARSING);
        }
        return parsing;
    }

    Freshness freshness() {
        return freshness;
    }

    SqlContext sqlContext() {
        return sqlContext;
    }

    int status() {
        return status | onReplica.flags();
    }

    /** The transaction that only reads and that is open on a replica. */
    ReplicaTransaction onReplica() {
        return onReplica;
    }

    /** Whether the primary tells of changed variables. */
    void tracking(boolean on) {
        tracking = on;
    }

    /** What the client wants to be told of changes. */
    ToldChanges told() {
        return told;
    }

    /** What the statement which ended last has set without the primary's telling of it. */
    List<String> untold() {
        return untold.names();
    }

    boolean isTracking() {
        return tracking;
    }

    /** The flags of an answer of the primary's. */
    void status(int flags) {
        status = flags & ~(ServerStatus.MORE_RESULTS | ServerStatus.SESSION_STATE_CHANGED);
        boolean noEscapes = ServerStatus.has(flags, ServerStatus.NO_BACKSLASH_ESCAPES);
        if (noEscapes != sqlContext.noBackslashEscapes()) {
            sqlContext = sqlContext.withNoBackslashEscapes(noEscapes);
        }
    }

    void sqlMode(String modes) {
        sqlContext = sqlContext.withSqlMode(modes);
    }

    void clientCharset(String charset) {
        sqlContext = sqlContext.withCharset(charset);
    }

    /** An answer of the primary's begins to be followed. */
    void observe(TopologySnapshot now) {
        topology = now;
        gtidsSeen = false;
        stateChanged = false;
    }

    @Override
    public void systemVariable(String rawName, String value) {
        String name = rawName.toLowerCase(Locale.ROOT);
        log.trace("variable told name={}", name);
        untold.told(name);
        switch (name) {
            case "last_gtid" -> gtids(value);
            case "session_track_system_variables" -> told.variables(value);
            case "session_track_gtids" -> told.gtids(value);
            case "session_track_state_change" -> told.stateChanges(value);
            case "sql_mode" -> sqlMode(value);
            case "character_set_client" -> clientCharset(value);
            case "insert_id", "gtid_seq_no" -> insertIdSet = !value.equals("0");
            case "gtid_next" -> gtidSet = !value.equalsIgnoreCase("AUTOMATIC");
            case "wait_timeout" -> waitTimeout = value.isEmpty() ? 0 : Integer.parseInt(value);
            default -> {
                // Of no meaning to the lexer.
            }
        }
        if (OF_PARSING.contains(name)) {
            userVariables.textsUnsure();
        }
        variables.told(name, value);
        limit();
    }

    @Override
    public void schema(String name) {
        schema = name;
    }

    @Override
    public void gtids(String set) {
        TopologySnapshot now = topology;
        if (now != null) {
            gtidsSeen = true;
            freshness.committed(set, now);
        }
    }

    @Override
    public void stateChanged() {
        stateChanged = true;
    }

    boolean gtidsSeen() {
        return gtidsSeen;
    }

    /** To be told to other backends. */
    void remember(String key, String sql) {
        if (OF_PARSING.contains(key)) {
            userVariables.textsUnsure();
        }
        memory.put(key, sql);
        limit();
    }

    void setsNextTransaction() {
        nextTransactionSet = true;
    }

    /** The next write gets an id that the session has chosen. */
    void setsNextId() {
        insertIdSet = true;
    }

    private void limit() {
        if (memory.size() > SessionMemory.MOST) {
            stay("the session has set more than can be told to a replica");
        }
    }

    /** From now on reads stay on the primary. */
    void stay(String why) {
        ties.stay(why);
    }

    /**
     * A statement has ended.
     *
     * @param replica the name of the replica it ran on; null for the primary
     */
    void ended(Statement statement, boolean failed, @Nullable String replica) {
        if (!failed) {
            statement.changes().forEach(change -> changes.apply(change, replica));
        } else if (statement.kind() == StatementKind.MULTI
                || statement.has(Traits.TAKES_USER_LOCK)) {
            statement.changes().forEach(changes::applyUnsure);
            if (sqlContext.isMariaDb() && setsVariable(statement)) {
                stay("it is not known how much of a multi-statement was run");
            }
        }
        if (statement.has(Traits.PART_HOLDS_SESSION)) {
            stay("a part of a multi-statement may hold the session");
        }
        if (replica == null) {
            untold.ended(statement, failed, tracking && sqlContext.isMariaDb());
            ties.ended(statement, failed);
            afterCode(statement, failed);
            followNextTransaction(statement, failed);
            if (statement.has(Traits.MAY_CHANGE_SESSION) && !tracking) {
                stay("a statement may have changed the session in a way that is not told");
            }
        }
    }

    private void afterCode(Statement statement, boolean failed) {
        if (hidden.ended(statement, failed, stateChanged, tracking, sqlContext.isMariaDb())) {
            userVariables.allUnsure();
        }
        if (!failed && HiddenEffects.mayRunCode(statement)) {
            insertIdSet = false;
        }
    }

    /**
     * Whether the primary must be asked what a statement did to the session.
     *
     * @param silent whether its answer had no room to tell
     */
    boolean mustAsk(Statement statement, boolean failed, boolean silent) {
        return tracking && hidden.mustAsk(statement, failed, silent);
    }

    /** The primary has been asked, and has told what there was to tell. */
    void asked(Statement statement) {
        if (stateChanged) {
            userVariables.allUnsure();
            hidden.changedBy(statement);
        }
    }

    /** After how many seconds of silence the session wants to be closed; 0 if it has not said. */
    int waitTimeout() {
        return waitTimeout;
    }

    /** After this statement, how to ask the primary whether a user lock is held; null for not. */
    @Nullable String lockQuestion(Statement statement) {
        return ties.lockQuestion(statement);
    }

    void locksHeld(boolean held) {
        ties.locksHeld(held);
    }

    private static boolean setsVariable(Statement statement) {
        return statement.changes().stream()
                .anyMatch(SessionChange.SessionVariable.class::isInstance);
    }

    private void followNextTransaction(Statement statement, boolean failed) {
        StatementKind kind = statement.kind();
        boolean leavesIt =
                kind == StatementKind.SET
                        || kind == StatementKind.USE
                        || kind == StatementKind.DIAGNOSTIC
                        || kind == StatementKind.EMPTY;
        if (!leavesIt && !failed && !inTransaction()) {
            nextTransactionSet = false;
        }
    }

    /** What of the session's would be lost with its connection to the primary; null for nothing. */
    @Nullable String lostWithPrimary() {
        if (inTransaction()) {
            return "its transaction";
        }
        String atStake = ties.atStake();
        if (atStake != null) {
            return atStake;
        }
        return userVariables.anyOn(null) ? "its user variables" : null;
    }

    /**
     * What ties the session to one of its backends, as a sentence; null when that one can serve
     * another session once this one's replayable state is taken off it.
     *
     * @param replica the name of the replica it belongs to; null for the primary
     */
    @Nullable String tiesTo(@Nullable String replica) {
        if (userVariables.anyOn(replica)) {
            return "the session has set user variables there";
        }
        if (replica != null) {
            return replica.equals(readOnlyTransactionOn()) ? "a transaction is open there" : null;
        }
        if (inTransaction()) {
            return "a transaction is open on the primary";
        }
        if (nextTransactionSet) {
            return "the session has said what its next transaction is like";
        }
        if (insertIdSet || gtidSet) {
            return "the session has said which id its next write is to have";
        }
        return ties.ties();
    }

    /** What a new connection to the primary has to be told, beyond what replicas are told. */
    Collection<String> primarySettings() {
        return variables.primarySettings();
    }

    /** A new connection to the primary: its own flags, but autocommit as the session has it. */
    void reopened(int firstStatus) {
        int autocommit = status & ServerStatus.AUTOCOMMIT;
        status((firstStatus & ~ServerStatus.AUTOCOMMIT) | autocommit);
    }

    /** The connection to the primary is gone, and its transaction with it. */
    void primaryGone() {
        status &= ~(ServerStatus.IN_TRANSACTION | ServerStatus.IN_READ_ONLY_TRANSACTION);
        userVariables.primaryGone();
        ties.connectionGone();
        hidden.reset();
        insertIdSet = false;
        gtidSet = false;
    }

    /** COM_RESET_CONNECTION: everything but the schema is as after a login. */
    void reset() {
        memory.clear();
        told.reset();
        ties.reset();
        userVariables.reset();
        variables.reset();
        hidden.reset();
        nextTransactionSet = false;
        insertIdSet = false;
        gtidSet = false;
        waitTimeout = 0;
        onReplica.over();
    }

    /** On the primary or on a replica. */
    boolean inAnyTransaction() {
        return inTransaction() || onReplica.isOpen();
    }

    @Override
    public boolean inTransaction() {
        return ServerStatus.has(status, ServerStatus.IN_TRANSACTION);
    }

    @Override
    public boolean autocommit() {
        return ServerStatus.has(status, ServerStatus.AUTOCOMMIT);
    }

    @Override
    public @Nullable String readOnlyTransactionOn() {
        return onReplica.on();
    }

    @Override
    public boolean readOnlyTransactionHasRead() {
        return onReplica.hasRead();
    }

    @Override
    public @Nullable String pinnedToPrimary() {
        return ties.pins();
    }

    @Override
    public boolean hasTemporaryTables() {
        return ties.hasTemporaryTables();
    }

    @Override
    public boolean nextTransactionSet() {
        return nextTransactionSet;
    }

    @Override
    public boolean userVariableFollows(String name) {
        return userVariables.follows(name);
    }

    @Override
    public boolean anyUserVariableStays() {
        return userVariables.anyStays();
    }

    @Override
    public boolean functionsReadUserVariables() {
        return hidden.variableFunctions();
    }

    @Override
    public @Nullable String userVariableOn(String name) {
        return userVariables.replicaOf(name);
    }

    @Override
    public boolean functionReadsOnly(String name) {
        return programs.onlyReads(schema, name);
    }

    @Override
    public String schema() {
        return schema;
    }

    @Override
    public Requirement required() {
        return freshness.required();
    }

    @Override
    public boolean knownToHave(String replica) {
        return freshness.knownToHave(replica);
    }
}
