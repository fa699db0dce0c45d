package io.dbmanager.tests.drivers;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dbmanager.common.ServerAddress;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A connection and an empty database for each test, reached by one of the ways. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
abstract class DriverContract {
    private final Way way;

    /** Opened before each test. */
    @SuppressWarnings("NullAway.Init")
    protected Connection connection;

    @SuppressWarnings("NullAway.Init")
    protected String database;

    DriverContract(Way way) {
        this.way = way;
    }

    @BeforeEach
    void connect() throws SQLException {
        TestServers.assumeAvailable(way.flavour());
        database = "tck_" + unique();
        try (Connection first = open("")) {
            run(first, "CREATE DATABASE " + database + " CHARACTER SET utf8mb4");
        }
        connection = open(database);
    }

    @AfterEach
    void disconnect() throws SQLException {
        if (connection != null) {
            connection.close();
            try (Connection last = open("")) {
                run(last, "DROP DATABASE " + database);
            }
        }
    }

    /** A name, or an end of one, that no other test has. */
    static String unique() {
        return Long.toString(System.nanoTime(), 36);
    }

    Way way() {
        return way;
    }

    Fixture fixture() {
        return Fixture.of(way.flavour());
    }

    ServerAddress address() {
        return fixture().address(way);
    }

    Connection open(String database, String... options) throws SQLException {
        return way.driver().connect(address(), Fixture.USER, Fixture.PASSWORD, database, options);
    }

    static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The first value of a query's first row. */
    static String value(Connection connection, String query) throws SQLException {
        return String.valueOf(Login.rows(connection, query).getFirst().getFirst());
    }

    String value(String query) throws SQLException {
        return value(connection, query);
    }

    SQLException failure(String sql) {
        return catchThrowableOfType(SQLException.class, () -> run(connection, sql));
    }
}
