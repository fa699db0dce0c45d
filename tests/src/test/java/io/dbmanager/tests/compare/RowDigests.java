package io.dbmanager.tests.compare;

import static io.dbmanager.tests.compare.Answers.name;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.jdbc.JdbcConnection;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * What a table holds, boiled down without losing that anything differs: the number of rows, and
 * sums of SHA-256 digests over all rows and over each column. A sum does not depend on the order of
 * rows, so tables without a key need no sorting, and rows that are there twice count twice.
 *
 * <p>Values are taken as the server stores them: texts as bytes in the column's own character set,
 * numbers, moments and choices in a form that no setting rounds or shortens.
 */
final class RowDigests {
    private static final BigInteger MODULUS = BigInteger.TWO.pow(256);

    private RowDigests() {}

    static void gather(
            Connection connection,
            String schema,
            String table,
            boolean versioned,
            SortedMap<String, String> facts)
            throws SQLException {
        List<List<String>> columns = new ArrayList<>(TableFacts.columns(connection, schema, table));
        if (versioned && columns.stream().noneMatch(c -> c.get(2).equals("ROW START"))) {
            columns.add(List.of("ROW_START", "timestamp", ""));
            columns.add(List.of("ROW_END", "timestamp", ""));
        }
        StringBuilder sql = new StringBuilder("SELECT ");
        for (List<String> column : columns) {
            sql.append(sql.length() > 7 ? ", " : "").append(exact(column.get(0), column.get(1)));
        }
        sql.append(" FROM ").append(name(schema, table));
        if (versioned) {
            sql.append(" FOR SYSTEM_TIME ALL");
        }
        Sums sums = sums(connection, sql.toString(), columns.size());
        String qualified = name(schema, table);
        facts.put("number of rows of " + qualified, Long.toString(sums.count));
        facts.put("rows of " + qualified, sums.whole.toString(16));
        for (int i = 0; i < columns.size(); i++) {
            facts.put(
                    "column " + name(columns.get(i).get(0)) + " of rows of " + qualified,
                    sums.columns[i].toString(16));
        }
    }

    /** An expression for all that a column holds. */
    private static String exact(String column, String type) {
        String quoted = name(column);
        return switch (type.toLowerCase(Locale.ROOT)) {
            // A product is a double, sent with as many digits as it takes; -0 stays what it is.
            // As CHAR it would be cut to 22 characters.
            case "float", "double" -> quoted + " * 1e0";
            // The number tells the error value 0 from a member that is the empty text.
            case "bit", "enum", "set" -> "CAST(CAST(" + quoted + " AS UNSIGNED) AS CHAR)";
            case "json" -> "CONCAT(JSON_TYPE(" + quoted + "), ' ', " + quoted + ")";
            case "char",
                    "varchar",
                    "tinytext",
                    "text",
                    "mediumtext",
                    "longtext",
                    "binary",
                    "varbinary",
                    "tinyblob",
                    "blob",
                    "mediumblob",
                    "longblob",
                    "geometry",
                    "point",
                    "linestring",
                    "polygon",
                    "multipoint",
                    "multilinestring",
                    "multipolygon",
                    "geomcollection",
                    "geometrycollection",
                    "vector" ->
                    quoted;
            default -> "CAST(" + quoted + " AS CHAR)";
        };
    }

    private static Sums sums(Connection connection, String sql, int columns) throws SQLException {
        Sums sums = new Sums(columns);
        Answers.run(connection, "SET SESSION character_set_results = NULL");
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            streaming(statement);
            try (ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    sums.add(rows);
                }
            }
        }
        Answers.run(connection, "SET SESSION character_set_results = utf8mb4");
        return sums;
    }

    /** Rows are read as they come, whatever the size of the table and of each of them. */
    private static void streaming(Statement statement) throws SQLException {
        Connection connection = statement.getConnection();
        boolean connectorJ = connection.isWrapperFor(JdbcConnection.class);
        statement.setFetchSize(connectorJ ? Integer.MIN_VALUE : 1000);
        if (connectorJ) {
            // The driver would refuse rows larger than the server's limit for statements.
            connection
                    .unwrap(JdbcConnection.class)
                    .getPropertySet()
                    .getIntegerProperty(PropertyKey.maxAllowedPacket)
                    .setValue(1 << 30);
        }
    }

    private static final class Sums {
        private final MessageDigest digest;
        private final BigInteger[] columns;
        private BigInteger whole = BigInteger.ZERO;
        private long count;

        Sums(int columns) {
            this.columns = new BigInteger[columns];
            Arrays.fill(this.columns, BigInteger.ZERO);
            try {
                this.digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        void add(ResultSet row) throws SQLException {
            ByteBuffer cells = ByteBuffer.allocate(32 * columns.length);
            for (int i = 0; i < columns.length; i++) {
                byte[] value = row.getBytes(i + 1);
                digest.update((byte) (value == null ? 0 : 1));
                byte[] cell =
                        digest.digest(
                                value == null ? "NULL".getBytes(StandardCharsets.US_ASCII) : value);
                cells.put(cell);
                columns[i] = plus(columns[i], cell);
            }
            whole = plus(whole, digest.digest(cells.array()));
            count++;
        }

        private static BigInteger plus(BigInteger sum, byte[] digest) {
            return sum.add(new BigInteger(1, digest)).mod(MODULUS);
        }
    }
}
