package io.dbmanager.sync.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerAddress;
import org.junit.jupiter.api.Test;

class CloneStatementsTest {
    private static final Credentials ACCOUNT = Credentials.of("dbmanager_r1", "it's");
    private static final ServerAddress DONOR = new ServerAddress("db.example", 3306);

    @Test
    void sayWhoIsCloned() {
        assertThat(CloneStatements.cloneFrom(new SourceEndpoint(DONOR, ACCOUNT, true)))
                .isEqualTo(
                        "CLONE INSTANCE FROM 'dbmanager_r1'@'db.example':3306 IDENTIFIED BY"
                                + " 'it''s' REQUIRE SSL");
        assertThat(CloneStatements.cloneFrom(new SourceEndpoint(DONOR, ACCOUNT, false)))
                .endsWith("IDENTIFIED BY 'it''s'");
    }

    @Test
    void limitTheRecipientInWholeMegabytes() {
        assertThat(CloneStatements.prepareRecipient(DONOR, 2, 20 << 20))
                .containsExactly(
                        "SET GLOBAL clone_valid_donor_list = 'db.example:3306'",
                        "SET GLOBAL clone_max_concurrency = 2",
                        "SET GLOBAL clone_max_network_bandwidth = 20");
        assertThat(CloneStatements.keepsTo(0)).isTrue();
        assertThat(CloneStatements.keepsTo(1 << 20)).isTrue();
        assertThat(CloneStatements.keepsTo(1000)).isFalse();
    }

    @Test
    void onlyServersThatCanBeClonedKnowDonorAccounts() {
        MySql84 newest = new MySql84();

        assertThat(newest.selectDonorAccount("a"))
                .hasValueSatisfying(
                        sql -> assertThat(sql).contains("BACKUP_ADMIN").endsWith("USER = 'a'"));
        assertThat(CloneStatements.noMoreDonorFor("a"))
                .isEqualTo("REVOKE BACKUP_ADMIN ON *.* FROM 'a'@'%'");
        assertThat(new MySql57().selectDonorAccount("a")).isEmpty();
        assertThat(new MariaDb().selectDonorAccount("a")).isEmpty();
    }
}
