package io.dbmanager.sync.seed;

import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.OwnSchemas;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.Catalog.CodeObject;
import io.dbmanager.sync.seed.Catalog.Kind;
import io.dbmanager.sync.seed.Catalog.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares a replica with its primary while both are in use: definitions, accounts, the settings by
 * which statements mean the same on both, and the rows of every table.
 *
 * <p>Definitions and accounts are read from both servers and read again after the replica has
 * caught up where they differ. How rows are compared is told by {@link TableRows}. Writers are made
 * to wait for one table at a time, only where something seems to differ, and for the moment in
 * which the replica comes to where the primary is; only a table whose engine knows no snapshots
 * stays locked until both servers have read the part in question.
 */
public final class TableComparer {
    private static final int ATTEMPTS_MAX = 3;

    /** Settings that change what statements mean, on servers whose defaults for them are alike. */
    private static final List<String> VARIABLES =
            List.of(
                    "sql_mode",
                    "character_set_server",
                    "collation_server",
                    "explicit_defaults_for_timestamp",
                    "lower_case_table_names",
                    "time_zone",
                    "default_storage_engine",
                    "div_precision_increment",
                    "group_concat_max_len");

    private final ServerConnector connector;
    private final CompareSettings settings;
    private final Consumer<SeedProgress> listener;

    public TableComparer(
            ServerConnector connector, CompareSettings settings, Consumer<SeedProgress> listener) {
        this.connector = connector;
        this.settings = settings;
        this.listener = listener;
    }

    /**
     * What differs, by name, a phrase each such as {@code procedure shop.refund}; empty when the
     * replica is equal. Values are never told.
     *
     * @param checkpoint what an earlier comparison has found and where this one keeps its place
     * @throws SyncException if the two cannot be compared, as when the replica does not keep up
     */
    public List<String> differences(
            SeedSource primary, SeedTarget replica, Optional<CompareCheckpoint> checkpoint)
            throws SyncException, InterruptedException {
        try (ComparePair pair = new ComparePair(connector, primary, replica, settings.patience())) {
            List<String> differences = new ArrayList<>();
            List<Table> tables = compareDefinitions(pair, differences);
            if (isSameSeries(pair)) {
                compareVariables(pair.sides(), differences);
            }
            compareRows(pair, tables, checkpoint, differences);
            checkpoint.ifPresent(CompareCheckpoint::finish);
            return differences;
        } catch (SQLException e) {
            checkpoint.ifPresent(CompareCheckpoint::write);
            throw new SyncException(
                    replica.name()
                            + " could not be compared with "
                            + primary.server().name()
                            + ": "
                            + e.getMessage(),
                    e);
        } catch (SyncException | InterruptedException e) {
            checkpoint.ifPresent(CompareCheckpoint::write);
            throw e;
        }
    }

    private void compareRows(
            ComparePair pair,
            List<Table> tables,
            Optional<CompareCheckpoint> checkpoint,
            List<String> into)
            throws SQLException, SyncException, InterruptedException {
        long rows = tables.stream().mapToLong(Table::rowsEstimate).sum();
        Progress progress = new Progress("verify", rows, System::nanoTime, Optional::empty);
        listener.accept(progress.current());
        TableRows comparison = new TableRows(pair, settings, progress, listener, checkpoint);
        for (Table table : tables) {
            switch (comparison.compare(table)) {
                case TableRows.Verdict.Equal() -> {}
                case TableRows.Verdict.Differs(TableDifference difference) ->
                        into.add(difference.describe());
                case TableRows.Verdict.NotCompared(String why) ->
                        into.add("table " + table.name().display() + ": not compared, " + why);
            }
        }
        listener.accept(progress.complete());
    }

    /** Returns the tables whose rows can be compared. */
    private static List<Table> compareDefinitions(ComparePair pair, List<String> into)
            throws SQLException, SyncException {
        for (int attempt = 1; ; attempt++) {
            pair.catchUp();
            Catalog ours = read(pair.sides().primary(), pair.primary().version());
            Catalog theirs = read(pair.sides().replica(), pair.replica().version());
            List<String> found = new ArrayList<>(definitions(ours, theirs, isSameSeries(pair)));
            AccountDifferences.between(
                            SystemRows.read(pair.sides().primary()),
                            SystemRows.read(pair.sides().replica()))
                    .forEach(account -> found.add("account " + account));
            // What differs only since one of them was read a moment later is equal the next time.
            if (found.isEmpty() || attempt == ATTEMPTS_MAX) {
                into.addAll(found);
                return withRowsOnBoth(ours, theirs);
            }
        }
    }

    private static Catalog read(ByteSession session, ServerVersion version) throws SQLException {
        Catalog catalog = new CatalogReader(session, version).read();
        List<CodeObject> code = new ArrayList<>();
        for (CodeObject object : catalog.code()) {
            code.add(
                    object.kind() == Kind.EVENT
                            ? new CodeObject(
                                    object.kind(),
                                    object.name(),
                                    EventText.disabledOnReplica(object.create(), version),
                                    object.context().withoutCreated())
                            : object);
        }
        return new Catalog(catalog.schemas(), catalog.tables(), code);
    }

    private static boolean isSameSeries(ComparePair pair) {
        ServerVersion primary = pair.primary().version();
        ServerVersion replica = pair.replica().version();
        return primary.major() == replica.major() && primary.minor() == replica.minor();
    }

    private static List<String> definitions(Catalog ours, Catalog theirs, boolean sameSeries) {
        if (sameSeries) {
            return ours.differences(theirs);
        }
        // Versions print the same definition in different words: only what exists is compared.
        TreeSet<String> names = new TreeSet<>(ours.fingerprint().keySet());
        names.addAll(theirs.fingerprint().keySet());
        names.removeIf(name ->
                ours.fingerprint().containsKey(name) && theirs.fingerprint().containsKey(name));
        return List.copyOf(names);
    }

    private static List<Table> withRowsOnBoth(Catalog ours, Catalog theirs) {
        Map<TableName, Table> replicas = theirs.tablesByName();
        return ours.tables().stream()
                .filter(Table::hasRows)
                .filter(table -> !table.name().schema().equals(OwnSchemas.SHARED))
                .filter(table -> {
                    Table other = replicas.get(table.name());
                    return other != null && other.holdsTheSameColumns(table);
                })
                .toList();
    }

    private static void compareVariables(BothSides sides, List<String> into) throws SQLException {
        for (String variable : VARIABLES) {
            @Nullable String ours = sides.primary().global(variable);
            @Nullable String theirs = sides.replica().global(variable);
            if (!Objects.equals(ours, theirs)) {
                into.add(
                        "variable %s: '%s' where the primary has '%s'"
                                .formatted(variable, theirs, ours));
            }
        }
    }
}
