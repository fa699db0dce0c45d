package io.dbmanager.sync.seed;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Everything a server's users have defined, as read at one time; all texts are {@link Packed}. */
record Catalog(List<Schema> schemas, List<Table> tables, List<CodeObject> code) {
    Catalog {
        schemas = List.copyOf(schemas);
        tables = List.copyOf(tables);
        code = List.copyOf(code);
    }

    /**
     * @param readOnly MySQL's {@code ALTER SCHEMA ... READ ONLY = 1}
     */
    record Schema(
            String name,
            String charset,
            String collation,
            boolean encrypted,
            boolean readOnly,
            Optional<String> comment) {
        String create() {
            return "CREATE DATABASE "
                    + Packed.quoteName(name)
                    + " DEFAULT CHARACTER SET "
                    + charset
                    + " COLLATE "
                    + collation
                    + (encrypted ? " ENCRYPTION = 'Y'" : "")
                    + comment.map(c -> " COMMENT " + Packed.quote(c)).orElse("");
        }
    }

    /** What rows a table has of its own. */
    enum Contents {
        /** In an engine that reads from a snapshot. */
        TRANSACTIONAL,
        /** Must not be written while they are read. */
        NON_TRANSACTIONAL,
        /** One row: a MariaDB sequence. */
        SEQUENCE,
        /** None here: they belong to another table or server, or nowhere. */
        ELSEWHERE
    }

    /** How the history of a MariaDB system-versioned table is carried. */
    sealed interface History {
        record None() implements History {}

        /**
         * @param startColumn packed; named in full even where the server hides it
         */
        record Kept(String startColumn, String endColumn) implements History {}

        /**
         * @param why a phrase for people
         */
        record Lost(String why) implements History {}
    }

    /**
     * @param create the {@code CREATE} statement without its {@code AUTO_INCREMENT} counter
     * @param columns those that are stored from given values, in order; none of the generated ones
     * @param rangeKey by which a part of the table can be named
     */
    record Table(
            TableName name,
            String engine,
            Contents contents,
            History history,
            String create,
            List<Column> columns,
            RangeKey rangeKey,
            long rowsEstimate,
            long bytesEstimate) {
        Table {
            columns = List.copyOf(columns);
        }

        boolean hasRows() {
            return contents == Contents.TRANSACTIONAL || contents == Contents.NON_TRANSACTIONAL;
        }

        /** The same table, of which other columns are looked at. */
        Table with(List<Column> others) {
            return new Table(
                    name,
                    engine,
                    contents,
                    history,
                    create,
                    others,
                    rangeKey,
                    rowsEstimate,
                    bytesEstimate);
        }

        boolean holdsTheSameColumns(Table other) {
            if (columns.size() != other.columns.size()) {
                return false;
            }
            for (int i = 0; i < columns.size(); i++) {
                if (!columns.get(i).holdsTheSameAs(other.columns.get(i))) {
                    return false;
                }
            }
            return true;
        }

        boolean firstKeyIsInteger() {
            return !rangeKey.isNone()
                    && columns.stream()
                            .filter(column -> column.name().equals(rangeKey.firstName()))
                            .anyMatch(Column::isInteger);
        }

        private static final Pattern IMPLIED_COLLATION =
                Pattern.compile(
                        "(?m)^(  `(?:[^`]|``)*` \\w+(?:\\((?:'(?:[^'\\\\]|''|\\\\.)*'|[^')])*\\))?)"
                                + " COLLATE \\w+");

        private static final Pattern COUNTER = Pattern.compile(" AUTO_INCREMENT=\\d+");
        private static final Pattern ENGINE = Pattern.compile(" ?ENGINE=\\w+");

        /** Where the options begin: names and comments hold no raw line breaks before a ")". */
        private static int optionsStart(String create) {
            return Math.max(0, create.lastIndexOf("\n) "));
        }

        /**
         * MySQL 8 remembers whether a column's collation was given or taken from its table, and
         * prints the character set in front of it only when it was given. What it, or MySQL 5.7,
         * prints of the others must be left out, or it would be given in the copy.
         */
        static String withoutImpliedCollations(String create) {
            return IMPLIED_COLLATION.matcher(create).replaceAll("$1");
        }

        static String withoutCounter(String create) {
            int options = optionsStart(create);
            Matcher counter = COUNTER.matcher(create);
            if (!counter.find(options)) {
                return create;
            }
            return create.substring(0, counter.start()) + create.substring(counter.end());
        }

        /** ARCHIVE takes no row below its counter, so the counter is set after the rows. */
        boolean counterAfterRows() {
            return engine.equals("archive");
        }

        /** The statement with a counter; 1 is what a new table begins with and is left out. */
        String createWithCounter(@Nullable String next) {
            return withCounter(create, next);
        }

        /** The same for another statement that makes this table. */
        String withCounter(String create, @Nullable String next) {
            Matcher engine = ENGINE.matcher(create);
            if (next == null
                    || next.equals("1")
                    || counterAfterRows()
                    || !engine.find(optionsStart(create))) {
                return create;
            }
            return create.substring(0, engine.end())
                    + " AUTO_INCREMENT="
                    + next
                    + create.substring(engine.end());
        }
    }

    enum Kind {
        FUNCTION("FUNCTION"),
        PROCEDURE("PROCEDURE"),
        PACKAGE("PACKAGE"),
        PACKAGE_BODY("PACKAGE BODY"),
        VIEW("VIEW"),
        TRIGGER("TRIGGER"),
        EVENT("EVENT");

        final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    /**
     * What a stored program was created under and must be created under again.
     *
     * @param databaseCollation of its schema at that time, which its parameters took over
     * @param created seconds since 1970, for events, whose times were valid then
     */
    record Context(
            String charsetClient,
            String collationConnection,
            @Nullable String databaseCollation,
            @Nullable String sqlMode,
            @Nullable String timeZone,
            @Nullable String created) {
        Context withoutCreated() {
            return new Context(
                    charsetClient, collationConnection, databaseCollation, sqlMode, timeZone, null);
        }
    }

    /**
     * A view, routine, trigger or event.
     *
     * @param create in the bytes of the context's character set
     */
    record CodeObject(Kind kind, TableName name, String create, Context context) {}

    List<CodeObject> code(Kind kind) {
        return code.stream().filter(object -> object.kind() == kind).toList();
    }

    Map<TableName, Table> tablesByName() {
        Map<TableName, Table> byName = new HashMap<>();
        tables.forEach(table -> byName.put(table.name(), table));
        return byName;
    }

    /** All definitions by what they define, for people: equal maps are equal definitions. */
    Map<String, String> fingerprint() {
        Map<String, String> all = new TreeMap<>();
        schemas.forEach(s -> all.put("schema " + Packed.toText(s.name()), s.toString()));
        tables.forEach(t -> all.put("table " + t.name().display(), t.create()));
        Map<String, Integer> triggerOrder = new HashMap<>();
        for (CodeObject object : code) {
            String order = "";
            if (object.kind() == Kind.TRIGGER) {
                // Triggers fire in the order in which they stand here.
                order = triggerOrder.merge(object.name().schema(), 1, Integer::sum).toString();
            }
            all.put(
                    object.kind().word.toLowerCase(java.util.Locale.ROOT)
                            + " "
                            + object.name().display(),
                    object.create() + object.context() + order);
        }
        return all;
    }

    /** The names of what is defined in one and not the other, or not alike; sorted. */
    List<String> differences(Catalog other) {
        Map<String, String> ours = fingerprint();
        Map<String, String> theirs = other.fingerprint();
        TreeSet<String> names = new TreeSet<>(ours.keySet());
        names.addAll(theirs.keySet());
        names.removeIf(name -> java.util.Objects.equals(ours.get(name), theirs.get(name)));
        return List.copyOf(names);
    }
}
