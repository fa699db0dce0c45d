package io.dbmanager.sync.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.GtidSet;
import io.dbmanager.common.Position;
import io.dbmanager.common.Secret;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The statements of each dialect, and what must hold in all of them. */
class ReplicationDialectTest {
    private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final SourceEndpoint SOURCE =
            new SourceEndpoint(
                    new ServerAddress("10.0.0.5", 3306), Credentials.of("repl", "it's"), true);
    private static final Position PLACE = new Position.FileOffset("binlog.000007", 157);

    private static ReplicationDialect dialect(String version) {
        return Dialects.forVersion(ServerVersion.parse(version));
    }

    private static Position gtids(ReplicationDialect dialect) {
        return new Position.Gtids(executed(dialect));
    }

    private static GtidSet executed(ReplicationDialect dialect) {
        return switch (dialect.flavour()) {
            case MYSQL -> GtidSet.parse(dialect.flavour(), UUID + ":1-5");
            case MARIADB -> GtidSet.parse(dialect.flavour(), "0-1-5");
        };
    }

    @ParameterizedTest(name = "{0}: {1} ... {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    5.7.22         | CHANGE MASTER TO MASTER_HOST = '10.0.0.5'             | MASTER_AUTO_POSITION = 1
                    8.0.15         | CHANGE MASTER TO MASTER_HOST = '10.0.0.5'             | GET_MASTER_PUBLIC_KEY = 1, MASTER_AUTO_POSITION = 1
                    8.0.22         | CHANGE MASTER TO MASTER_HOST = '10.0.0.5'             | GET_MASTER_PUBLIC_KEY = 1, MASTER_AUTO_POSITION = 1
                    8.0.23         | CHANGE REPLICATION SOURCE TO SOURCE_HOST = '10.0.0.5' | GET_SOURCE_PUBLIC_KEY = 1, SOURCE_AUTO_POSITION = 1
                    9.7.4          | CHANGE REPLICATION SOURCE TO SOURCE_HOST = '10.0.0.5' | GET_SOURCE_PUBLIC_KEY = 1, SOURCE_AUTO_POSITION = 1
                    11.4.5-MariaDB | CHANGE MASTER TO MASTER_HOST = '10.0.0.5'             | MASTER_SSL_VERIFY_SERVER_CERT = 0, MASTER_USE_GTID = slave_pos
                    """)
    void pointsAtASourceByGtids(String version, String begin, String end) {
        ReplicationDialect dialect = dialect(version);
        assertThat(dialect.changeSource(SOURCE, gtids(dialect))).startsWith(begin).endsWith(end);
    }

    @ParameterizedTest(name = "{0}: ... {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    5.7.22         | MASTER_AUTO_POSITION = 0, MASTER_LOG_FILE = 'binlog.000007', MASTER_LOG_POS = 157
                    9.7.4          | SOURCE_AUTO_POSITION = 0, SOURCE_LOG_FILE = 'binlog.000007', SOURCE_LOG_POS = 157
                    11.4.5-MariaDB | MASTER_USE_GTID = no, MASTER_LOG_FILE = 'binlog.000007', MASTER_LOG_POS = 157
                    """)
    void pointsAtASourceByFileAndOffset(String version, String end) {
        assertThat(dialect(version).changeSource(SOURCE, PLACE)).endsWith(end);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.7.22", "8.0.15", "8.0.33", "9.7.4", "10.11.6-MariaDB"})
    void quotesWhatItIsGivenAndSaysWhetherTlsIsWanted(String version) {
        ReplicationDialect dialect = dialect(version);
        SourceEndpoint inClear = new SourceEndpoint(SOURCE.address(), SOURCE.account(), false);
        assertThat(dialect.changeSource(SOURCE, PLACE)).contains("_PASSWORD = 'it''s'", "_SSL = 1");
        assertThat(dialect.changeSource(inClear, PLACE)).contains("_SSL = 0");
    }

    /** Naming host or port, even unchanged, makes a server forget its place. */
    @ParameterizedTest
    @ValueSource(strings = {"5.7.22", "8.0.15", "8.0.33", "9.7.4", "10.11.6-MariaDB"})
    void aNewLoginKeepsThePlace(String version) {
        assertThat(dialect(version).changeSourceLogin(SOURCE))
                .contains("_USER = 'repl'")
                .doesNotContain("_HOST", "_PORT", "LOG_", "AUTO_POSITION", "USE_GTID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.7.22", "8.0.15", "8.0.33", "9.7.4", "10.11.6-MariaDB"})
    void anUnknownPositionIsNoPlaceToBegin(String version) {
        ReplicationDialect dialect = dialect(version);
        Position unknown = new Position.Unknown("the binary log is off");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> dialect.changeSource(SOURCE, unknown))
                .withMessageContaining("the binary log is off");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> dialect.waitForPosition(unknown, Duration.ofSeconds(1)));
    }

    @Test
    void setsWhatAReplicaHas() {
        GtidSet mySql = executed(dialect("9.7.4"));
        GtidSet mariaDb = executed(dialect("11.4.5-MariaDB"));
        assertThat(dialect("5.7.22").setExecuted(mySql, false))
                .containsExactly("RESET MASTER", "SET GLOBAL gtid_purged = '" + UUID + ":1-5'");
        assertThat(dialect("9.7.4").setExecuted(mySql, true))
                .containsExactly(
                        "RESET BINARY LOGS AND GTIDS",
                        "SET GLOBAL gtid_purged = '" + UUID + ":1-5'");
        assertThat(dialect("11.4.5-MariaDB").setExecuted(mariaDb, true))
                .containsExactly("RESET MASTER", "SET GLOBAL gtid_slave_pos = '0-1-5'");
        // RESET MASTER is an error where there is no binary log.
        assertThat(dialect("11.4.5-MariaDB").setExecuted(mariaDb, false))
                .containsExactly("SET GLOBAL gtid_slave_pos = '0-1-5'");
    }

    @ParameterizedTest(name = "{0}: {1} / {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    5.7.22         | SELECT -WAIT_FOR_EXECUTED_GTID_SET('3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5', 2) | SELECT MASTER_POS_WAIT('binlog.000007', 157, 2)
                    8.0.25         | SELECT -WAIT_FOR_EXECUTED_GTID_SET('3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5', 2) | SELECT MASTER_POS_WAIT('binlog.000007', 157, 2)
                    8.0.26         | SELECT -WAIT_FOR_EXECUTED_GTID_SET('3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5', 2) | SELECT SOURCE_POS_WAIT('binlog.000007', 157, 2)
                    9.7.4          | SELECT -WAIT_FOR_EXECUTED_GTID_SET('3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5', 2) | SELECT SOURCE_POS_WAIT('binlog.000007', 157, 2)
                    11.4.5-MariaDB | SELECT MASTER_GTID_WAIT('0-1-5', 2)                                               | SELECT MASTER_POS_WAIT('binlog.000007', 157, 2)
                    """)
    void waitsInWholeSecondsRoundedUp(String version, String byGtids, String byPlace) {
        ReplicationDialect dialect = dialect(version);
        Duration timeout = Duration.ofMillis(1200);
        assertThat(dialect.waitForPosition(gtids(dialect), timeout)).isEqualTo(byGtids);
        assertThat(dialect.waitForPosition(PLACE, timeout)).isEqualTo(byPlace);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    5.7.22         | SET GLOBAL server_id = 7
                    8.0.15         | SET PERSIST server_id = 7
                    9.7.4          | SET PERSIST server_id = 7
                    11.4.5-MariaDB | SET GLOBAL server_id = 7
                    """)
    void persistsWhereTheServerCan(String version, String expected) {
        ReplicationDialect dialect = dialect(version);
        assertThat(dialect.setVariable("server_id", "7")).isEqualTo(expected);
        assertThat(dialect.persists()).isEqualTo(expected.contains("PERSIST"));
    }

    @Test
    void readOnlyMeansEveryWriterThatTheServerCanTurnAway() {
        assertThat(dialect("5.7.22").readOnlyOn())
                .containsExactly("SET GLOBAL read_only = ON", "SET GLOBAL super_read_only = ON");
        assertThat(dialect("9.7.4").readOnlyOn())
                .containsExactly("SET PERSIST read_only = ON", "SET PERSIST super_read_only = ON");
        assertThat(dialect("11.4.5-MariaDB").readOnlyOn())
                .containsExactly("SET GLOBAL read_only = ON");
    }

    @Test
    void forgetsEveryChannelByItsName() {
        assertThat(dialect("8.0.15").forgetChannels(List.of("", "x")))
                .containsExactly("STOP SLAVE", "RESET SLAVE ALL");
        assertThat(dialect("9.7.4").forgetChannels(List.of("")))
                .containsExactly("STOP REPLICA", "RESET REPLICA ALL");
        assertThat(dialect("11.4.5-MariaDB").forgetChannels(List.of("", "x")))
                .containsExactly("STOP ALL SLAVES", "RESET SLAVE '' ALL", "RESET SLAVE 'x' ALL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.7.22", "8.0.15", "9.7.4"})
    void theReplicationAccountMayReplicateAndNothingElse(String version) {
        assertThat(dialect(version).replicationAccount(Credentials.of("dbmanager_r1", "secret")))
                .containsExactly(
                        "CREATE USER IF NOT EXISTS 'dbmanager_r1'@'%' IDENTIFIED BY 'secret'",
                        "ALTER USER 'dbmanager_r1'@'%' IDENTIFIED BY 'secret' ACCOUNT UNLOCK",
                        "GRANT REPLICATION SLAVE ON *.* TO 'dbmanager_r1'@'%'");
    }

    @Test
    void thePasswordOfMariaDbsReplicationAccountStaysOutOfItsBinaryLog() {
        assertThat(
                        dialect("11.4.5-MariaDB")
                                .replicationAccount(Credentials.of("dbmanager_r1", "secret")))
                .hasSize(4)
                .filteredOn(statement -> statement.contains("secret"))
                // Of this one the server logs the hash.
                .containsExactly("SET PASSWORD FOR 'dbmanager_r1'@'%' = PASSWORD('secret')");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    5.7.22         | ALTER USER 'a'@'%' IDENTIFIED WITH 'p' BY 'n' |
                    8.0.13         | ALTER USER 'a'@'%' IDENTIFIED WITH 'p' BY 'n' |
                    8.0.14         | ALTER USER 'a'@'%' IDENTIFIED WITH 'p' BY 'n' RETAIN CURRENT PASSWORD | ALTER USER 'a'@'%' DISCARD OLD PASSWORD
                    26.7.0         | ALTER USER 'a'@'%' IDENTIFIED WITH 'p' BY 'n' RETAIN CURRENT PASSWORD | ALTER USER 'a'@'%' DISCARD OLD PASSWORD
                    11.4.5-MariaDB | SET PASSWORD FOR 'a'@'%' = PASSWORD('n')      |
                    """,
            quoteCharacter = '`')
    void aNewPasswordComesBesideTheOldOneWhereItCan(
            String version, String change, @Nullable String discard) {
        ReplicationDialect dialect = dialect(version);

        assertThat(dialect.changePassword("'a'@'%'", "p", Secret.of("n"), true)).isEqualTo(change);
        assertThat(dialect.discardOldPassword("'a'@'%'")).isEqualTo(Optional.ofNullable(discard));
        assertThat(dialect.changePassword("'a'@'%'", "p", Secret.of("n"), false))
                .doesNotContain("RETAIN");
    }
}
