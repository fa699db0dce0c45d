package io.dbmanager.sync.seed;

import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.seed.Catalog.CodeObject;
import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.Context;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Kind;
import io.dbmanager.sync.seed.Catalog.Schema;
import io.dbmanager.sync.seed.Catalog.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a {@link Catalog} from a server. */
final class CatalogReader {
    /** The end of what MySQL shows of a schema; 8.0 and 9 put the blanks differently. */
    private static final Pattern READ_ONLY = Pattern.compile("/\\* READ ONLY ?= ?1 \\*/$");

    /** The schemas that no copy touches, as a list in parentheses. */
    static final String UNTOUCHED_SCHEMAS =
            "('mysql', 'information_schema', 'performance_schema', 'sys', 'ndbinfo',"
                    + " 'dbmanager_local')";

    /** Engines whose tables hold no rows of their own: those of other tables (MERGE) or servers. */
    private static final Set<String> ROWS_ELSEWHERE =
            Set.of(
                    "mrg_myisam",
                    "federated",
                    "federatedx",
                    "blackhole",
                    "connect",
                    "spider",
                    "performance_schema",
                    "s3");

    private final ByteSession session;
    private final ServerVersion version;

    /**
     * @param session in UTF-8, with an {@code sql_mode} without {@code ANSI_QUOTES} and a time zone
     *     of UTC, which the texts of {@code SHOW CREATE} depend on
     */
    CatalogReader(ByteSession session, ServerVersion version) {
        this.session = session;
        this.version = version;
    }

    Catalog read() throws SQLException {
        List<CodeObject> code = new ArrayList<>();
        readRoutines(code);
        readViews(code);
        readTriggers(code);
        readEvents(code);
        return new Catalog(readSchemas(), readTables(), code);
    }

    /** Only the events, and the schemas that they are in. */
    Catalog readEventsAlone() throws SQLException {
        List<CodeObject> code = new ArrayList<>();
        readEvents(code);
        return new Catalog(readSchemas(), List.of(), code);
    }

    private List<Schema> readSchemas() throws SQLException {
        List<Schema> schemas = new ArrayList<>();
        Map<String, String> comments = readSchemaComments();
        for (List<@Nullable String> row :
                session.rows(
                        "SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME"
                                + " FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN "
                                + UNTOUCHED_SCHEMAS
                                + " ORDER BY SCHEMA_NAME")) {
            String name = text(row, 0);
            String create = showCreate("DATABASE", Packed.quoteName(name)).statement();
            schemas.add(
                    new Schema(
                            name,
                            text(row, 1),
                            text(row, 2),
                            create.contains(" ENCRYPTION='Y' */"),
                            READ_ONLY.matcher(create).find(),
                            Optional.ofNullable(comments.get(name)).filter(c -> !c.isEmpty())));
        }
        return schemas;
    }

    private Map<String, String> readSchemaComments() throws SQLException {
        Map<String, String> comments = new HashMap<>();
        if (hasColumn("SCHEMATA", "SCHEMA_COMMENT")) {
            for (List<@Nullable String> row :
                    session.rows(
                            "SELECT SCHEMA_NAME, SCHEMA_COMMENT FROM information_schema.SCHEMATA")) {
                comments.put(text(row, 0), text(row, 1));
            }
        }
        return comments;
    }

    private boolean hasColumn(String table, String column) throws SQLException {
        return !session.rows(
                        "SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA ="
                                + " 'information_schema' AND TABLE_NAME = '"
                                + table
                                + "' AND COLUMN_NAME = '"
                                + column
                                + "'")
                .isEmpty();
    }

    private record RawColumn(Column column, String extra, String expression, String charset) {
        boolean isGenerated() {
            // MySQL says DEFAULT_GENERATED of a default that is an expression: that is no reason.
            return !expression.isEmpty()
                    || extra.contains("VIRTUAL GENERATED")
                    || extra.contains("STORED GENERATED")
                    || extra.contains("PERSISTENT");
        }

        boolean isRowBound(String bound) {
            return expression.equalsIgnoreCase("ROW " + bound);
        }
    }

    private Map<TableName, List<RawColumn>> readColumns() throws SQLException {
        Map<TableName, List<RawColumn>> columns = new HashMap<>();
        for (List<@Nullable String> row :
                session.rows(
                        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, EXTRA,"
                                + " GENERATION_EXPRESSION, CHARACTER_SET_NAME, IS_NULLABLE FROM"
                                + " information_schema.COLUMNS"
                                + " WHERE TABLE_SCHEMA NOT IN "
                                + UNTOUCHED_SCHEMAS
                                + " ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION")) {
            columns.computeIfAbsent(
                            new TableName(text(row, 0), text(row, 1)), _ -> new ArrayList<>())
                    .add(
                            new RawColumn(
                                    new Column(
                                            text(row, 2), text(row, 3), !text(row, 7).equals("NO")),
                                    text(row, 4).toUpperCase(Locale.ROOT),
                                    text(row, 5),
                                    text(row, 6)));
        }
        return columns;
    }

    /** What ranges can be made of; tables of which none can be made are not in it. */
    private Map<TableName, RangeKey> readRangeKeys(Map<TableName, List<RawColumn>> columns)
            throws SQLException {
        Map<TableName, List<RangeKey.Part>> parts = new HashMap<>();
        Set<TableName> complete = new HashSet<>();
        for (List<@Nullable String> row :
                session.rows(
                        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, SUB_PART, COLLATION FROM"
                                + " information_schema.STATISTICS WHERE INDEX_NAME = 'PRIMARY' AND"
                                + " TABLE_SCHEMA NOT IN "
                                + UNTOUCHED_SCHEMAS
                                + " ORDER BY TABLE_SCHEMA, TABLE_NAME, SEQ_IN_INDEX")) {
            TableName table = new TableName(text(row, 0), text(row, 1));
            // MySQL 5.7 knows no other order, and does not always tell.
            boolean wholeAndAscending = row.get(3) == null && !"D".equals(row.get(4));
            Optional<RangeKey.Part> part =
                    columns.getOrDefault(table, List.of()).stream()
                            .filter(c -> wholeAndAscending && !c.isGenerated())
                            .filter(c -> c.column().name().equals(text(row, 2)))
                            .findFirst()
                            .flatMap(c -> RangeKey.Part.of(c.column(), c.charset()));
            if (part.isEmpty()) {
                // What comes after it in the key orders nothing by itself.
                complete.add(table);
            } else if (!complete.contains(table)) {
                parts.computeIfAbsent(table, _ -> new ArrayList<>()).add(part.get());
            }
        }
        Map<TableName, RangeKey> keys = new HashMap<>();
        parts.forEach((table, ofTable) -> keys.put(table, new RangeKey(ofTable)));
        return keys;
    }

    /** In lower case. */
    private Set<String> readTransactionalEngines() throws SQLException {
        Set<String> engines = new HashSet<>();
        for (String engine :
                session.column(
                        "SELECT ENGINE FROM information_schema.ENGINES WHERE TRANSACTIONS ="
                                + " 'YES'")) {
            engines.add(engine.toLowerCase(Locale.ROOT));
        }
        return engines;
    }

    private List<Table> readTables() throws SQLException {
        Set<String> transactional = readTransactionalEngines();
        Map<TableName, List<RawColumn>> columns = readColumns();
        Map<TableName, RangeKey> keys = readRangeKeys(columns);
        Map<TableName, List<String>> oddReferences = readReferencesWithBackquotes();
        List<Table> tables = new ArrayList<>();
        for (List<@Nullable String> row :
                session.rows(
                        "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_ROWS,"
                                + " DATA_LENGTH FROM information_schema.TABLES WHERE TABLE_TYPE IN"
                                + " ('BASE TABLE', 'SEQUENCE', 'SYSTEM VERSIONED') AND TABLE_SCHEMA"
                                + " NOT IN "
                                + UNTOUCHED_SCHEMAS
                                + " ORDER BY TABLE_SCHEMA, TABLE_NAME")) {
            TableName name = new TableName(text(row, 0), text(row, 1));
            String engine = text(row, 3).toLowerCase(Locale.ROOT);
            boolean sequence = "SEQUENCE".equals(row.get(2));
            Contents contents;
            if (sequence) {
                contents = Contents.SEQUENCE;
            } else if (ROWS_ELSEWHERE.contains(engine)) {
                contents = Contents.ELSEWHERE;
            } else if (transactional.contains(engine)) {
                contents = Contents.TRANSACTIONAL;
            } else {
                contents = Contents.NON_TRANSACTIONAL;
            }
            List<RawColumn> all = columns.getOrDefault(name, List.of());
            List<Column> stored =
                    all.stream().filter(c -> !c.isGenerated()).map(RawColumn::column).toList();
            String create = showCreate(sequence ? "SEQUENCE" : "TABLE", name.sql()).statement();
            for (String reference : oddReferences.getOrDefault(name, List.of())) {
                create = requoteReference(create, reference);
            }
            if (!version.isMariaDb()) {
                create = Table.withoutImpliedCollations(create);
            }
            tables.add(
                    new Table(
                            name,
                            engine,
                            contents,
                            history("SYSTEM VERSIONED".equals(row.get(2)), all),
                            Table.withoutCounter(create),
                            stored,
                            keys.getOrDefault(name, RangeKey.NONE),
                            number(row, 4),
                            number(row, 5)));
        }
        return tables;
    }

    private Map<TableName, List<String>> readReferencesWithBackquotes() throws SQLException {
        Map<TableName, List<String>> references = new HashMap<>();
        for (List<@Nullable String> row :
                session.rows(
                        "SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME FROM"
                                + " information_schema.REFERENTIAL_CONSTRAINTS WHERE"
                                + " CONSTRAINT_NAME LIKE '%`%'")) {
            references
                    .computeIfAbsent(
                            new TableName(text(row, 0), text(row, 1)), _ -> new ArrayList<>())
                    .add(text(row, 2));
        }
        return references;
    }

    /** MariaDB 11.4 prints the name of a reference without doubling the backquotes in it. */
    static String requoteReference(String create, String name) {
        return create.replace(
                "CONSTRAINT `" + name + "` FOREIGN KEY",
                "CONSTRAINT " + Packed.quoteName(name) + " FOREIGN KEY");
    }

    private static History history(boolean versioned, List<RawColumn> columns) {
        if (!versioned) {
            return new History.None();
        }
        Optional<RawColumn> start = columns.stream().filter(c -> c.isRowBound("START")).findFirst();
        Optional<RawColumn> end = columns.stream().filter(c -> c.isRowBound("END")).findFirst();
        if (start.isEmpty() || end.isEmpty()) {
            return new History.Kept("row_start", "row_end");
        }
        if (start.get().column().isInteger()) {
            return new History.Lost("its versions are numbered by transactions of this server");
        }
        return new History.Kept(start.get().column().name(), end.get().column().name());
    }

    private void readRoutines(List<CodeObject> into) throws SQLException {
        for (List<@Nullable String> row :
                session.rows(
                        "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE FROM"
                                + " information_schema.ROUTINES WHERE ROUTINE_SCHEMA NOT IN "
                                + UNTOUCHED_SCHEMAS
                                + " ORDER BY ROUTINE_SCHEMA, ROUTINE_TYPE, ROUTINE_NAME")) {
            TableName name = new TableName(text(row, 0), text(row, 1));
            Kind kind =
                    switch (text(row, 2)) {
                        case "FUNCTION" -> Kind.FUNCTION;
                        case "PROCEDURE" -> Kind.PROCEDURE;
                        case "PACKAGE" -> Kind.PACKAGE;
                        case "PACKAGE BODY" -> Kind.PACKAGE_BODY;
                        default ->
                                throw new SQLException(
                                        "a routine of a kind that is not known: " + text(row, 2));
                    };
            into.add(codeObject(kind, name, null));
        }
    }

    private void readViews(List<CodeObject> into) throws SQLException {
        for (List<@Nullable String> row :
                session.rows(
                        "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE"
                                + " TABLE_TYPE = 'VIEW' AND TABLE_SCHEMA NOT IN "
                                + UNTOUCHED_SCHEMAS
                                + " ORDER BY TABLE_SCHEMA, TABLE_NAME")) {
            into.add(codeObject(Kind.VIEW, new TableName(text(row, 0), text(row, 1)), null));
        }
    }

    private void readTriggers(List<CodeObject> into) throws SQLException {
        for (List<@Nullable String> row :
                session.rows(
                        "SELECT TRIGGER_SCHEMA, TRIGGER_NAME FROM information_schema.TRIGGERS WHERE"
                                + " TRIGGER_SCHEMA NOT IN "
                                + UNTOUCHED_SCHEMAS
                                + " ORDER BY EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE,"
                                + " EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER")) {
            into.add(codeObject(Kind.TRIGGER, new TableName(text(row, 0), text(row, 1)), null));
        }
    }

    private void readEvents(List<CodeObject> into) throws SQLException {
        for (List<@Nullable String> row :
                session.rows(
                        "SELECT EVENT_SCHEMA, EVENT_NAME, UNIX_TIMESTAMP(CREATED) FROM"
                                + " information_schema.EVENTS WHERE EVENT_SCHEMA NOT IN "
                                + UNTOUCHED_SCHEMAS
                                + " ORDER BY EVENT_SCHEMA, EVENT_NAME")) {
            into.add(codeObject(Kind.EVENT, new TableName(text(row, 0), text(row, 1)), row.get(2)));
        }
    }

    private CodeObject codeObject(Kind kind, TableName name, @Nullable String created)
            throws SQLException {
        Shown shown = showCreate(kind.word, name.sql());
        Context context =
                new Context(
                        text(shown.row(), "character_set_client"),
                        text(shown.row(), "collation_connection"),
                        shown.row().get("database collation"),
                        shown.row().get("sql_mode"),
                        shown.row().get("time_zone"),
                        created);
        return new CodeObject(kind, name, shown.statement(), context);
    }

    private record Shown(String statement, Map<String, @Nullable String> row) {}

    private Shown showCreate(String what, String quotedName) throws SQLException {
        Map<String, @Nullable String> row;
        try {
            row = session.row("SHOW CREATE " + what + " " + quotedName);
        } catch (SQLException e) {
            throw new SQLException(
                    "SHOW CREATE "
                            + what
                            + " "
                            + Packed.toText(quotedName)
                            + " failed: "
                            + e.getMessage(),
                    e.getSQLState(),
                    e.getErrorCode(),
                    e);
        }
        for (Map.Entry<String, @Nullable String> entry : row.entrySet()) {
            String label = entry.getKey();
            if (label.startsWith("create ")
                    || label.equals("sql original statement")
                    // MariaDB shows a sequence as the table that it also is.
                    || label.equals("table create")) {
                String statement = entry.getValue();
                if (statement == null) {
                    throw new SQLException(
                            "this login may not see the definition of "
                                    + what
                                    + " "
                                    + Packed.toText(quotedName));
                }
                return new Shown(statement, row);
            }
        }
        throw new SQLException("SHOW CREATE " + what + " answered without a statement");
    }

    private static String text(List<@Nullable String> row, int index) {
        String value = row.get(index);
        return value == null ? "" : value;
    }

    private static String text(Map<String, @Nullable String> row, String column) {
        String value = row.get(column);
        return value == null ? "" : value;
    }

    private static long number(List<@Nullable String> row, int index) {
        String value = row.get(index);
        // Unsigned, and of an engine that cannot tell it may be the largest number there is.
        return value == null ? 0 : Math.max(0, Long.parseUnsignedLong(value));
    }
}
