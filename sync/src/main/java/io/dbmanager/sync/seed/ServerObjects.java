package io.dbmanager.sync.seed;

import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.jdbc.ServerConnector;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What MySQL keeps beside schemas and tables refer to: general tablespaces and spatial reference
 * systems. The others on the target go; those of the source are made.
 *
 * <p>A tablespace's file is made in the target's data directory, wherever the source has it.
 */
final class ServerObjects {
    private static final int UNKNOWN_TABLE = 1109;

    private static final String REFERENCE_SYSTEMS_DIGEST =
            "SELECT COUNT(*), SUM(CAST(CONV(LEFT(h, 12), 16, 10) AS UNSIGNED)),"
                    + " SUM(CAST(CONV(RIGHT(h, 12), 16, 10) AS UNSIGNED)) FROM (SELECT"
                    + " SHA2(CONCAT_WS('#', SRS_ID, SHA2(SRS_NAME, 256), IFNULL(SHA2(ORGANIZATION,"
                    + " 256), ''), IFNULL(ORGANIZATION_COORDSYS_ID, ''), SHA2(DEFINITION, 256),"
                    + " IFNULL(SHA2(DESCRIPTION, 256), '')), 256) AS h FROM ";

    /** Tablespaces that no one has made. */
    private static final Set<String> BUILT_IN =
            Set.of("mysql", "innodb_system", "innodb_temporary");

    private final ServerConnector connector;
    private final SeedSource source;

    ServerObjects(ServerConnector connector, SeedSource source) {
        this.connector = connector;
        this.source = source;
    }

    void copyTo(CopyTarget target) throws SQLException {
        ServerVersion version = source.version();
        if (version.isMariaDb()) {
            return;
        }
        try (ByteSession from =
                PrimarySnapshot.session(connector, source.server(), ByteSession.Charset.UTF8)) {
            copyTablespaces(from, target.admin());
            if (version.atLeast(8, 0, 0)) {
                boolean sameSeries =
                        target.target().version().major() == version.major()
                                && target.target().version().minor() == version.minor();
                copyReferenceSystems(from, target.admin(), sameSeries);
            }
        }
    }

    private static void copyTablespaces(ByteSession from, ByteSession to) throws SQLException {
        for (List<@Nullable String> space : tablespaces(to)) {
            to.run("DROP TABLESPACE " + Packed.quoteName(text(space, 0)));
        }
        for (List<@Nullable String> space : tablespaces(from)) {
            String file = text(space, 1);
            String pageSize = text(space, 2);
            to.run(
                    "CREATE TABLESPACE "
                            + Packed.quoteName(text(space, 0))
                            + " ADD DATAFILE "
                            + Packed.quote(file.substring(file.lastIndexOf('/') + 1))
                            + (pageSize.equals("0") ? "" : " FILE_BLOCK_SIZE = " + pageSize)
                            + " ENGINE = InnoDB");
        }
    }

    /** Whether tables of the one could be in tablespaces of the other. */
    boolean hasSameTablespaces(CopyTarget target) throws SQLException {
        if (source.version().isMariaDb()) {
            return true;
        }
        try (ByteSession from =
                PrimarySnapshot.session(connector, source.server(), ByteSession.Charset.UTF8)) {
            return namesAndPages(from).equals(namesAndPages(target.admin()));
        }
    }

    private static Set<String> namesAndPages(ByteSession session) throws SQLException {
        Set<String> spaces = new TreeSet<>();
        for (List<@Nullable String> space : tablespaces(session)) {
            spaces.add(text(space, 2) + " " + text(space, 0));
        }
        return spaces;
    }

    /** For a target whose tablespaces are to stay. */
    void copyReferenceSystemsTo(CopyTarget target) throws SQLException {
        if (!source.version().isMariaDb() && source.version().atLeast(8, 0, 0)) {
            try (ByteSession from =
                    PrimarySnapshot.session(connector, source.server(), ByteSession.Charset.UTF8)) {
                copyReferenceSystems(from, target.admin(), true);
            }
        }
    }

    /** Rows of name, file and compressed page size; 0 for tables that are not compressed. */
    private static List<List<@Nullable String>> tablespaces(ByteSession session)
            throws SQLException {
        String query =
                "SELECT s.NAME, f.FILE_NAME, s.ZIP_PAGE_SIZE FROM information_schema.%s s JOIN"
                        + " information_schema.FILES f ON f.TABLESPACE_NAME = s.NAME WHERE"
                        + " s.SPACE_TYPE = 'General'";
        List<List<@Nullable String>> made = new ArrayList<>();
        for (List<@Nullable String> row : rowsOfEither(session, query)) {
            if (!BUILT_IN.contains(text(row, 0))) {
                made.add(row);
            }
        }
        return made;
    }

    /** MySQL 5.7 and 8.0 call the view by different names. */
    private static List<List<@Nullable String>> rowsOfEither(ByteSession session, String query)
            throws SQLException {
        try {
            return session.rows(query.formatted("INNODB_TABLESPACES"));
        } catch (SQLException e) {
            if (e.getErrorCode() == UNKNOWN_TABLE) {
                return session.rows(query.formatted("INNODB_SYS_TABLESPACES"));
            }
            throw e;
        }
    }

    /**
     * @param all whether those that come with the server are compared too; versions bring others
     */
    private static void copyReferenceSystems(ByteSession from, ByteSession to, boolean all)
            throws SQLException {
        // There are thousands, and hardly ever does anyone make or alter one.
        String digest = REFERENCE_SYSTEMS_DIGEST + ofThose(all) + ") AS hashed";
        if (from.rows(digest).equals(to.rows(digest))) {
            return;
        }
        TreeMap<String, String> wanted = referenceSystems(from, all);
        TreeMap<String, String> present = referenceSystems(to, all);
        for (String id : present.keySet()) {
            if (!wanted.containsKey(id)) {
                to.run("DROP SPATIAL REFERENCE SYSTEM " + id);
            }
        }
        for (var system : wanted.entrySet()) {
            if (!system.getValue().equals(present.get(system.getKey()))) {
                to.run(system.getValue());
            }
        }
    }

    private static String ofThose(boolean all) {
        return "information_schema.ST_SPATIAL_REFERENCE_SYSTEMS WHERE SRS_ID <> 0"
                + (all ? "" : " AND IFNULL(ORGANIZATION, '') <> 'EPSG'");
    }

    /** The statements that make them, by number; number 0 is built in. */
    private static TreeMap<String, String> referenceSystems(ByteSession session, boolean all)
            throws SQLException {
        TreeMap<String, String> systems = new TreeMap<>();
        for (List<@Nullable String> row :
                session.rows(
                        "SELECT SRS_ID, SRS_NAME, ORGANIZATION, ORGANIZATION_COORDSYS_ID,"
                                + " DEFINITION, DESCRIPTION FROM "
                                + ofThose(all))) {
            StringBuilder create =
                    new StringBuilder("CREATE OR REPLACE SPATIAL REFERENCE SYSTEM ")
                            .append(text(row, 0))
                            .append(" NAME ")
                            .append(Packed.quote(text(row, 1)));
            if (row.get(2) != null) {
                create.append(" ORGANIZATION ")
                        .append(Packed.quote(text(row, 2)))
                        .append(" IDENTIFIED BY ")
                        .append(text(row, 3));
            }
            create.append(" DEFINITION ").append(Packed.quote(text(row, 4)));
            if (row.get(5) != null) {
                create.append(" DESCRIPTION ").append(Packed.quote(text(row, 5)));
            }
            systems.put(text(row, 0), create.toString());
        }
        return systems;
    }

    private static String text(List<@Nullable String> row, int index) {
        String value = row.get(index);
        return value == null ? "" : value;
    }
}
