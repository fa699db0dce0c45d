package io.dbmanager.tests.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dbmanager.common.ServerVersion;
import io.dbmanager.tests.servers.ServerFlavour;
import io.dbmanager.tests.servers.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Accounts of every kind log in, or do not, as they do straight to the primary. */
@ParameterizedClass(name = "{0}")
@MethodSource("ways")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AccountsTest {
    private static final int ACCESS_DENIED = 1045;
    private static final int NO_SUCH_PLUGIN = 1524;

    /** What the servers say of locked accounts, and of MySQL 5.7's, too. */
    private static final Set<Integer> LOCKED = Set.of(3118, 4151);

    @SuppressWarnings("NullAway.Init")
    @Parameter
    Way way;

    private String user = "";

    static Stream<Way> ways() {
        List<Way> ways = new ArrayList<>();
        for (ServerFlavour flavour : ServerFlavour.values()) {
            for (Driver driver : Driver.values()) {
                ways.add(new Way(flavour, driver, false));
                ways.add(new Way(flavour, driver, true));
            }
        }
        return ways.stream();
    }

    @AfterAll
    static void closeServers() {
        AccountsFixture.closeCurrent();
    }

    @BeforeEach
    void start() {
        TestServers.assumeAvailable(way.flavour());
        user = "u" + DriverContract.unique();
    }

    @Test
    void aPasswordOfTheServersDefaultPlugin() throws SQLException {
        root("CREATE USER " + user + "@'%' IDENTIFIED BY 'right'");
        mustLogIn("right");
        mustNotLogIn("wrong");
        mustNotLogIn("");
        mustLogIn("right");
    }

    @Test
    void mysqlNativePassword() throws SQLException {
        withPlugin("mysql_native_password", "right");
        mustLogIn("right");
        mustNotLogIn("wrong");
        mustNotLogIn("");
    }

    @Test
    void cachingSha2PasswordWithAndWithoutTls() throws SQLException {
        withPlugin("caching_sha2_password", "right");
        mustLogIn("right");
        mustLogIn("right");
        mustNotLogIn("wrong");
        mustLogInEncrypted("right");
    }

    @Test
    void sha256Password() throws SQLException {
        Assumptions.assumeTrue(
                way.driver() == Driver.CONNECTOR_J, "MariaDB's driver does not know the plugin");
        Assumptions.assumeTrue(
                way.flavour() != ServerFlavour.MYSQL_5_7, "the server has no RSA key");
        withPlugin("sha256_password", "right");
        mustLogIn("right");
        mustNotLogIn("wrong");
        mustLogInEncrypted("right");
    }

    @Test
    void ed25519() throws SQLException {
        Assumptions.assumeTrue(way.flavour().isMariaDb(), "MariaDB's own");
        Assumptions.assumeTrue(way.driver() == Driver.MARIADB, "the other does not know it");
        installEd25519();
        String[] passwords = {"right", "pässword of more than thirty-two bytes in all", "x"};
        root("CREATE USER " + user + "@'%' IDENTIFIED VIA ed25519 USING PASSWORD('first')");
        for (String password : passwords) {
            root("SET PASSWORD FOR " + user + "@'%' = PASSWORD('" + password + "')");
            mustLogIn(password);
            mustLogIn(password);
            mustNotLogIn("wrong");
            mustLogInEncrypted(password);
        }
    }

    @Test
    void noPassword() throws SQLException {
        root("CREATE USER " + user + "@'%'");
        mustLogIn("");
        mustNotLogIn("any");
    }

    @Test
    void nobody() {
        Assumptions.assumeTrue(
                way.driver() == Driver.CONNECTOR_J || way.flavour().isMariaDb(),
                "MySQL asks by any plugin, which MariaDB's driver may not know");
        mustNotLogIn("any");
        mustNotLogIn("");
    }

    @Test
    void anAccountThatRequiresTls() throws SQLException {
        requireTlsOfServer();
        root("CREATE USER " + user + "@'%' IDENTIFIED BY 'right' REQUIRE SSL");
        mustNotLogIn("right");
        mustLogInEncrypted("right");
    }

    @Test
    void anAccountThatRequiresACertificate() throws SQLException {
        requireTlsOfServer();
        root("CREATE USER " + user + "@'%' IDENTIFIED BY 'right' REQUIRE X509");
        mustNotLogIn("right");
        assertThat(failure(() -> encrypted("right")).getErrorCode()).isEqualTo(ACCESS_DENIED);
    }

    @Test
    void aLockedAccount() throws SQLException {
        Assumptions.assumeTrue(version().isMariaDb() || version().atLeast(5, 7, 6));
        root("CREATE USER " + user + "@'%' IDENTIFIED BY 'right'");
        mustLogIn("right");
        root("ALTER USER " + user + "@'%' ACCOUNT LOCK");
        assertThat(LOCKED).contains(failure(() -> plain("right")).getErrorCode());
        root("ALTER USER " + user + "@'%' ACCOUNT UNLOCK");
        mustLogIn("right");
    }

    /** The drivers cannot do what is left to do with it. */
    @Test
    void anExpiredPassword() throws SQLException {
        Assumptions.assumeTrue(!version().isMariaDb(), "MariaDB lets all in and answers 1820");
        root("CREATE USER " + user + "@'%' IDENTIFIED BY 'right' PASSWORD EXPIRE");
        mustNotLogIn("wrong");
        assertThat(failure(() -> plain("right")).getErrorCode()).isIn(1862, 1820);
        root(setPassword("other"));
        mustLogIn("other");
    }

    @Test
    void twoPasswordsWhileOneReplacesTheOther() throws SQLException {
        Assumptions.assumeTrue(!version().isMariaDb() && version().atLeast(8, 0, 14));
        root(
                "CREATE USER " + user + "@'%' IDENTIFIED BY 'first'",
                "ALTER USER " + user + "@'%' IDENTIFIED BY 'second' RETAIN CURRENT PASSWORD");
        for (int i = 0; i < 2; i++) {
            mustLogIn("first");
            mustLogIn("second");
        }
        root("ALTER USER " + user + "@'%' DISCARD OLD PASSWORD");
        mustNotLogIn("first");
        mustLogIn("second");
    }

    @Test
    void twoPasswordsOfTheNativePlugin() throws SQLException {
        Assumptions.assumeTrue(!version().isMariaDb() && version().atLeast(8, 0, 14));
        withPlugin("mysql_native_password", "first");
        root("ALTER USER " + user + "@'%' IDENTIFIED BY 'second' RETAIN CURRENT PASSWORD");
        mustLogIn("first");
        mustLogIn("second");
    }

    @Test
    void changesAreFollowedAtOnce() throws SQLException {
        root("CREATE USER " + user + "@'%' IDENTIFIED BY 'first'");
        mustLogIn("first");
        root(setPassword("second"));
        mustNotLogIn("first");
        mustLogIn("second");
        root("DROP USER " + user + "@'%'");
        // MySQL asks unknown users by a plugin picked from their name, which not every driver has.
        assertThat(failure(() -> plain("second")).getMessage()).isNotEmpty();
        root("CREATE USER " + user + "@'%' IDENTIFIED BY 'third'");
        mustLogIn("third");
    }

    @Test
    void anotherPluginIsFollowedAtOnce() throws SQLException {
        withPlugin("mysql_native_password", "first");
        mustLogIn("first");
        if (version().isMariaDb()) {
            installEd25519();
            root("ALTER USER " + user + "@'%' IDENTIFIED VIA ed25519 USING PASSWORD('second')");
            Assumptions.assumeTrue(way.driver() == Driver.MARIADB, "the other does not know it");
        } else {
            Assumptions.assumeTrue(version().atLeast(8, 0, 0));
            root(
                    "ALTER USER %s@'%%' IDENTIFIED WITH caching_sha2_password BY 'second'"
                            .formatted(user));
        }
        mustLogIn("second");
        mustNotLogIn("first");
    }

    @Test
    void defaultRolesAreActive() throws SQLException {
        Assumptions.assumeTrue(version().isMariaDb() || version().atLeast(8, 0, 0));
        String role = "r" + DriverContract.unique();
        root(
                "CREATE ROLE " + role,
                "CREATE USER " + user + "@'%' IDENTIFIED BY 'right'",
                "GRANT " + role + " TO " + user + "@'%'",
                version().isMariaDb()
                        ? "SET DEFAULT ROLE " + role + " FOR " + user + "@'%'"
                        : "SET DEFAULT ROLE " + role + " TO " + user + "@'%'");
        try (Connection connection = plain("right")) {
            assertThat(DriverContract.value(connection, "SELECT CURRENT_ROLE()")).contains(role);
        }
    }

    /** The server blocks hosts that break off logins; all clients of the proxy are one host. */
    @Test
    void wrongPasswordsBlockNobody() throws SQLException {
        root("CREATE USER " + user + "@'%' IDENTIFIED BY 'right'");
        for (int i = 0; i < 6; i++) {
            mustNotLogIn("wrong" + i);
        }
        mustLogIn("right");
    }

    private void mustLogIn(String password) throws SQLException {
        try (Connection connection = plain(password)) {
            assertThat(DriverContract.value(connection, "SELECT CURRENT_USER()"))
                    .isEqualTo(user + "@%");
        }
    }

    private void mustLogInEncrypted(String password) throws SQLException {
        if (!way.proxied()) {
            requireTlsOfServer();
        }
        try (Connection connection = encrypted(password)) {
            assertThat(DriverContract.value(connection, "SELECT CURRENT_USER()"))
                    .isEqualTo(user + "@%");
        }
    }

    private void mustNotLogIn(String password) {
        SQLException refused = failure(() -> plain(password));
        assertThat(refused.getMessage()).contains("Access denied for user '" + user + "'");
        assertThat(refused.getErrorCode()).isEqualTo(ACCESS_DENIED);
        assertThat(refused.getSQLState()).isEqualTo("28000");
    }

    private interface Trying {
        Object attempt() throws SQLException;
    }

    private static SQLException failure(Trying trying) {
        return catchThrowableOfType(SQLException.class, trying::attempt);
    }

    private Connection plain(String password) throws SQLException {
        return way.driver()
                .connect(AccountsFixture.of(way.flavour()).address(way), user, password, "");
    }

    private Connection encrypted(String password) throws SQLException {
        return way.driver()
                .connectEncrypted(
                        AccountsFixture.of(way.flavour()).address(way), user, password, "");
    }

    private void root(String... statements) throws SQLException {
        AccountsFixture.of(way.flavour()).root().execute(statements);
    }

    private ServerVersion version() throws SQLException {
        return ServerVersion.parse(
                AccountsFixture.of(way.flavour()).root().value("SELECT VERSION()"));
    }

    private void requireTlsOfServer() throws SQLException {
        boolean can =
                AccountsFixture.of(way.flavour())
                        .root()
                        .rows("SHOW STATUS LIKE 'Ssl_server_not_after'")
                        .stream()
                        .anyMatch(row -> !"".equals(row.get(1)));
        Assumptions.assumeTrue(can, "the server has no certificate");
    }

    private void withPlugin(String plugin, String password) throws SQLException {
        try {
            root(
                    version().isMariaDb()
                            ? "CREATE USER %s@'%%' IDENTIFIED VIA %s USING PASSWORD('%s')"
                                    .formatted(user, plugin, password)
                            : "CREATE USER %s@'%%' IDENTIFIED WITH %s BY '%s'"
                                    .formatted(user, plugin, password));
        } catch (SQLException e) {
            Assumptions.assumeTrue(
                    e.getErrorCode() != NO_SUCH_PLUGIN, "the server does not have " + plugin);
            throw e;
        }
    }

    private void installEd25519() throws SQLException {
        boolean there =
                !AccountsFixture.of(way.flavour())
                        .root()
                        .rows(
                                "SELECT 1 FROM information_schema.plugins"
                                        + " WHERE plugin_name = 'ed25519'")
                        .isEmpty();
        if (there) {
            return;
        }
        try {
            root("INSTALL SONAME 'auth_ed25519'");
        } catch (SQLException e) {
            Assumptions.abort("the server comes without ed25519: " + e.getMessage());
        }
    }

    private String setPassword(String password) throws SQLException {
        return version().isMariaDb()
                ? "SET PASSWORD FOR " + user + "@'%' = PASSWORD('" + password + "')"
                : "ALTER USER " + user + "@'%' IDENTIFIED BY '" + password + "'";
    }
}
