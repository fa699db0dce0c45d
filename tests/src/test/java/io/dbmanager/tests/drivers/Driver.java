package io.dbmanager.tests.drivers;

import io.dbmanager.common.ServerAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** The two JDBC drivers that applications use. */
enum Driver {
    CONNECTOR_J("jdbc:mysql:", "sslMode=DISABLED", "sslMode=REQUIRED"),
    MARIADB("jdbc:mariadb:", "sslMode=disable", "sslMode=trust");

    private final String scheme;
    private final String plain;
    private final String encrypted;

    Driver(String scheme, String plain, String encrypted) {
        this.scheme = scheme;
        this.plain = plain;
        this.encrypted = encrypted;
    }

    /**
     * @param database may be empty
     * @param options the driver's own, such as {@code useServerPrepStmts=true}
     */
    Connection connect(
            ServerAddress address, String user, String password, String database, String... options)
            throws SQLException {
        return open(address, user, password, database, plain, options);
    }

    Connection connectEncrypted(
            ServerAddress address, String user, String password, String database)
            throws SQLException {
        return open(address, user, password, database, encrypted);
    }

    private Connection open(
            ServerAddress address,
            String user,
            String password,
            String database,
            String ssl,
            String... options)
            throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password);
        String url =
                "%s//%s/%s?%s&allowPublicKeyRetrieval=true&connectTimeout=10000&socketTimeout=60000"
                        .formatted(scheme, address, database, ssl);
        for (String option : options) {
            url += "&" + option;
        }
        return DriverManager.getConnection(url, login);
    }
}
