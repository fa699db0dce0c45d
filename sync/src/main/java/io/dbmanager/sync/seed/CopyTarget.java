package io.dbmanager.sync.seed;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.Dialects;
import io.dbmanager.sync.jdbc.ServerConnector;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that is being made a copy: its administrative session, the global settings that were
 * changed for the time of the copy, and whether it is still part of it.
 */
final class CopyTarget implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CopyTarget.class);

    /** What statements may store: anything the source has, however invalid it would be today. */
    private static final String SQL_MODE =
            "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION,NO_DIR_IN_CREATE";

    private static final String LOCAL_INFILE = "local_infile";

    private final ServerConnector connector;
    private final SeedTarget target;
    private final SeedListener listener;
    private final ByteSession admin;
    private final Map<String, String> globalsToRestore = new ConcurrentHashMap<>();
    private final Set<ByteSession> opened = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable SyncException> failure = new AtomicReference<>();
    private boolean takesLoads;
    private @Nullable String utf8mb4Collation;
    private volatile Set<TableName> kept = Set.of();
    private volatile Map<TableName, Reached> begun = Map.of();
    private volatile Set<TableName> keyed = Set.of();

    private CopyTarget(
            ServerConnector connector,
            SeedTarget target,
            SeedListener listener,
            ByteSession admin) {
        this.connector = connector;
        this.target = target;
        this.listener = listener;
        this.admin = admin;
    }

    static CopyTarget open(ServerConnector connector, SeedTarget target, SeedListener listener)
            throws SyncException {
        ServerSpec server = target.server();
        ByteSession admin;
        try {
            admin = ByteSession.open(connector, server, ByteSession.Charset.UTF8);
        } catch (SQLException e) {
            throw failure(server.name(), "does not accept a connection", e);
        }
        CopyTarget opened = new CopyTarget(connector, target, listener, admin);
        try {
            Privileges.checkTarget(admin, server);
            opened.prepareSession(admin);
            return opened;
        } catch (SyncException e) {
            opened.close();
            throw e;
        } catch (SQLException e) {
            opened.close();
            throw failure(server.name(), "could not be prepared for a copy", e);
        }
    }

    /** One sentence of what a server would not do. */
    static SyncException failure(String server, String what, Throwable e) {
        String detail = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new SyncException(server + " " + what + ": " + detail, e);
    }

    /** Notes each setting before it is changed: this process may end before it puts them back. */
    private void prepareServer() throws SQLException {
        globalsToRestore.putAll(SeedMarker.notedSettings(admin));
        change("max_allowed_packet", Integer.toString(1 << 30));
        // A binary log that is on refuses functions which do not say that they are deterministic.
        change("log_bin_trust_function_creators", "1");
        change("innodb_force_primary_key", "0");
        takesLoads = allowLoads();
    }

    /** Not on every server may this login switch it on: rows then go by other statements. */
    private boolean allowLoads() throws SQLException {
        try {
            change(LOCAL_INFILE, "1");
        } catch (SQLException e) {
            if (e.getErrorCode() != SnapshotOpener.NO_SUCH_PRIVILEGE) {
                throw e;
            }
        }
        return "1".equals(admin.global(LOCAL_INFILE));
    }

    /** Whether {@link ByteSession#load} works here. */
    boolean takesLoads() {
        return takesLoads;
    }

    /** From here on it is a copy under way, and open to our writes; until then it stays closed. */
    void begin(String source) throws SQLException {
        run(Dialects.forVersion(target.version()).readOnlyOff());
        SeedMarker.set(admin, source, !target.version().isMariaDb());
        prepareServer();
    }

    /** The same for one that something else brings its data to. */
    void giveUp(String source) throws SQLException {
        run(Dialects.forVersion(target.version()).readOnlyOff());
        SeedMarker.set(admin, source, !target.version().isMariaDb());
    }

    /** The same for one that notes what it has finished, so that another may go on there. */
    void beginCopy(String source) throws SQLException {
        begin(source);
        SeedMarker.createFinished(admin);
    }

    /** The same for a copy that goes on with what another one has finished, and noted. */
    void goOn() throws SQLException {
        run(Dialects.forVersion(target.version()).readOnlyOff());
        SeedMarker.createParts(admin);
        prepareServer();
    }

    /**
     * What a copy before has left; all other tables are empty and need their rows.
     *
     * @param tables that have their rows
     * @param partly large tables that have some of theirs
     * @param keys which of those have their keys already
     */
    void keep(Set<TableName> tables, Map<TableName, Reached> partly, Set<TableName> keys) {
        kept = Set.copyOf(tables);
        begun = Map.copyOf(partly);
        keyed = Set.copyOf(keys);
    }

    boolean keeps(TableName table) {
        return kept.contains(table);
    }

    /** How far a table has come that it does not {@linkplain #keeps keep}. */
    Reached reached(TableName table) {
        return begun.getOrDefault(table, Reached.NOTHING);
    }

    /** Whether a table that was begun has the keys which others get after their rows. */
    boolean hasKeys(TableName table) {
        return keyed.contains(table);
    }

    private void change(String variable, String value) throws SQLException {
        String old = admin.global(variable);
        if (old != null && !old.equals(value)) {
            SeedMarker.noteSetting(admin, variable, old);
            if (admin.setGlobal(variable, value)) {
                globalsToRestore.putIfAbsent(variable, old);
            }
        }
    }

    private void prepareSession(ByteSession session) throws SQLException {
        session.run(
                "SET SESSION sql_log_bin = 0, foreign_key_checks = 0, unique_checks = 0, sql_mode ="
                        + " '"
                        + SQL_MODE
                        + "', time_zone = '+00:00', auto_increment_increment = 1,"
                        + " auto_increment_offset = 1, sql_safe_updates = 0");
        session.run("SET SESSION TRANSACTION READ WRITE");
        session.set("wait_timeout", "2147483");
        session.set("net_read_timeout", "2147483");
        session.set("innodb_strict_mode", "0");
        session.set("explicit_defaults_for_timestamp", "1");
        session.set("max_heap_table_size", "4294967296");
        session.set("max_statement_time", "0");
        session.set("check_constraint_checks", "0");
        session.set("sql_require_primary_key", "0");
        session.set("sql_generate_invisible_primary_key", "0");
        session.set("show_gipk_in_create_table_and_information_schema", "1");
        session.set("default_table_encryption", "0");
        session.set("character_set_collations", "''");
        session.set("information_schema_stats_expiry", "0");
        session.set("default_storage_engine", "InnoDB");
    }

    String name() {
        return target.name();
    }

    SeedTarget target() {
        return target;
    }

    /** In UTF-8, not in a transaction, with the settings of a copy. */
    ByteSession admin() {
        return admin;
    }

    String sqlMode() {
        return SQL_MODE;
    }

    /** What a source of another version means by utf8mb4 alone; for servers that can be told. */
    void defaultUtf8mb4Collation(String collation) throws SQLException {
        utf8mb4Collation = collation;
        admin.set("default_collation_for_utf8mb4", collation);
    }

    /** Another session like {@link #admin}. */
    ByteSession openForDefinitions() throws SQLException {
        ByteSession session =
                ByteSession.open(connector, target.server(), ByteSession.Charset.UTF8);
        opened.add(session);
        prepareSession(session);
        if (utf8mb4Collation != null) {
            session.set("default_collation_for_utf8mb4", utf8mb4Collation);
        }
        return session;
    }

    /** Another session, for rows. */
    ByteSession openForRows() throws SQLException {
        ByteSession session = ByteSession.openForLoading(connector, target.server());
        opened.add(session);
        try {
            prepareSession(session);
            session.set("system_versioning_insert_history", "1");
            session.run("SET SESSION autocommit = 0");
            return session;
        } catch (SQLException e) {
            session.close();
            throw e;
        }
    }

    /** Tells the operator something about this copy. */
    void note(String sentence) {
        listener.onNote(name(), sentence);
    }

    boolean alive() {
        return failure.get() == null;
    }

    @Nullable SyncException failure() {
        return failure.get();
    }

    /** Leaves the copy for good; the first reason stays. */
    void fail(SyncException why) {
        if (failure.compareAndSet(null, why)) {
            opened.forEach(ByteSession::abort);
            // Whoever hears of it may begin anew while this copy goes on with other targets: from
            // then on the settings are theirs.
            if (!(why.getCause() instanceof SQLException e && DefinitionWriter.isLost(e))) {
                putBack();
            }
            listener.onFailed(name(), why);
        }
    }

    /** What cannot be put back now is noted, and put back by the next copy. */
    private void putBack() {
        try {
            if (!globalsToRestore.isEmpty()) {
                restoreGlobals();
            }
        } catch (SQLException e) {
            log.atWarn()
                    .addKeyValue("server", name())
                    .addKeyValue("variables", globalsToRestore.keySet())
                    .addKeyValue("reason", e.getMessage())
                    .log("settings changed for the copy were not put back");
        }
    }

    /** Puts back the settings that were changed for the copy. */
    void restoreGlobals() throws SQLException {
        for (Map.Entry<String, String> entry : globalsToRestore.entrySet()) {
            admin.setGlobal(entry.getKey(), entry.getValue());
        }
        SeedMarker.forgetSettings(admin);
        globalsToRestore.clear();
    }

    void run(List<String> statements) throws SQLException {
        for (String statement : statements) {
            admin.run(statement);
        }
    }

    @Override
    public void close() {
        opened.forEach(ByteSession::close);
        if (alive()) {
            putBack();
        }
        admin.close();
    }
}
