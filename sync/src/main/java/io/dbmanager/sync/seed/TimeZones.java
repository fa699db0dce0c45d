package io.dbmanager.sync.seed;

import io.dbmanager.sync.jdbc.ServerConnector;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The named time zones, which events, routines and statements of the binary log may use. They are
 * copied where the source has some and the target has none.
 */
final class TimeZones {
    private static final List<String> TABLES =
            List.of(
                    "time_zone",
                    "time_zone_name",
                    "time_zone_transition",
                    "time_zone_transition_type",
                    "time_zone_leap_second");

    private final ServerConnector connector;
    private final SeedSource source;

    TimeZones(ServerConnector connector, SeedSource source) {
        this.connector = connector;
        this.source = source;
    }

    void copyTo(CopyTarget target) throws SQLException, InterruptedException {
        try (ByteSession from =
                        PrimarySnapshot.session(
                                connector, source.server(), ByteSession.Charset.BINARY);
                ByteSession to = target.openForRows()) {
            if (count(from).equals("0") || !count(to).equals("0")) {
                return;
            }
            for (String table : TABLES) {
                copy(from, to, table);
            }
            to.run("COMMIT");
        }
    }

    private static String count(ByteSession session) throws SQLException {
        return session.column("SELECT COUNT(*) FROM mysql.time_zone_name").getFirst();
    }

    private static void copy(ByteSession from, ByteSession to, String table)
            throws SQLException, InterruptedException {
        List<Column> columns = new ArrayList<>();
        for (var row :
                from.rows(
                        "SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS WHERE"
                                + " TABLE_SCHEMA = 'mysql' AND TABLE_NAME = '"
                                + table
                                + "' ORDER BY ORDINAL_POSITION")) {
            columns.add(new Column(String.valueOf(row.get(0)), String.valueOf(row.get(1))));
        }
        List<String> statements = new ArrayList<>();
        InsertStatements inserts =
                new InsertStatements("mysql." + table, columns, (sql, _) -> statements.add(sql));
        List<String> expressions = columns.stream().map(Column::readExpression).toList();
        from.stream(
                "SELECT " + String.join(", ", expressions) + " FROM mysql." + table,
                row -> {
                    var _ = inserts.add(row);
                });
        inserts.flush();
        to.run("DELETE FROM mysql." + table);
        for (String statement : statements) {
            to.run(statement);
        }
    }
}
