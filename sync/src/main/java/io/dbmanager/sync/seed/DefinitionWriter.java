package io.dbmanager.sync.seed;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.seed.Catalog.CodeObject;
import io.dbmanager.sync.seed.Catalog.Context;
import io.dbmanager.sync.seed.Catalog.Kind;
import io.dbmanager.sync.seed.Catalog.Schema;
import io.dbmanager.sync.seed.Catalog.Table;
import io.dbmanager.sync.seed.TableCopier.DefinitionChanged;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes on one target what a {@link Catalog} defines, in an order that lets each thing be made. */
final class DefinitionWriter {
    /** For each table a server waits several times for its disk: so for several at once. */
    private static final int SESSIONS_FOR_MANY_TABLES = 4;

    private static final int DEADLOCK = 1213;
    private static final int DEADLOCKS_MAX = 10;

    private static final int MANY_TABLES = 64;

    private final CopyTarget target;
    private final ByteSession session;
    private final Catalog catalog;
    private final Map<TableName, LateKeys> lateKeys;
    private @Nullable String currentSchema;

    DefinitionWriter(CopyTarget target, Catalog catalog) {
        this(target, catalog, Map.of());
    }

    /**
     * @param lateKeys of tables that are made without them
     */
    DefinitionWriter(CopyTarget target, Catalog catalog, Map<TableName, LateKeys> lateKeys) {
        this(target, target.admin(), catalog, lateKeys);
    }

    private DefinitionWriter(
            CopyTarget target,
            ByteSession session,
            Catalog catalog,
            Map<TableName, LateKeys> lateKeys) {
        this.target = target;
        this.session = session;
        this.catalog = catalog;
        this.lateKeys = lateKeys;
    }

    /** Drops everything that users have defined, but no account. */
    void wipe() throws SQLException {
        for (String schema :
                session.column(
                        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT"
                                + " IN "
                                + CatalogReader.UNTOUCHED_SCHEMAS)) {
            String name = Packed.quoteName(schema);
            if (hasReadOnlySchemas()) {
                session.run("ALTER DATABASE " + name + " READ ONLY = 0");
            }
            session.run("DROP DATABASE IF EXISTS " + name);
        }
    }

    private boolean hasReadOnlySchemas() {
        return !target.target().version().isMariaDb()
                && target.target().version().atLeast(8, 0, 22);
    }

    void createSchemas() throws SQLException {
        for (Schema schema : catalog.schemas()) {
            session.run(schema.create());
        }
    }

    /**
     * Sequences first, since columns may default to their next value; tables that unite others
     * last.
     */
    void createTables(PrimarySnapshot.Frozen frozen) throws SQLException, InterruptedException {
        Map<Integer, List<Table>> byRank =
                catalog.tables().stream()
                        .collect(
                                Collectors.groupingBy(
                                        DefinitionWriter::creationRank,
                                        TreeMap::new,
                                        Collectors.toList()));
        for (List<Table> tables : byRank.values()) {
            if (tables.size() < MANY_TABLES) {
                createAll(new ConcurrentLinkedQueue<>(tables), frozen.counters());
            } else {
                createSideBySide(tables, frozen.counters());
            }
        }
        for (Map.Entry<TableName, List<String>> sequence : frozen.sequences().entrySet()) {
            // A sequence takes one row, which becomes its state: nothing is rounded up to a cache.
            session.run(
                    "INSERT INTO "
                            + sequence.getKey().sql()
                            + " VALUES ("
                            + String.join(", ", sequence.getValue())
                            + ")");
        }
    }

    private void createAll(Queue<Table> tables, Map<TableName, String> counters)
            throws SQLException {
        for (Table table = tables.poll(); table != null; table = tables.poll()) {
            createTable(table, counters.get(table.name()));
        }
    }

    /** No table needs another of these: foreign keys are not looked after in a copy's sessions. */
    private void createSideBySide(List<Table> tables, Map<TableName, String> counters)
            throws SQLException, InterruptedException {
        Queue<Table> left = new ConcurrentLinkedQueue<>(tables);
        // Whoever fails takes what is left away from the others.
        Workers workers = new Workers("define", left::clear);
        for (int i = 0; i < SESSIONS_FOR_MANY_TABLES; i++) {
            workers.start(() -> {
                try (ByteSession helper = target.openForDefinitions()) {
                    new DefinitionWriter(target, helper, catalog, lateKeys)
                            .createAll(left, counters);
                }
            });
        }
        try {
            workers.await();
        } catch (SyncException | DefinitionChanged e) {
            throw new IllegalStateException("making a table does not throw these", e);
        }
    }

    void createTable(Table table, @Nullable String counter) throws SQLException {
        try {
            if (!table.name().schema().equals(currentSchema)) {
                session.run("USE " + Packed.quoteName(table.name().schema()));
                currentSchema = table.name().schema();
            }
            LateKeys keys = lateKeys.get(table.name());
            create(table.withCounter(keys == null ? table.create() : keys.create(), counter));
        } catch (SQLException e) {
            throw new SQLException(
                    "table " + table.name().display() + ": " + e.getMessage(),
                    e.getSQLState(),
                    e.getErrorCode(),
                    e);
        }
    }

    /** Sessions that make tables side by side may meet in the server's own dictionary. */
    private void create(String statement) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                session.run(statement);
                return;
            } catch (SQLException e) {
                if (e.getErrorCode() != DEADLOCK || attempt == DEADLOCKS_MAX) {
                    throw e;
                }
            }
        }
    }

    private static int creationRank(Table table) {
        return switch (table.contents()) {
            case SEQUENCE -> 0;
            case TRANSACTIONAL, NON_TRANSACTIONAL -> 1;
            case ELSEWHERE -> 2;
        };
    }

    /**
     * Before the rows: a view that is invalid on the source needs tables to be altered for a
     * moment.
     *
     * @param withRows tables that are not empty
     */
    void createRoutinesAndViews(PrimarySnapshot.Frozen frozen, Set<TableName> withRows)
            throws SQLException {
        for (Kind kind : List.of(Kind.FUNCTION, Kind.PROCEDURE, Kind.PACKAGE, Kind.PACKAGE_BODY)) {
            for (CodeObject routine : catalog.code(kind)) {
                create(routine);
            }
        }
        new ViewWriter(this, target, catalog, frozen.counters(), withRows).createAll();
    }

    void setCountersAfterRows(PrimarySnapshot.Frozen frozen) throws SQLException {
        for (Table table : catalog.tables()) {
            String next = frozen.counters().get(table.name());
            if (next != null && table.counterAfterRows()) {
                session.run("ALTER TABLE " + table.name().sql() + " AUTO_INCREMENT = " + next);
            }
        }
    }

    /** After the rows: triggers must not fire for them. */
    void createTriggersAndEvents() throws SQLException {
        for (CodeObject trigger : catalog.code(Kind.TRIGGER)) {
            create(trigger);
        }
        for (CodeObject event : catalog.code(Kind.EVENT)) {
            create(
                    new CodeObject(
                            event.kind(),
                            event.name(),
                            EventText.disabledOnReplica(event.create(), target.target().version()),
                            event.context()));
        }
    }

    /** Last of all: nothing can be written there afterwards. */
    void closeSchemas() throws SQLException {
        for (Schema schema : catalog.schemas()) {
            if (schema.readOnly()) {
                session.run("ALTER DATABASE " + Packed.quoteName(schema.name()) + " READ ONLY = 1");
            }
        }
    }

    /** Creates a stored program or view; one that this version refuses becomes a note. */
    private void create(CodeObject object) throws SQLException {
        try {
            createUnder(object);
        } catch (SQLException e) {
            if (isLost(e)) {
                throw e;
            }
            target.note(
                    object.kind().word.toLowerCase(java.util.Locale.ROOT)
                            + " "
                            + object.name().display()
                            + " was left out: "
                            + e.getMessage());
        }
    }

    static boolean isLost(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08");
    }

    /** Creates it in the session state that its creator had. */
    void createUnder(CodeObject object) throws SQLException {
        Context context = object.context();
        Schema schema = schema(object.name().schema());
        boolean otherCollation =
                context.databaseCollation() != null
                        && !context.databaseCollation().equals(schema.collation());
        session.run("USE " + Packed.quoteName(schema.name()));
        currentSchema = schema.name();
        if (otherCollation) {
            alterCollation(schema.name(), context.databaseCollation());
        }
        try {
            enter(context);
            session.run(object.create());
        } finally {
            leave();
            if (otherCollation) {
                alterCollation(schema.name(), schema.collation());
            }
        }
    }

    private void alterCollation(String schema, @Nullable String collation) throws SQLException {
        session.run("ALTER DATABASE " + Packed.quoteName(schema) + " COLLATE " + collation);
    }

    private void enter(Context context) throws SQLException {
        if (context.sqlMode() != null) {
            session.run(
                    "SET SESSION sql_mode = '"
                            + SqlModes.known(context.sqlMode(), target.target().version())
                            + "'");
        }
        if (context.timeZone() != null) {
            session.run("SET SESSION time_zone = " + Packed.quote(context.timeZone()));
        }
        if (context.created() != null) {
            // An event whose time has passed since is refused, unless it is the day it was made.
            session.run("SET SESSION timestamp = " + context.created());
        }
        session.run("SET character_set_client = " + context.charsetClient());
        session.run("SET collation_connection = " + context.collationConnection());
    }

    private void leave() throws SQLException {
        session.use(ByteSession.Charset.UTF8);
        session.run(
                "SET SESSION sql_mode = '"
                        + target.sqlMode()
                        + "', time_zone = '+00:00', timestamp = DEFAULT");
    }

    private Schema schema(String name) {
        return catalog.schemas().stream()
                .collect(Collectors.toMap(Schema::name, s -> s))
                .getOrDefault(
                        name, new Schema(name, "", "", false, false, java.util.Optional.empty()));
    }
}
