package io.dbmanager.proxy.session;

import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.protocol.ServerStatus;
import io.dbmanager.proxy.protocol.SessionTrack;
import io.dbmanager.proxy.route.Requirement;
import io.dbmanager.proxy.route.SessionView;
import io.dbmanager.proxy.sql.SessionChange;
import io.dbmanager.proxy.sql.SqlContext;
import io.dbmanager.proxy.sql.SqlContext.ClientCharset;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.StatementKind;
import io.dbmanager.proxy.sql.Traits;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of the session itself: told by the primary's status flags and session tracking
 * first, by the texts of statements where those say nothing.
 */
final class SessionFacts implements SessionView, SessionTrack.Listener {
    private static final Logger log = LoggerFactory.getLogger(SessionFacts.class);
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,19}(\\.\\d+)?");
    private static final Pattern PLAIN = Pattern.compile("[\\w,:+./ -]*");

    /** They concern the primary only, or would lift the guard of a replica. */
    private static final Set<String> NOT_FOR_REPLICAS =
            Set.of(
                    "autocommit",
                    "transaction_read_only",
                    "tx_read_only",
                    "last_gtid",
                    "gtid_next",
                    "gtid_seq_no",
                    "gtid_domain_id",
                    "server_id",
                    "insert_id",
                    "last_insert_id",
                    "identity",
                    "pseudo_thread_id",
                    "sql_log_bin",
                    "statement_id",
                    "session_track_gtids",
                    "session_track_system_variables",
                    "session_track_schema",
                    "session_track_state_change",
                    "session_track_transaction_info",
                    "skip_replication",
                    "warning_count",
                    "error_count",
                    // Told as the moment at which it was set, even where it was set to move on.
                    "timestamp",
                    "rand_seed1",
                    "rand_seed2");

    /** Of those, what a new connection to the primary has to be told. */
    private static final Set<String> OF_THE_PRIMARY =
            Set.of(
                    "autocommit",
                    "transaction_read_only",
                    "tx_read_only",
                    "gtid_domain_id",
                    "server_id",
                    "sql_log_bin",
                    "skip_replication");

    private final SessionMemory memory = new SessionMemory();
    private final Freshness freshness;

    private SqlContext sqlContext;
    private int status = ServerStatus.AUTOCOMMIT;
    private String schema;
    private boolean tracking;
    private boolean gtidsSeen;
    private boolean stateChanged;

    private boolean tableLocks;
    private boolean userLocks;
    private int textPrepared;
    private boolean nextTransactionSet;
    private @Nullable String stays;
    private final Set<String> temporaryTables = new HashSet<>();
    private boolean temporaryTablesUnsure;
    private final Set<String> followingVariables = new HashSet<>();

    /** Those that do not follow, by the replica that has them. */
    private final Map<String, String> variablesOnReplicas = new HashMap<>();

    /** Those that do not follow and that the primary has. */
    private final Set<String> variablesOnPrimary = new HashSet<>();

    /** What concerns the primary only, as statements for a new connection to it. */
    private final Map<String, String> primarySettings = new LinkedHashMap<>();

    private boolean handlers;
    private @Nullable TopologySnapshot topology;
    private final ToldChanges told = new ToldChanges();

    SessionFacts(SqlContext sqlContext, String schema, Freshness freshness) {
        this.sqlContext = sqlContext;
        this.schema = schema;
        this.freshness = freshness;
    }

    SessionMemory memory() {
        return memory;
    }

    Freshness freshness() {
        return freshness;
    }

    SqlContext sqlContext() {
        return sqlContext;
    }

    int status() {
        return status;
    }

    /** Whether the primary tells of changed variables. */
    void tracking(boolean on) {
        tracking = on;
    }

    /** What the client wants to be told of changes. */
    ToldChanges told() {
        return told;
    }

    /**
     * The variables a statement has set, if one of them says which variables are told: then the
     * primary has told only of those that are named in the new list.
     */
    List<String> untold(Statement statement) {
        if (statement.changes().isEmpty()) {
            return List.of();
        }
        List<String> names =
                statement.changes().stream()
                        .filter(SessionChange.SessionVariable.class::isInstance)
                        .map(change -> ((SessionChange.SessionVariable) change).name())
                        .distinct()
                        .toList();
        return names.contains("session_track_system_variables") ? names : List.of();
    }

    boolean isTracking() {
        return tracking;
    }

    /** The flags of an answer of the primary's. */
    void status(int flags) {
        status = flags & ~ServerStatus.MORE_RESULTS;
        boolean noEscapes = ServerStatus.has(flags, ServerStatus.NO_BACKSLASH_ESCAPES);
        if (noEscapes != sqlContext.noBackslashEscapes()) {
            sqlContext =
                    new SqlContext(
                            sqlContext.ansiQuotes(),
                            noEscapes,
                            sqlContext.charset(),
                            sqlContext.flavour(),
                            sqlContext.versionNumber());
        }
    }

    void sqlMode(String modes) {
        sqlContext =
                new SqlContext(
                        modes.contains("ANSI_QUOTES"),
                        modes.contains("NO_BACKSLASH_ESCAPES"),
                        sqlContext.charset(),
                        sqlContext.flavour(),
                        sqlContext.versionNumber());
    }

    void clientCharset(String charset) {
        sqlContext =
                new SqlContext(
                        sqlContext.ansiQuotes(),
                        sqlContext.noBackslashEscapes(),
                        ClientCharset.of(charset),
                        sqlContext.flavour(),
                        sqlContext.versionNumber());
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
        switch (name) {
            case "last_gtid" -> gtids(value);
            case "session_track_system_variables" -> told.variables(value);
            case "session_track_gtids" -> told.gtids(value);
            case "session_track_state_change" -> told.stateChanges(value);
            case "sql_mode" -> sqlMode(value);
            case "character_set_client" -> clientCharset(value);
            default -> {
                // Of no meaning to the lexer.
            }
        }
        if (OF_THE_PRIMARY.contains(name)) {
            primarySettings.put(name, "SET SESSION `" + name + "`=" + literal(value));
        }
        if (!NOT_FOR_REPLICAS.contains(name)) {
            boolean none = value.isEmpty() && name.equals("character_set_results");
            remember(name, "SET SESSION `" + name + "`=" + (none ? "NULL" : literal(value)));
        }
    }

    /** As one character a byte, which is how statements are kept. */
    private static String literal(String value) {
        if (NUMBER.matcher(value).matches()) {
            return value;
        }
        if (PLAIN.matcher(value).matches()) {
            return "'" + value + "'";
        }
        // Hexadecimal, since what a backslash means depends on sql_mode.
        StringBuilder hex = new StringBuilder("_utf8mb4 x'");
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            hex.append("%02x".formatted(b));
        }
        return hex.append('\'').toString();
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

    private void remember(String key, String sql) {
        memory.put(key, sql);
        if (memory.size() > SessionMemory.MOST) {
            stay("the session has set more than can be told to a replica");
        }
    }

    /** From now on reads stay on the primary. */
    void stay(String why) {
        stays = why;
    }

    /**
     * A statement has ended.
     *
     * @param replica the name of the replica it ran on; null for the primary
     */
    void ended(Statement statement, boolean failed, @Nullable String replica) {
        if (!failed) {
            statement.changes().forEach(change -> apply(change, replica));
        } else if (statement.kind() == StatementKind.MULTI) {
            statement.changes().forEach(this::applyUnsure);
        }
        if (statement.has(Traits.PART_HOLDS_SESSION)) {
            stay("a part of a multi-statement may hold the session");
        }
        if (replica == null) {
            followLocks(statement, failed);
            followUserVariables(statement);
            if (stateChanged && mayWrite(statement)) {
                // Code that is not in the text may have made a temporary table.
                temporaryTablesUnsure |= statement.has(Traits.MAY_CHANGE_SESSION);
            }
            followNextTransaction(statement, failed);
            if (statement.has(Traits.MAY_CHANGE_SESSION) && !tracking) {
                stay("a statement may have changed the session in a way that is not told");
            }
        }
    }

    private void apply(SessionChange change, @Nullable String replica) {
        switch (change) {
            case SessionChange.SessionVariable variable -> {
                if (variable.holdsReads()) {
                    stay("a session variable that changes with each use holds the session");
                } else if (variable.name().equals("timestamp")) {
                    timestamp(variable);
                }
                if (!tracking) {
                    if (variable.literal()) {
                        variable.replay().ifPresent(sql -> remember(variable.name(), sql));
                    } else {
                        stay("a session variable has a value that is not told");
                    }
                }
            }
            // Servers tell of the character sets and not of the collation, so the text counts.
            case SessionChange.Names names -> again(names);
            case SessionChange.CharacterSet charset -> again(charset);
            case SessionChange.UserVariable variable -> userVariable(variable, replica);
            case SessionChange.Schema use -> use(use);
            case SessionChange.TransactionCharacteristics characteristics -> {
                if (characteristics.nextOnly()) {
                    nextTransactionSet = true;
                } else {
                    characteristics.replay().ifPresent(sql -> remember("isolation", sql));
                }
            }
            case SessionChange.Role role -> role.replay().ifPresent(sql -> remember("role", sql));
            case SessionChange.TemporaryTable table -> temporaryTable(table);
            case SessionChange.GlobalOrPersist _ -> {
                // Of the server, not of the session.
            }
            case SessionChange.Password _ -> {
                // Replicates as any other change of an account.
            }
            case SessionChange.Other _ -> {
                if (!tracking) {
                    stay("a SET that is not understood holds the session on the primary");
                }
            }
        }
    }

    private void again(SessionChange change) {
        change.replay().ifPresent(sql -> remember("names", sql));
    }

    private void applyUnsure(SessionChange change) {
        switch (change) {
            case SessionChange.TemporaryTable table -> {
                if (table.created()) {
                    temporaryTable(table);
                }
            }
            case SessionChange.TransactionCharacteristics _,
                    SessionChange.Role _,
                    SessionChange.Other _ ->
                    stay("it is not known how much of a multi-statement was run");
            case SessionChange.UserVariable variable -> followingVariables.remove(variable.name());
            case SessionChange.SessionVariable _,
                    SessionChange.Names _,
                    SessionChange.CharacterSet _,
                    SessionChange.Schema _ -> {
                if (!tracking) {
                    stay("it is not known how much of a multi-statement was run");
                }
            }
            case SessionChange.GlobalOrPersist _, SessionChange.Password _ -> {
                // Nothing of the session's.
            }
        }
    }

    /** Its text is one character a byte; where names are UTF-8 it is read as that. */
    private void use(SessionChange.Schema use) {
        schema =
                sqlContext.charset() == ClientCharset.UTF8
                        ? new String(
                                use.name().getBytes(StandardCharsets.ISO_8859_1),
                                StandardCharsets.UTF_8)
                        : use.name();
    }

    private void timestamp(SessionChange.SessionVariable variable) {
        if (variable.literal()) {
            variable.replay().ifPresent(sql -> remember("timestamp", sql));
        } else {
            stay("the session has set its clock by a value that is not told");
        }
    }

    private void userVariable(SessionChange.UserVariable variable, @Nullable String replica) {
        String name = variable.name();
        followingVariables.remove(name);
        variablesOnReplicas.remove(name);
        variablesOnPrimary.remove(name);
        if (replica != null) {
            variablesOnReplicas.put(name, replica);
        } else if (variable.literal()) {
            followingVariables.add(name);
            variable.replay().ifPresent(sql -> remember("@" + name, sql));
        } else {
            variablesOnPrimary.add(name);
        }
    }

    private void temporaryTable(SessionChange.TemporaryTable table) {
        String name = table.name();
        String qualified =
                name.indexOf('.') < 0 ? schema.toLowerCase(Locale.ROOT) + "." + name : name;
        if (table.created()) {
            temporaryTables.add(qualified);
        } else {
            temporaryTables.remove(qualified);
        }
    }

    private void followLocks(Statement statement, boolean failed) {
        if (statement.has(Traits.TAKES_USER_LOCK)) {
            userLocks = true;
        }
        if (failed) {
            return;
        }
        handlers |= statement.has(Traits.OPENS_HANDLER);
        if (statement.has(Traits.RELEASES_ALL_LOCKS)) {
            userLocks = false;
        }
        switch (statement.kind()) {
            case LOCK_TABLES -> tableLocks = true;
            case UNLOCK_TABLES, BEGIN, BEGIN_READ_ONLY -> tableLocks = false;
            case PREPARE_TEXT -> textPrepared++;
            case DEALLOCATE_TEXT -> textPrepared = Math.max(0, textPrepared - 1);
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

    /** Triggers and routines can set user variables, so after a write no value is sure. */
    private void followUserVariables(Statement statement) {
        if (mayWrite(statement)) {
            variablesOnPrimary.addAll(followingVariables);
            followingVariables.clear();
        }
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

    /** Whether something of the session's would be lost with its connection to the primary. */
    @Nullable String lostWithPrimary() {
        if (inTransaction()) {
            return "its transaction";
        }
        if (tableLocks || userLocks) {
            return "its locks";
        }
        if (hasTemporaryTables()) {
            return "its temporary tables";
        }
        if (textPrepared > 0) {
            return "its prepared statements";
        }
        if (handlers) {
            return "its handlers";
        }
        return variablesOnPrimary.isEmpty() ? null : "its user variables";
    }

    /** What a new connection to the primary has to be told, beyond what replicas are told. */
    Collection<String> primarySettings() {
        return primarySettings.values();
    }

    /** A new connection to the primary: its own flags, but autocommit as the session has it. */
    void reopened(int firstStatus) {
        int autocommit = status & ServerStatus.AUTOCOMMIT;
        status((firstStatus & ~ServerStatus.AUTOCOMMIT) | autocommit);
    }

    /** The connection to the primary is gone, and its transaction with it. */
    void primaryGone() {
        status &= ~(ServerStatus.IN_TRANSACTION | ServerStatus.IN_READ_ONLY_TRANSACTION);
        variablesOnPrimary.clear();
        followingVariables.clear();
        handlers = false;
    }

    /** COM_RESET_CONNECTION: everything but the schema is as after a login. */
    void reset() {
        memory.clear();
        told.reset();
        tableLocks = false;
        userLocks = false;
        textPrepared = 0;
        nextTransactionSet = false;
        stays = null;
        temporaryTables.clear();
        temporaryTablesUnsure = false;
        followingVariables.clear();
        variablesOnReplicas.clear();
        variablesOnPrimary.clear();
        primarySettings.clear();
        handlers = false;
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
        return null;
    }

    @Override
    public @Nullable String pinnedToPrimary() {
        if (tableLocks) {
            return "the session holds table locks";
        }
        if (userLocks) {
            return "the session holds user locks";
        }
        if (textPrepared > 0) {
            return "the session has statements prepared by PREPARE";
        }
        return stays;
    }

    @Override
    public boolean hasTemporaryTables() {
        return temporaryTablesUnsure || !temporaryTables.isEmpty();
    }

    @Override
    public boolean nextTransactionSet() {
        return nextTransactionSet;
    }

    @Override
    public boolean userVariableFollows(String name) {
        return followingVariables.contains(name);
    }

    @Override
    public @Nullable String userVariableOn(String name) {
        return variablesOnReplicas.get(name);
    }

    @Override
    public boolean functionReadsOnly(String name) {
        return false;
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
