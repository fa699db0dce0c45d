package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Kind;
import io.dbmanager.sync.seed.Catalog.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A table whose secondary keys are made after its rows have come: sorted at once they cost a
 * fraction of what they do when each row looks for its place in each of them.
 *
 * @param create the table's statement without them
 * @param add what makes them, in their order; the table's foreign keys too, which need them
 */
record LateKeys(String create, String add) {
    private static final String NAME = "`(?:[^`]|``)+`";
    private static final Pattern COLUMN = Pattern.compile("  (" + NAME + ") .*");
    private static final Pattern PRIMARY = Pattern.compile("  PRIMARY KEY \\((" + NAME + ").*");

    /** Of columns; not of expressions, which stand in parentheses. */
    private static final Pattern KEY =
            Pattern.compile("  (?:UNIQUE )?KEY " + NAME + " \\(`(?!.*,\\s*\\().*");

    private static final Pattern FOREIGN_KEY =
            Pattern.compile("  CONSTRAINT " + NAME + " FOREIGN KEY \\(.*");
    private static final Pattern CHECK = Pattern.compile("  CONSTRAINT " + NAME + " CHECK \\(.*");

    private static final Pattern NAMES = Pattern.compile(NAME);
    private static final Pattern PRIMARY_COLUMNS =
            Pattern.compile("\n  PRIMARY KEY \\((" + NAME + "(?:,\\s*" + NAME + ")*)\\)");

    /** The table and the columns that a foreign key leads to. */
    private static final Pattern REFERENCES =
            Pattern.compile(
                    "\\) REFERENCES (?:("
                            + NAME
                            + ")\\.)?("
                            + NAME
                            + ") \\(("
                            + NAME
                            + "(?:,\\s*"
                            + NAME
                            + ")*)\\)");

    /** Words of keys that are more than a sorted list, and of tables that may not be altered. */
    private static final Pattern ODD =
            Pattern.compile(" USING HASH| WITHOUT OVERLAPS|SECONDARY_ENGINE");

    private static final Pattern INDEX_HINT =
            Pattern.compile("(?i)\\b(?:use|force|ignore) (?:index|key)\\b");

    /** Of those tables for which it is worth while and possible. */
    static Map<TableName, LateKeys> of(Catalog catalog, long rowsMin) {
        Map<TableName, LateKeys> all = new HashMap<>();
        for (Table table : catalog.tables()) {
            if (table.rowsEstimate() >= rowsMin && !isHinted(table, catalog)) {
                of(table).ifPresent(keys -> all.put(table.name(), keys));
            }
        }
        for (Table table : catalog.tables()) {
            for (Reference reference : references(table)) {
                LateKeys keys = all.get(reference.to());
                if (keys != null && !keys.primaryBeginsWith(reference.columns())) {
                    all.remove(reference.to());
                }
            }
        }
        return all;
    }

    /** A view that tells which key to take cannot be made before the key. */
    private static boolean isHinted(Table table, Catalog catalog) {
        return catalog.code(Kind.VIEW).stream()
                .map(Catalog.CodeObject::create)
                .anyMatch(view ->
                        INDEX_HINT.matcher(view).find()
                                && view.contains(Packed.quoteName(table.name().name())));
    }

    /** What a foreign key leads to, which needs a key there when it is made. */
    private record Reference(TableName to, List<String> columns) {}

    private static List<Reference> references(Table table) {
        List<Reference> references = new ArrayList<>();
        Matcher found = REFERENCES.matcher(table.create());
        while (found.find()) {
            String schema = found.group(1);
            references.add(
                    new Reference(
                            new TableName(
                                    schema == null ? table.name().schema() : unquote(schema),
                                    unquote(found.group(2))),
                            names(found.group(3))));
        }
        return references;
    }

    private boolean primaryBeginsWith(List<String> columns) {
        Matcher primary = PRIMARY_COLUMNS.matcher(create);
        List<String> ofPrimary = primary.find() ? names(primary.group(1)) : List.of();
        return columns.size() <= ofPrimary.size()
                && ofPrimary.subList(0, columns.size()).equals(columns);
    }

    private static List<String> names(String list) {
        return NAMES.matcher(list).results().map(MatchResult::group).toList();
    }

    private static String unquote(String name) {
        return name.substring(1, name.length() - 1).replace("``", "`");
    }

    static Optional<LateKeys> of(Table table) {
        boolean plain =
                table.engine().equals("innodb")
                        && table.contents() == Contents.TRANSACTIONAL
                        && table.history() instanceof History.None;
        int end = table.create().lastIndexOf("\n)");
        if (!plain || end < 0 || ODD.matcher(table.create()).find()) {
            return Optional.empty();
        }
        String[] lines = table.create().substring(0, end).split("\n", -1);
        List<String> now = new ArrayList<>();
        List<String> later = new ArrayList<>();
        String counted = null;
        String primary = null;
        for (int i = 1; i < lines.length; i++) {
            String line =
                    lines[i].endsWith(",")
                            ? lines[i].substring(0, lines[i].length() - 1)
                            : lines[i];
            Matcher column = COLUMN.matcher(line);
            Matcher primaryKey = PRIMARY.matcher(line);
            if (column.matches()) {
                counted = line.contains(" AUTO_INCREMENT") ? column.group(1) : counted;
                now.add(line);
            } else if (primaryKey.matches()) {
                primary = primaryKey.group(1);
                now.add(line);
            } else if (KEY.matcher(line).matches() || FOREIGN_KEY.matcher(line).matches()) {
                later.add("ADD " + line.strip());
            } else if (CHECK.matcher(line).matches()) {
                now.add(line);
            } else {
                return Optional.empty();
            }
        }
        if (later.isEmpty() || primary == null || !isOrNone(counted, primary)) {
            return Optional.empty();
        }
        return Optional.of(
                new LateKeys(
                        lines[0] + "\n" + String.join(",\n", now) + table.create().substring(end),
                        "ALTER TABLE " + table.name().sql() + " " + String.join(", ", later)));
    }

    /** A counted column must begin a key, always. */
    private static boolean isOrNone(@Nullable String counted, String primary) {
        return counted == null || counted.equals(primary);
    }
}
