package io.dbmanager.tests.compare;

import io.dbmanager.common.ServerVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills a server with everything that a copy can get wrong: see {@code awkward/README.md} for how
 * the scripts are written.
 */
public final class AwkwardData {
    private static final List<String> SCRIPTS =
            List.of(
                    "common.sql",
                    "mysql.sql",
                    "mysql-5.7.sql",
                    "mysql-native-password.sql",
                    "mysql-8.0.sql",
                    "mysql-8.4.sql",
                    "mysql-9.sql",
                    "mariadb.sql",
                    "mariadb-10.11.sql",
                    "mariadb-11.4.sql");

    private static final Pattern HEADER =
            Pattern.compile(
                    "-- servers: (any|mysql|mariadb)(?: from ([0-9.]+))?(?: before ([0-9.]+))?");
    private static final Pattern SEPARATOR = Pattern.compile("(?m)^-- next$");

    private AwkwardData() {}

    /** Runs every script that fits the server on it, as an account that may do everything. */
    public static void load(Connection connection) throws SQLException {
        for (String sql : statementsFor(versionOf(connection))) {
            try (Statement statement = connection.createStatement()) {
                // Braces in JSON are no JDBC escapes.
                statement.setEscapeProcessing(false);
                statement.execute(sql);
            } catch (SQLException e) {
                throw new SQLException(
                        "awkward data: " + e.getMessage() + " in: " + shortened(sql),
                        e.getSQLState(),
                        e.getErrorCode(),
                        e);
            }
        }
    }

    /** The statements for a server of this version, in their order. */
    static List<String> statementsFor(ServerVersion version) {
        List<String> statements = new ArrayList<>();
        for (String script : SCRIPTS) {
            String text = read(script);
            if (fits(script, text.lines().findFirst().orElse(""), version)) {
                for (String sql : SEPARATOR.split(text)) {
                    statements.add(sql.strip());
                }
            }
        }
        return statements;
    }

    /** Whether a script whose first line is {@code header} is meant for this version. */
    static boolean fits(String script, String header, ServerVersion version) {
        Matcher matcher = HEADER.matcher(header.strip());
        if (!matcher.matches()) {
            throw new IllegalStateException(
                    "awkward/" + script + " must begin with '-- servers: ...', not: " + header);
        }
        String flavour = matcher.group(1);
        return (flavour.equals("any") || flavour.equals("mariadb") == version.isMariaDb())
                && (matcher.group(2) == null || isAtLeast(version, matcher.group(2)))
                && (matcher.group(3) == null || !isAtLeast(version, matcher.group(3)));
    }

    private static boolean isAtLeast(ServerVersion version, String numbers) {
        ServerVersion wanted = ServerVersion.parse(numbers);
        return version.atLeast(wanted.major(), wanted.minor(), wanted.patch());
    }

    private static ServerVersion versionOf(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT VERSION(), @@GLOBAL.version_comment")) {
            row.next();
            return ServerVersion.parse(row.getString(1), row.getString(2));
        }
    }

    private static String read(String script) {
        try (InputStream in = AwkwardData.class.getResourceAsStream("/awkward/" + script)) {
            if (in == null) {
                throw new IllegalStateException("there is no script awkward/" + script);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("awkward/" + script + " cannot be read", e);
        }
    }

    private static String shortened(String sql) {
        return sql.length() <= 300 ? sql : sql.substring(0, 300) + " ...";
    }
}
