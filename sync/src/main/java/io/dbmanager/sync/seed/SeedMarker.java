package io.dbmanager.sync.seed;

import io.dbmanager.sync.dialect.OwnSchemas;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A note on a replica that its data is a copy of ours which has not been completed: set before
 * anything is wiped, removed by whoever starts replication after the copy. While it is there, all
 * the replica holds came from the primary and may be dropped.
 *
 * <p>Beside it stands which tables a copy has finished, and which parts of large ones, so that the
 * next one need not copy them again: see {@link Resumption}. All live in a schema that is never
 * copied, and are written without the binary log.
 */
public final class SeedMarker {
    private static final String TABLE = OwnSchemas.LOCAL + ".seed_under_way";
    private static final String SETTINGS = OwnSchemas.LOCAL + ".seed_settings";
    private static final String FINISHED_NAME = "seed_finished";

    /** Holds what a copy has finished; only a copy has it, not a repair. */
    static final TableName FINISHED = new TableName(OwnSchemas.LOCAL, FINISHED_NAME);

    /** Holds which parts of large tables it has brought that are not finished. */
    static final TableName PARTS = new TableName(OwnSchemas.LOCAL, "seed_parts");

    /** Between the literals of a bound, none of which has a line break. */
    private static final String BOUND_SEPARATOR = "\n";

    private static final int NO_SUCH_SCHEMA = 1049;
    private static final int NO_SUCH_TABLE = 1146;

    private SeedMarker() {}

    /**
     * Sets the note. Nothing is finished yet.
     *
     * @param replica a session with {@code sql_log_bin = 0}
     * @param source the primary's name, for people
     * @param mySql whether what it has written itself so far can be noted, too
     */
    static void set(ByteSession replica, String source, boolean mySql) throws SQLException {
        replica.run("CREATE DATABASE IF NOT EXISTS " + OwnSchemas.LOCAL);
        replica.run("DROP TABLE IF EXISTS " + FINISHED.sql() + ", " + PARTS.sql());
        replica.run(
                "CREATE TABLE IF NOT EXISTS "
                        + TABLE
                        + " (source VARCHAR(64) NOT NULL, since DATETIME NOT NULL, executed"
                        + " LONGTEXT CHARACTER SET latin1 NOT NULL) ENGINE=InnoDB"
                        + " DEFAULT CHARSET=utf8mb4");
        // At no moment without one: an earlier note may be all that says whose the data is.
        replica.run("START TRANSACTION");
        replica.run("DELETE FROM " + TABLE);
        replica.run(
                "INSERT INTO "
                        + TABLE
                        + " VALUES ("
                        + Packed.quote(Packed.ofText(source))
                        + ", UTC_TIMESTAMP(), "
                        + (mySql ? "@@GLOBAL.gtid_executed" : "''")
                        + ")");
        replica.run("COMMIT");
    }

    /** From now on the copy notes what it has finished. */
    static void createFinished(ByteSession replica) throws SQLException {
        replica.run(
                "CREATE TABLE "
                        + FINISHED.sql()
                        + " (identity VARCHAR(64) NOT NULL, schema_name VARBINARY(256) NOT NULL,"
                        + " table_name VARBINARY(256) NOT NULL, PRIMARY KEY (schema_name,"
                        + " table_name)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4");
        createParts(replica);
    }

    /** Versions before this one had no such table. */
    static void createParts(ByteSession replica) throws SQLException {
        replica.run(
                "CREATE TABLE IF NOT EXISTS "
                        + PARTS.sql()
                        + " (part BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, identity VARCHAR(64)"
                        + " NOT NULL, schema_name VARBINARY(256) NOT NULL, table_name"
                        + " VARBINARY(256) NOT NULL, part_from LONGBLOB, part_below LONGBLOB NOT"
                        + " NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4");
    }

    /**
     * The statement that notes parts of a table which have all their rows; for the session that has
     * brought them.
     *
     * @param identity of the primary they come from
     * @param parts which have an end
     */
    static String noteParts(String identity, TableName table, List<KeyRange.Part> parts) {
        StringJoiner rows =
                new StringJoiner(
                        ", ",
                        "INSERT INTO "
                                + PARTS.sql()
                                + " (identity, schema_name, table_name, part_from, part_below)"
                                + " VALUES ",
                        "");
        for (KeyRange.Part part : parts) {
            rows.add(
                    "("
                            + key(identity, table)
                            + ", "
                            + part.from().map(SeedMarker::bound).orElse("NULL")
                            + ", "
                            + bound(part.below().orElseThrow())
                            + ")");
        }
        return rows.toString();
    }

    /** The values that all notes begin with. */
    private static String key(String identity, TableName table) {
        return Packed.quote(identity)
                + ", "
                + Packed.hex(table.schema())
                + ", "
                + Packed.hex(table.name());
    }

    private static String bound(List<String> literals) {
        return Packed.hex(String.join(BOUND_SEPARATOR, literals));
    }

    private static List<String> literals(String packed) {
        return List.of(packed.split(BOUND_SEPARATOR, -1));
    }

    /**
     * The statement that notes tables which have all their rows and keys; for the session that has
     * brought them, so that it becomes true with them.
     *
     * @param identity of the primary they come from
     */
    static String noteFinished(String identity, Collection<TableName> tables) {
        StringJoiner rows =
                new StringJoiner(", ", "REPLACE INTO " + FINISHED.sql() + " VALUES ", "");
        for (TableName table : tables) {
            rows.add("(" + key(identity, table) + ")");
        }
        return rows.toString();
    }

    /** Of these tables nothing is there any longer. */
    static void forget(ByteSession replica, Collection<TableName> tables) throws SQLException {
        for (TableName table : tables) {
            for (TableName notes : List.of(FINISHED, PARTS)) {
                replica.run(deleteOf(table, notes));
            }
        }
    }

    private static String deleteOf(TableName table, TableName notes) {
        return "DELETE FROM "
                + notes.sql()
                + " WHERE schema_name = "
                + Packed.hex(table.schema())
                + " AND table_name = "
                + Packed.hex(table.name());
    }

    /** Of a table that is not finished, only this is there. */
    static void reached(ByteSession replica, String identity, TableName table, Reached reached)
            throws SQLException {
        replica.run("START TRANSACTION");
        replica.run(deleteOf(table, PARTS));
        if (!reached.isNothing()) {
            replica.run(noteParts(identity, table, reached.parts()));
        }
        replica.run("COMMIT");
    }

    /**
     * What a copy has finished.
     *
     * @param identity of the primary they come from
     * @param begun how far other tables have come, large ones
     */
    record Finished(String identity, Set<TableName> tables, Map<TableName, Reached> begun) {
        Finished {
            tables = Set.copyOf(tables);
            begun = Map.copyOf(begun);
        }
    }

    /** What a copy that was cut off has finished; empty where none was, or nothing. */
    static Optional<Finished> finished(ByteSession replica, boolean mySql) throws SQLException {
        if (!isCopy(replica.connection(), mySql)) {
            return Optional.empty();
        }
        Set<TableName> tables = new HashSet<>();
        String identity = "";
        for (List<@Nullable String> row :
                replica.rows("SELECT identity, schema_name, table_name FROM " + FINISHED.sql())) {
            identity = String.valueOf(row.get(0));
            tables.add(new TableName(String.valueOf(row.get(1)), String.valueOf(row.get(2))));
        }
        Map<TableName, List<KeyRange.Part>> parts = new HashMap<>();
        for (List<@Nullable String> row : notedParts(replica)) {
            identity = String.valueOf(row.get(0));
            parts.computeIfAbsent(
                            new TableName(String.valueOf(row.get(1)), String.valueOf(row.get(2))),
                            _ -> new ArrayList<>())
                    .add(
                            new KeyRange.Part(
                                    Optional.ofNullable(row.get(3)).map(SeedMarker::literals),
                                    Optional.ofNullable(row.get(4)).map(SeedMarker::literals)));
        }
        Map<TableName, Reached> begun = new HashMap<>();
        parts.forEach((table, noted) -> {
            Reached reached = Reached.by(noted);
            if (!tables.contains(table) && !reached.isNothing()) {
                begun.put(table, reached);
            }
        });
        return tables.isEmpty() && begun.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finished(identity, tables, begun));
    }

    private static List<List<@Nullable String>> notedParts(ByteSession replica)
            throws SQLException {
        try {
            return replica.rows(
                    "SELECT identity, schema_name, table_name, part_from, part_below FROM "
                            + PARTS.sql());
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_TABLE) {
                return List.of();
            }
            throw e;
        }
    }

    /** Whether what is {@linkplain #find under way} is a copy that has finished something. */
    public static boolean isCopy(Connection replica, boolean mySql) throws SQLException {
        return find(replica, mySql).isPresent() && tables(replica).contains(FINISHED_NAME);
    }

    private static List<String> tables(Connection replica) throws SQLException {
        return Queries.column(
                replica,
                "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '"
                        + OwnSchemas.LOCAL
                        + "'");
    }

    /**
     * The primary that a copy under way comes from; empty where none is under way. A copy writes
     * nothing under the server's own GTIDs, so a note on a server that has since done so is no
     * longer true: people have used it, or the note has come there in a dump.
     *
     * @param mySql whether the server tells its own writes by GTIDs
     */
    public static Optional<String> find(Connection replica, boolean mySql) throws SQLException {
        String stillTrue =
                mySql
                        ? " WHERE LOCATE(@@GLOBAL.server_uuid,"
                                + " GTID_SUBTRACT(@@GLOBAL.gtid_executed, executed)) = 0"
                        : "";
        try {
            return Queries.text(replica, "SELECT source FROM " + TABLE + stillTrue + " LIMIT 1");
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_SCHEMA || e.getErrorCode() == NO_SUCH_TABLE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Notes what a global variable was before the copy changed it, so that whoever comes after a
     * copy that was cut off can put it back. The first value noted stays.
     */
    static void noteSetting(ByteSession replica, String variable, String value)
            throws SQLException {
        replica.run(
                "CREATE TABLE IF NOT EXISTS "
                        + SETTINGS
                        + " (variable VARCHAR(64) NOT NULL PRIMARY KEY, value VARCHAR(1024) NOT"
                        + " NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4");
        replica.run(
                "INSERT IGNORE INTO "
                        + SETTINGS
                        + " VALUES ("
                        + Packed.quote(variable)
                        + ", "
                        + Packed.quote(value)
                        + ")");
    }

    /** What was noted of settings and has not been put back; by variable. */
    static Map<String, String> notedSettings(ByteSession replica) throws SQLException {
        Map<String, String> noted = new LinkedHashMap<>();
        try {
            for (List<@Nullable String> row :
                    replica.rows("SELECT variable, value FROM " + SETTINGS)) {
                noted.put(String.valueOf(row.get(0)), String.valueOf(row.get(1)));
            }
        } catch (SQLException e) {
            if (e.getErrorCode() != NO_SUCH_TABLE && e.getErrorCode() != NO_SUCH_SCHEMA) {
                throw e;
            }
        }
        return noted;
    }

    /** Settings are as they were. */
    static void forgetSettings(ByteSession replica) throws SQLException {
        replica.run("DROP TABLE IF EXISTS " + SETTINGS);
    }

    /**
     * Removes the note, if there is one: the replica replicates. Leaves the session's settings as
     * they were.
     */
    public static void clear(Connection replica) throws SQLException {
        if (tables(replica).isEmpty()) {
            // As after a clone, which has ended with it; the server may be read-only already.
            return;
        }
        String logging = Queries.text(replica, "SELECT @@SESSION.sql_log_bin").orElse("1");
        Queries.run(replica, "SET SESSION sql_log_bin = 0");
        try {
            Queries.run(
                    replica,
                    "DROP TABLE IF EXISTS " + TABLE + ", " + FINISHED.sql() + ", " + PARTS.sql());
        } finally {
            Queries.run(replica, "SET SESSION sql_log_bin = " + logging);
        }
    }
}
