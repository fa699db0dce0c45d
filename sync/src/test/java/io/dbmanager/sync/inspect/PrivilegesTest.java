package io.dbmanager.sync.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PrivilegesTest {
    @Test
    void allPrivilegesAreEnough() {
        assertThat(
                        Privileges.missing(
                                List.of(
                                        "GRANT ALL PRIVILEGES ON *.* TO `root`@`%` IDENTIFIED BY"
                                                + " PASSWORD '*AA' WITH GRANT OPTION")))
                .isEmpty();
    }

    @Test
    void aListOfThemIsReadOverAllLines() {
        assertThat(
                        Privileges.missing(
                                List.of(
                                        "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP,"
                                                + " RELOAD, LOCK TABLES, REPLICATION SLAVE, CREATE"
                                                + " USER ON *.* TO `root`@`%` WITH GRANT OPTION",
                                        "GRANT BACKUP_ADMIN,REPLICATION_SLAVE_ADMIN,SYSTEM_VARIABLES_ADMIN"
                                                + " ON *.* TO `root`@`%` WITH GRANT OPTION",
                                        "GRANT PROXY ON ''@'' TO 'root'@'localhost'")))
                .isEmpty();
    }

    @Test
    void namesWhatIsMissing() {
        assertThat(
                        Privileges.missing(
                                List.of(
                                        "GRANT SELECT, RELOAD ON *.* TO `app`@`%`",
                                        "GRANT ALL PRIVILEGES ON `shop`.* TO `app`@`%`")))
                .contains("SUPER", "CREATE USER", "REPLICATION SLAVE", "GRANT OPTION")
                .doesNotContain("SELECT", "RELOAD");
    }
}
