package io.dbmanager.tests.drivers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Values of every type and size arrive as they were sent. */
abstract class ValuesContract extends DriverContract {
    ValuesContract(Way way) {
        super(way);
    }

    private static final String TYPES_TABLE =
            """
            CREATE TABLE types (
              id INT PRIMARY KEY AUTO_INCREMENT,
              t TINYINT, s SMALLINT UNSIGNED, m MEDIUMINT, i INT UNSIGNED, b BIGINT UNSIGNED,
              f FLOAT, d DOUBLE, n DECIMAL(30,10), bits BIT(10),
              day DATE, at DATETIME(6), stamp TIMESTAMP(3) NULL, duration TIME(2), y YEAR,
              c CHAR(10), v VARCHAR(200), txt TEXT, bin VARBINARY(20), blb BLOB,
              e ENUM('a','b''c'), st SET('x','y','z'))\
            """;

    private static final String[] TYPES_COLUMNS = {
        "t", "s", "m", "i", "b", "f", "d", "n", "day", "at", "stamp", "c", "v", "txt", "e", "st"
    };

    private void assertTypesRow(ResultSet row) throws SQLException {
        assertThat(row.next()).isTrue();
        assertThat(row.getInt("t")).isEqualTo(-128);
        assertThat(row.getInt("s")).isEqualTo(65535);
        assertThat(row.getInt("m")).isEqualTo(-8388608);
        assertThat(row.getLong("i")).isEqualTo(4294967295L);
        assertThat(row.getBigDecimal("b").toPlainString()).isEqualTo("18446744073709551615");
        assertThat(row.getFloat("f")).isEqualTo(1.5f);
        assertThat(row.getDouble("d")).isEqualTo(-1.7976931348623157E308);
        assertThat(row.getBigDecimal("n").toPlainString())
                .isEqualTo("12345678901234567890.0123456789");
        assertThat(row.getBytes("bits")).isEqualTo(new byte[] {2, 1});
        assertThat(row.getDate("day")).hasToString("1969-12-31");
        assertThat(row.getTimestamp("at").toLocalDateTime())
                .hasToString("2026-02-28T23:59:59.123456");
        assertThat(row.getTimestamp("stamp").toLocalDateTime())
                .hasToString("2026-06-01T12:00:00.250");
        assertThat(row.getString("duration")).startsWith("11:22:33.5");
        assertThat(row.getInt("y")).isEqualTo(2155);
        assertThat(row.getString("c")).isEqualTo("ä\u20ac");
        assertThat(row.getString("v"))
                .isEqualTo("\ud83d\ude80 'quoted' \"twice\" \\ back\u0000nul");
        assertThat(row.getString("txt")).isEqualTo("line\nline\t;-- /* */");
        assertThat(row.getBytes("bin")).isEqualTo(new byte[] {0, 1, -1, 39, 92, 0});
        assertThat(row.getBytes("blb")).isEqualTo(new byte[] {-2, -3, 10, 13, 26, 0});
        assertThat(row.getString("e")).isEqualTo("b'c");
        assertThat(row.getString("st")).isEqualTo("x,z");
        assertThat(row.next()).isTrue();
        for (String column : TYPES_COLUMNS) {
            assertThat(row.getString(column)).as(column).isNull();
            assertThat(row.wasNull()).isTrue();
        }
        assertThat(row.next()).isFalse();
    }

    private void insertTypes(Connection to) throws SQLException {
        String sql =
                "INSERT INTO types (t,s,m,i,b,f,d,n,bits,day,at,stamp,duration,y,c,v,txt,bin,blb,e,st)"
                        + " VALUES ("
                        + "?,".repeat(20)
                        + "?)";
        try (PreparedStatement insert = to.prepareStatement(sql)) {
            Object[] values = {
                -128,
                65535,
                -8388608,
                4294967295L,
                new BigDecimal("18446744073709551615"),
                1.5f,
                -1.7976931348623157E308,
                new BigDecimal("12345678901234567890.0123456789"),
                513,
                "1969-12-31",
                "2026-02-28 23:59:59.123456",
                "2026-06-01 12:00:00.250",
                "11:22:33.50",
                2155,
                "ä\u20ac",
                "\ud83d\ude80 'quoted' \"twice\" \\ back\u0000nul",
                "line\nline\t;-- /* */",
                new byte[] {0, 1, -1, 39, 92, 0},
                new byte[] {-2, -3, 10, 13, 26, 0},
                "b'c",
                "x,z"
            };
            for (int i = 0; i < values.length; i++) {
                insert.setObject(i + 1, values[i]);
            }
            assertThat(insert.executeUpdate()).isEqualTo(1);
            for (int i = 1; i <= values.length; i++) {
                insert.setNull(i, Types.VARCHAR);
            }
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
    }

    @Test
    void valuesOfEveryTypeByText() throws SQLException {
        run(connection, TYPES_TABLE);
        insertTypes(connection);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM types ORDER BY id")) {
            assertTypesRow(rows);
        }
    }

    @Test
    void valuesOfEveryTypeByServerSideStatements() throws SQLException {
        try (Connection prepared = open(database, "useServerPrepStmts=true")) {
            run(prepared, TYPES_TABLE);
            insertTypes(prepared);
            try (PreparedStatement select =
                    prepared.prepareStatement("SELECT * FROM types WHERE id >= ? ORDER BY id")) {
                for (int again = 0; again < 3; again++) {
                    select.setInt(1, 1);
                    try (ResultSet rows = select.executeQuery()) {
                        assertTypesRow(rows);
                    }
                }
            }
        }
    }

    @Test
    void manyServerSideStatementsSideBySide() throws SQLException {
        run(connection, "CREATE TABLE n (id INT PRIMARY KEY, v VARCHAR(20))");
        try (Connection prepared = open(database, "useServerPrepStmts=true");
                PreparedStatement insert =
                        prepared.prepareStatement("INSERT INTO n VALUES (?, ?)");
                PreparedStatement one = prepared.prepareStatement("SELECT v FROM n WHERE id = ?");
                PreparedStatement count = prepared.prepareStatement("SELECT COUNT(*) FROM n");
                PreparedStatement update =
                        prepared.prepareStatement("UPDATE n SET v = ? WHERE id = ?")) {
            for (int i = 0; i < 20; i++) {
                insert.setInt(1, i);
                insert.setString(2, "v" + i);
                assertThat(insert.executeUpdate()).isEqualTo(1);
                assertThat(onlyInt(count)).isEqualTo(i + 1);
                one.setInt(1, i);
                assertThat(onlyString(one)).isEqualTo("v" + i);
                update.setString(1, "w" + i);
                update.setInt(2, i);
                assertThat(update.executeUpdate()).isEqualTo(1);
                assertThat(onlyString(one)).isEqualTo("w" + i);
            }
        }
    }

    private static int onlyInt(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            assertThat(rows.next()).isTrue();
            return rows.getInt(1);
        }
    }

    private static String onlyString(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    @Test
    void valuesBeyondOnePacket() throws Exception {
        run(connection, "CREATE TABLE large (id INT PRIMARY KEY, v LONGBLOB)");
        byte[] value = new byte[20 * 1024 * 1024];
        new Random(7).nextBytes(value);
        try (Connection prepared = open(database, "useServerPrepStmts=true")) {
            insertLarge(connection, 1, value);
            insertLarge(prepared, 2, value);
            fixture().settle();
            for (Connection each : List.of(connection, prepared)) {
                try (PreparedStatement select =
                        each.prepareStatement("SELECT v FROM large WHERE id = ?")) {
                    for (int id = 1; id <= 2; id++) {
                        select.setInt(1, id);
                        try (ResultSet rows = select.executeQuery()) {
                            assertThat(rows.next()).isTrue();
                            assertThat(Arrays.equals(rows.getBytes(1), value)).isTrue();
                        }
                    }
                }
            }
        }
    }

    /** A stream goes as long data where the statement is prepared on the server. */
    private static void insertLarge(Connection to, int id, byte[] value) throws SQLException {
        try (PreparedStatement insert = to.prepareStatement("INSERT INTO large VALUES (?, ?)")) {
            insert.setInt(1, id);
            insert.setBinaryStream(2, new ByteArrayInputStream(value), value.length);
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
    }

    /** A payload that fills a packet to its last byte is followed by an empty packet. */
    @Test
    void packetsOfExactly16MiB() throws SQLException {
        int largest = 0xffffff;
        // In a row of text, the first value takes 1 + 8 bytes and the second's length 4.
        int value = largest - 13;
        // The command's byte comes before the statement.
        int sql = largest - 1;
        for (int more = -1; more <= 1; more++) {
            int length = value + more;
            String query = "SELECT '%d', REPEAT('x', %d)".formatted(length, length);
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(query)) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(length);
                assertThat(rows.getString(2)).hasSize(length);
            }
            String start = "SELECT 1 /* ";
            String padding = "y".repeat(sql + more - start.length() - 3);
            assertThat(value(start + padding + " */")).isEqualTo("1");
        }
    }

    @Test
    void manyRows() throws SQLException {
        run(
                connection,
                "CREATE TABLE digits (d INT)",
                "INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)");
        String query =
                "SELECT a.d + 10*b.d + 100*c.d + 1000*e.d + 10000*f.d AS n, REPEAT('z', 100)"
                        + " FROM digits a, digits b, digits c, digits e, digits f ORDER BY n";
        assertRows(connection, query, 0);
        // Row by row, as the driver reads it when told not to keep the result.
        assertRows(
                connection, query, way().driver() == Driver.CONNECTOR_J ? Integer.MIN_VALUE : 100);
        try (Connection cursors =
                open(database, "useServerPrepStmts=true", "useCursorFetch=true")) {
            assertRows(cursors, query, 1000);
        }
    }

    private static void assertRows(Connection from, String query, int fetchSize)
            throws SQLException {
        try (PreparedStatement statement = from.prepareStatement(query)) {
            statement.setFetchSize(fetchSize);
            try (ResultSet rows = statement.executeQuery()) {
                int expected = 0;
                while (rows.next()) {
                    assertThat(rows.getInt(1)).isEqualTo(expected++);
                }
                assertThat(expected).isEqualTo(100_000);
            }
        }
        assertThat(value(from, "SELECT 5")).isEqualTo("5");
    }

    @Test
    void resultsInUtf8AreWhatWasSent() throws SQLException {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        try (PreparedStatement echo = connection.prepareStatement("SELECT ?, HEX(?)")) {
            echo.setBytes(1, all);
            echo.setString(2, "grüße");
            try (ResultSet rows = echo.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getBytes(1)).isEqualTo(all);
                assertThat(rows.getString(2))
                        .isEqualTo(
                                HexFormat.of().withUpperCase().formatHex("grüße".getBytes(UTF_8)));
            }
        }
    }
}
