package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.Catalog.CodeObject;
import io.dbmanager.sync.seed.Catalog.Kind;
import io.dbmanager.sync.seed.Catalog.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes views before tables get their rows; where a replica keeps some, they stay.
 *
 * <p>Views may stand on views: each that fails is tried again after others were made. What then
 * still fails is invalid on the source as well: a table, column or function that it names is gone.
 * Servers refuse to make such a view, so what it misses is made for a moment, as the error names
 * it, and removed again when all views stand; the view is then as invalid as it was.
 */
final class ViewWriter {
    private static final int ROUNDS_MAX = 500;
    private static final Pattern NO_TABLE = Pattern.compile("Table '(.*)' doesn't exist");
    private static final Pattern NO_SCHEMA = Pattern.compile("Unknown database '(.*)'");
    private static final Pattern NO_COLUMN = Pattern.compile("Unknown column '(.*)' in ");
    private static final Pattern NO_FUNCTION = Pattern.compile("FUNCTION (.*) does not exist");
    private static final Pattern WRONG_ARGUMENTS =
            Pattern.compile("for FUNCTION (.*); expected \\d+, got (\\d+)");
    private static final Pattern TABLE_AND_ALIAS =
            Pattern.compile("`((?:[^`]|``)*)`\\.`((?:[^`]|``)*)`(?![.`])(?: `((?:[^`]|``)*)`)?");

    private final DefinitionWriter definitions;
    private final CopyTarget target;
    private final ByteSession session;
    private final Map<TableName, Table> tables;
    private final Map<TableName, String> counters;
    private final Set<TableName> withRows;
    private final List<CodeObject> views;

    private final Set<String> madeSchemas = new LinkedHashSet<>();
    private final Set<TableName> madeTables = new LinkedHashSet<>();
    private final Set<TableName> madeFunctions = new LinkedHashSet<>();
    private final Map<TableName, Set<String>> madeColumns = new LinkedHashMap<>();

    /**
     * @param withRows tables that are not empty
     */
    ViewWriter(
            DefinitionWriter definitions,
            CopyTarget target,
            Catalog catalog,
            Map<TableName, String> counters,
            Set<TableName> withRows) {
        this.definitions = definitions;
        this.target = target;
        this.session = target.admin();
        this.tables = catalog.tablesByName();
        this.counters = counters;
        this.withRows = withRows;
        this.views = catalog.code(Kind.VIEW);
    }

    void createAll() throws SQLException {
        Map<CodeObject, SQLException> failed = attempt(views);
        for (int round = 0; !failed.isEmpty() && round < ROUNDS_MAX; round++) {
            boolean helped = false;
            for (Map.Entry<CodeObject, SQLException> entry : failed.entrySet()) {
                helped |= supplyWhatIsMissing(entry.getKey(), entry.getValue());
            }
            int before = failed.size();
            failed = attempt(List.copyOf(failed.keySet()));
            if (!helped && failed.size() == before) {
                break;
            }
        }
        removeWhatWasMade();
        for (Map.Entry<CodeObject, SQLException> entry : failed.entrySet()) {
            target.note(
                    "view "
                            + entry.getKey().name().display()
                            + " was left out: "
                            + entry.getValue().getMessage());
        }
    }

    /** Goes round until no further one can be made; returns those that cannot and why. */
    private Map<CodeObject, SQLException> attempt(List<CodeObject> wanted) throws SQLException {
        Map<CodeObject, SQLException> failed = new HashMap<>();
        List<CodeObject> pending = new ArrayList<>(wanted);
        boolean progress = true;
        while (progress && !pending.isEmpty()) {
            progress = false;
            List<CodeObject> left = new ArrayList<>();
            for (CodeObject view : pending) {
                try {
                    definitions.createUnder(view);
                    failed.remove(view);
                    progress = true;
                } catch (SQLException e) {
                    if (DefinitionWriter.isLost(e)) {
                        throw e;
                    }
                    failed.put(view, e);
                    left.add(view);
                }
            }
            pending = left;
        }
        return failed;
    }

    private boolean supplyWhatIsMissing(CodeObject view, SQLException error) throws SQLException {
        String message = Packed.ofText(error.getMessage() == null ? "" : error.getMessage());
        Matcher table = NO_TABLE.matcher(message);
        if (table.find()) {
            return makeTable(split(table.group(1), view));
        }
        Matcher schema = NO_SCHEMA.matcher(message);
        if (schema.find()) {
            return makeSchema(schema.group(1));
        }
        Matcher column = NO_COLUMN.matcher(message);
        if (column.find()) {
            return makeColumn(view, column.group(1));
        }
        Matcher function = NO_FUNCTION.matcher(message);
        if (function.find()) {
            return makeFunction(split(function.group(1), view), 0);
        }
        Matcher arguments = WRONG_ARGUMENTS.matcher(message);
        if (arguments.find()) {
            return makeFunctionAnew(
                    split(arguments.group(1), view), Integer.parseInt(arguments.group(2)));
        }
        return false;
    }

    private static TableName split(String qualified, CodeObject view) {
        int dot = qualified.indexOf('.');
        return dot < 0
                ? new TableName(view.name().schema(), qualified)
                : new TableName(qualified.substring(0, dot), qualified.substring(dot + 1));
    }

    private boolean makeSchema(String name) throws SQLException {
        if (!madeSchemas.add(name)) {
            return false;
        }
        session.run("CREATE DATABASE " + Packed.quoteName(name));
        return true;
    }

    private boolean makeTable(TableName name) throws SQLException {
        // A view that is still to be made: it comes by itself, when what it misses is there.
        boolean isView = views.stream().anyMatch(v -> v.name().equals(name));
        if (isView || !madeTables.add(name)) {
            return false;
        }
        session.run("CREATE TABLE " + name.sql() + " (`dbmanager placeholder` INT)");
        return true;
    }

    private boolean makeFunction(TableName name, int arguments) throws SQLException {
        if (!madeFunctions.add(name)) {
            return false;
        }
        StringJoiner parameters = new StringJoiner(", ", "(", ")");
        for (int i = 0; i < arguments; i++) {
            parameters.add("p" + i + " TEXT");
        }
        session.run("CREATE FUNCTION " + name.sql() + parameters + " RETURNS INT NO SQL RETURN 0");
        return true;
    }

    /** Only now it is known with how many arguments the view calls it. */
    private boolean makeFunctionAnew(TableName name, int arguments) throws SQLException {
        if (!madeFunctions.remove(name)) {
            return false;
        }
        session.run("DROP FUNCTION " + name.sql());
        return makeFunction(name, arguments);
    }

    private boolean makeColumn(CodeObject view, String qualified) throws SQLException {
        String[] parts = qualified.split("\\.");
        if (parts.length < 2) {
            return false;
        }
        String column = parts[parts.length - 1];
        Optional<TableName> found = tableCalled(view, parts[parts.length - 2]);
        if (found.isEmpty()
                || !madeColumns
                        .computeIfAbsent(found.get(), _ -> new LinkedHashSet<>())
                        .add(column)) {
            return false;
        }
        TableName table = found.get();
        session.run(
                "ALTER TABLE " + table.sql() + " ADD COLUMN " + Packed.quoteName(column) + " INT");
        return true;
    }

    /** The table that a view's text calls by this name or alias. */
    private Optional<TableName> tableCalled(CodeObject view, String alias) {
        Matcher names = TABLE_AND_ALIAS.matcher(view.create());
        while (names.find()) {
            TableName table = new TableName(unquote(names.group(1)), unquote(names.group(2)));
            String called = names.group(3) == null ? table.name() : unquote(names.group(3));
            boolean known = tables.containsKey(table) || madeTables.contains(table);
            if (known && called.equals(alias)) {
                return Optional.of(table);
            }
        }
        return Optional.empty();
    }

    private static String unquote(String name) {
        return name.replace("``", "`");
    }

    private void removeWhatWasMade() throws SQLException {
        for (TableName function : madeFunctions) {
            session.run("DROP FUNCTION " + function.sql());
        }
        for (TableName table : madeTables) {
            session.run("DROP TABLE " + table.sql());
        }
        for (String schema : madeSchemas) {
            session.run("DROP DATABASE " + Packed.quoteName(schema));
        }
        for (Map.Entry<TableName, Set<String>> widened : madeColumns.entrySet()) {
            TableName name = widened.getKey();
            if (withRows.contains(name)) {
                for (String column : widened.getValue()) {
                    session.run(
                            "ALTER TABLE "
                                    + name.sql()
                                    + " DROP COLUMN "
                                    + Packed.quoteName(column));
                }
            } else if (!madeTables.contains(name)) {
                // Empty; made anew it is what the source has.
                session.run("DROP TABLE " + name.sql());
                Table table = tables.get(name);
                if (table != null) {
                    definitions.createTable(table, counters.get(name));
                }
            }
        }
    }
}
