package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.Catalog.CodeObject;
import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.Kind;
import io.dbmanager.sync.seed.Catalog.Schema;
import io.dbmanager.sync.seed.Catalog.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes a replica's definitions those of its primary, and leaves alone what is so already: tables
 * that are defined alike keep their rows. Triggers and events go while rows are changed, and come
 * back at the end.
 */
final class DefinitionRepair {
    private static final List<Kind> ROUTINES_AND_VIEWS =
            List.of(Kind.VIEW, Kind.FUNCTION, Kind.PROCEDURE, Kind.PACKAGE_BODY, Kind.PACKAGE);

    private final CopyTarget target;
    private final ByteSession session;
    private final Catalog wanted;
    private final Catalog present;
    private final Optional<UndoneRows> undone;
    private final Stays stays;
    private final Map<TableName, LateKeys> lateKeys;
    private final Map<TableName, Table> presentTables;

    /** Whether a table of the replica may keep its rows. */
    interface Stays {
        Stays IF_ALIKE = (wanted, there) -> there.create().equals(wanted.create());

        boolean test(Table wanted, Table there);
    }

    /**
     * @param present what the replica has
     * @param undone where what goes is saved, if it is to be
     */
    DefinitionRepair(
            CopyTarget target, Catalog wanted, Catalog present, Optional<UndoneRows> undone) {
        this(target, wanted, present, undone, Stays.IF_ALIKE, Map.of());
    }

    /**
     * @param lateKeys of tables that are made without them
     */
    DefinitionRepair(
            CopyTarget target,
            Catalog wanted,
            Catalog present,
            Optional<UndoneRows> undone,
            Stays stays,
            Map<TableName, LateKeys> lateKeys) {
        this.target = target;
        this.session = target.admin();
        this.wanted = wanted;
        this.present = present;
        this.undone = undone;
        this.stays = stays;
        this.lateKeys = lateKeys;
        this.presentTables = present.tablesByName();
    }

    /** Tables whose rows have to come anew, since they are not there or defined otherwise. */
    Set<TableName> tablesToMake() {
        Set<TableName> names = new LinkedHashSet<>();
        for (Table table : wanted.tables()) {
            Table there = presentTables.get(table.name());
            boolean alike =
                    there != null
                            && there.contents() == table.contents()
                            && stays.test(table, there);
            // A sequence is one row, and is made with it.
            if (!alike || table.contents() == Contents.SEQUENCE) {
                names.add(table.name());
            }
        }
        return names;
    }

    /** Makes definitions equal but for triggers and events. */
    void apply(PrimarySnapshot.Frozen frozen) throws SQLException, InterruptedException {
        openSchemas();
        boolean sameCode =
                ROUTINES_AND_VIEWS.stream()
                        .allMatch(kind -> wanted.code(kind).equals(present.code(kind)));
        saveCode();
        dropCode(Kind.TRIGGER);
        dropCode(Kind.EVENT);
        if (!sameCode) {
            for (Kind kind : ROUTINES_AND_VIEWS) {
                dropCode(kind);
            }
        }
        Set<TableName> toMake = tablesToMake();
        dropTables(toMake);
        alignSchemas();
        make(toMake, frozen);
        if (!sameCode) {
            Set<TableName> kept = new HashSet<>(presentTables.keySet());
            kept.removeAll(toMake);
            new DefinitionWriter(target, wanted, lateKeys).createRoutinesAndViews(frozen, kept);
        }
    }

    /** Makes tables that are not there; their rows are for others. */
    void make(Set<TableName> names, PrimarySnapshot.Frozen frozen)
            throws SQLException, InterruptedException {
        List<Table> tables =
                wanted.tables().stream().filter(t -> names.contains(t.name())).toList();
        Map<TableName, List<String>> sequences = new HashMap<>(frozen.sequences());
        sequences.keySet().retainAll(names);
        Catalog some = new Catalog(wanted.schemas(), tables, wanted.code());
        new DefinitionWriter(target, some, lateKeys).createTables(frozen.withSequences(sequences));
    }

    /** Drops tables of the replica and makes them again, empty. */
    void makeAgain(Set<TableName> names, PrimarySnapshot.Frozen frozen)
            throws SQLException, InterruptedException {
        for (TableName name : names) {
            Table there = presentTables.get(name);
            if (there != null) {
                drop(there);
            }
        }
        make(names, frozen);
    }

    /** What comes after the rows. */
    void finish(PrimarySnapshot.Frozen frozen) throws SQLException {
        alignCounters(frozen.counters());
        DefinitionWriter definitions = new DefinitionWriter(target, wanted);
        definitions.setCountersAfterRows(frozen);
        definitions.createTriggersAndEvents();
    }

    private void openSchemas() throws SQLException {
        for (Schema schema : present.schemas()) {
            if (schema.readOnly()) {
                session.run("ALTER DATABASE " + Packed.quoteName(schema.name()) + " READ ONLY = 0");
            }
        }
    }

    private void saveCode() throws SQLException {
        if (undone.isEmpty()) {
            return;
        }
        Set<CodeObject> kept =
                wanted.code().stream()
                        .map(DefinitionRepair::comparable)
                        .collect(Collectors.toSet());
        for (CodeObject object : present.code()) {
            boolean event = object.kind() == Kind.EVENT;
            if (!event && !kept.contains(comparable(object))) {
                undone.get()
                        .definition(
                                object.kind().word + " " + object.name().display(),
                                object.create());
            }
        }
    }

    private static CodeObject comparable(CodeObject object) {
        return new CodeObject(
                object.kind(), object.name(), object.create(), object.context().withoutCreated());
    }

    private void dropCode(Kind kind) throws SQLException {
        for (CodeObject object : present.code(kind)) {
            session.run("DROP " + kind.word + " IF EXISTS " + object.name().sql());
        }
    }

    private void dropTables(Set<TableName> toMake) throws SQLException, InterruptedException {
        Set<TableName> keep = wanted.tables().stream().map(Table::name).collect(Collectors.toSet());
        keep.removeAll(toMake);
        List<Table> going = new ArrayList<>();
        for (Table table : present.tables()) {
            if (!keep.contains(table.name())) {
                going.add(table);
            }
        }
        for (Table table : going) {
            drop(table);
        }
    }

    private void drop(Table table) throws SQLException, InterruptedException {
        if (undone.isPresent() && table.contents() != Contents.SEQUENCE) {
            UndoneRows rows = undone.get();
            rows.statement(
                    "CREATE DATABASE IF NOT EXISTS " + Packed.quoteName(table.name().schema()));
            rows.statement("USE " + Packed.quoteName(table.name().schema()));
            rows.statement(
                    table.create().replaceFirst("^CREATE TABLE", "CREATE TABLE IF NOT EXISTS"));
            if (table.hasRows()) {
                rows.rows(session, table, Optional.empty());
            }
            rows.force();
        }
        String what = table.contents() == Contents.SEQUENCE ? "SEQUENCE" : "TABLE";
        session.run("DROP " + what + " IF EXISTS " + table.name().sql());
    }

    private void alignSchemas() throws SQLException {
        Map<String, Schema> there =
                present.schemas().stream().collect(Collectors.toMap(Schema::name, s -> s));
        for (Schema schema : present.schemas()) {
            if (wanted.schemas().stream().noneMatch(s -> s.name().equals(schema.name()))) {
                session.run("DROP DATABASE IF EXISTS " + Packed.quoteName(schema.name()));
            }
        }
        for (Schema schema : wanted.schemas()) {
            @Nullable Schema other = there.get(schema.name());
            if (other == null) {
                session.run(schema.create());
            } else if (!other.create().equals(schema.create())) {
                alter(schema, other);
            }
        }
    }

    private void alter(Schema schema, Schema other) throws SQLException {
        String encryption = schema.encrypted() ? "Y" : "N";
        session.run(
                "ALTER DATABASE "
                        + Packed.quoteName(schema.name())
                        + " DEFAULT CHARACTER SET "
                        + schema.charset()
                        + " COLLATE "
                        + schema.collation()
                        + (schema.encrypted() == other.encrypted()
                                ? ""
                                : " ENCRYPTION = '" + encryption + "'")
                        + (schema.comment().equals(other.comment())
                                ? ""
                                : " COMMENT " + Packed.quote(schema.comment().orElse(""))));
    }

    /** Rows are equal by now, so that no counter of the primary is too low. */
    private void alignCounters(Map<TableName, String> counters) throws SQLException {
        Map<TableName, String> there = PrimarySnapshot.readCounters(session);
        for (Table table : wanted.tables()) {
            String next = counters.get(table.name());
            boolean differs = next != null && !next.equals(there.get(table.name()));
            if (differs && !table.counterAfterRows()) {
                session.run("ALTER TABLE " + table.name().sql() + " AUTO_INCREMENT = " + next);
            }
        }
    }
}
