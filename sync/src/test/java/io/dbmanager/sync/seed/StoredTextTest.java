package io.dbmanager.sync.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.ServerVersion;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts that are stored in a server and must be given in other words, or the very same. */
final class StoredTextTest {
    private static final ServerVersion MYSQL_80 = ServerVersion.parse("8.0.15");
    private static final ServerVersion MYSQL_97 = ServerVersion.parse("9.7.4");
    private static final ServerVersion MARIADB = ServerVersion.parse("11.4.5-MariaDB");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    NOT PRESERVE | ENABLE             | true
                    PRESERVE     | ENABLE             | true
                    NOT PRESERVE | DISABLE            | false
                    PRESERVE     | DISABLE ON REPLICA | false
                    """)
    void whatIsEnabledIsDisabledUnderItsDefiner(String ends, String state, boolean changed) {
        String create =
                "CREATE DEFINER=`a b`@`%` EVENT `x ON SCHEDULE ` ON SCHEDULE EVERY 1 DAY STARTS"
                        + " '2026-01-01 00:00:00' ON COMPLETION "
                        + ends
                        + " "
                        + state
                        + " DO SELECT ' ON COMPLETION PRESERVE ENABLE '";

        assertThat(EventText.disabling(create, MYSQL_97))
                .isEqualTo(
                        changed
                                ? Optional.of(
                                        "ALTER DEFINER=`a b`@`%` EVENT `x ON SCHEDULE ` DISABLE"
                                                + " ON REPLICA")
                                : Optional.empty());
    }

    @Test
    void anEventIsDisabledWhereItsStateStands() {
        String create =
                "CREATE DEFINER=`ON COMPLETION PRESERVE ENABLE`@`%` EVENT `e ON COMPLETION PRESERVE"
                        + " ENABLE` ON SCHEDULE EVERY '1:30' HOUR_MINUTE STARTS '2020-01-01"
                        + " 00:00:00' ON COMPLETION PRESERVE ENABLE COMMENT 'ENABLE' DO SET @x ="
                        + " 'ON COMPLETION NOT PRESERVE ENABLE'";

        assertThat(EventText.disabledOnReplica(create, MYSQL_80))
                .isEqualTo(
                        create.replace(
                                "ON COMPLETION PRESERVE ENABLE COMMENT",
                                "ON COMPLETION PRESERVE DISABLE ON SLAVE COMMENT"));
        assertThat(EventText.disabledOnReplica(create, MYSQL_97))
                .contains("PRESERVE DISABLE ON REPLICA COMMENT");
    }

    @ParameterizedTest
    @CsvSource({"ENABLE", "DISABLE", "DISABLE ON SLAVE", "DISABLE ON REPLICA"})
    void theDefaultEndIsNotSaid(String state) {
        assertThat(
                        EventText.disabledOnReplica(
                                "CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY ON COMPLETION NOT"
                                        + " PRESERVE "
                                        + state
                                        + " DO SELECT 1",
                                MARIADB))
                .isEqualTo("CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY DISABLE ON SLAVE DO SELECT 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "-0 | -0.0",
                "[-0, 0, -0] | [-0.0, 0, -0.0]",
                "{\"-0\": -0} | {\"-0\": -0.0}",
                "[-0.5, -01, 1e-0, \"\\\"-0,\"] | [-0.5, -01, 1e-0, \"\\\"-0,\"]",
                "null | null",
            })
    void aNegativeZeroInADocumentStaysADouble(String printed, String read) {
        assertThat(
                        new String(
                                JsonText.withNegativeZeros(
                                        printed.getBytes(StandardCharsets.UTF_8)),
                                StandardCharsets.UTF_8))
                .isEqualTo(read);
    }

    @Test
    void modesThatAVersionDoesNotKnowAreLeftOut() {
        assertThat(SqlModes.known("ANSI_QUOTES,NO_AUTO_CREATE_USER,STRICT_ALL_TABLES", MYSQL_80))
                .isEqualTo("ANSI_QUOTES,STRICT_ALL_TABLES");
        assertThat(SqlModes.known("ORACLE,NO_FIELD_OPTIONS", MARIADB))
                .isEqualTo("ORACLE,NO_FIELD_OPTIONS");
        assertThat(SqlModes.known("", MYSQL_97)).isEmpty();
    }

    @Test
    void aHashOfBytesIsSaidAsItIsStored() {
        String shown =
                "CREATE USER 'u'@'%' IDENTIFIED WITH 'caching_sha2_password' AS '$A$005$\\'x REQUIRE"
                        + " y' DEFAULT ROLE `r`@`%`,`s``t`@`%` REQUIRE NONE PASSWORD EXPIRE DEFAULT"
                        + " ACCOUNT UNLOCK";

        assertThat(AccountStatements.withHash(shown, "caching_sha2_password", "2441275C00"))
                .isEqualTo(
                        "CREATE USER 'u'@'%' IDENTIFIED WITH 'caching_sha2_password' AS"
                                + " '$A\\'\\\\\\0' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT"
                                + " UNLOCK");
    }

    @Test
    void anAccountWithoutPasswordHasNoHash() {
        assertThat(
                        AccountStatements.withHash(
                                "CREATE USER 'u'@'%' IDENTIFIED WITH 'mysql_native_password'"
                                        + " REQUIRE NONE",
                                "mysql_native_password", ""))
                .isEqualTo(
                        "CREATE USER 'u'@'%' IDENTIFIED WITH 'mysql_native_password' REQUIRE NONE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GRANT SELECT, INSERT ON *.* TO `u`@`%` WITH GRANT OPTION | true",
                "GRANT `r`@`%` TO `u`@`%` WITH ADMIN OPTION | true",
                "REVOKE INSERT ON `mysql`.* FROM `u`@`%` | true",
                "GRANT SELECT ON `a`.* TO `u`@`%` | false",
                "GRANT EXECUTE ON PROCEDURE `a`.`p` TO `u`@`%` | false",
                "GRANT PROXY ON ''@'' TO `u`@`%` | false",
            })
    void grantsOnSchemasComeAsRows(String grant, boolean asStatement) {
        assertThat(AccountStatements.isGlobalOrRole(grant)).isEqualTo(asStatement);
    }

    @Test
    void aGrantIsTakenApart() {
        assertThat(
                        AccountStatements.oneByOne(
                                "GRANT SET_USER_ID,BACKUP_ADMIN ON *.* TO `u`@`%` WITH GRANT"
                                        + " OPTION"))
                .containsExactly(
                        "GRANT SET_USER_ID ON *.* TO `u`@`%` WITH GRANT OPTION",
                        "GRANT BACKUP_ADMIN ON *.* TO `u`@`%` WITH GRANT OPTION");
    }
}
