package io.dbmanager.sync.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.Facts;
import io.dbmanager.sync.Finding;
import io.dbmanager.sync.inspect.Inspection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DoctorTest {
    private static List<Finding> examine(Facts primary, Facts replica) {
        return Doctor.examine(new Inspection(primary.facts(), List.of(replica.facts())), Set.of());
    }

    @Test
    void whatBlocksComesFirst() {
        List<Finding> findings =
                examine(
                        Facts.primary("5.7.22")
                                .variable("log_bin", "OFF")
                                .variable("gtid_mode", "OFF"),
                        Facts.replica("5.7.22").variable("gtid_mode", "OFF"));

        assertThat(findings.getFirst().blocks()).isTrue();
        assertThat(findings.getFirst().problem()).contains("writes no binary log");
        assertThat(findings).anyMatch(finding -> finding.problem().contains("file and offset"));
        assertThat(findings.getLast().blocks()).isFalse();
    }

    @Test
    void namesTheLineForWhatARestartUndoes() {
        List<Finding> findings =
                examine(
                        Facts.primary("11.4.5-MariaDB").variable("binlog_format", "MIXED"),
                        Facts.replica("11.4.5-MariaDB"));

        assertThat(findings)
                .extracting(Finding::remedy)
                .anyMatch(s -> s.contains("binlog_format=ROW"));
        assertThat(findings).extracting(Finding::remedy).anyMatch(s -> s.contains("read_only=ON"));
    }

    @Test
    void binaryLogsThatAreKeptTooShortlyAreTold() {
        List<Finding> findings =
                examine(
                        Facts.primary("9.7.4").variable("binlog_expire_logs_seconds", "3600"),
                        Facts.replica("9.7.4"));

        assertThat(findings).anyMatch(finding -> finding.problem().contains("3600 s only"));
    }

    @Test
    void healthyServersHaveNothing() {
        Facts primary =
                Facts.primary("9.7.4")
                        .table("shop", "a", 3)
                        .gtids(Facts.UUID_P + ":1-9")
                        .history("h");
        Facts replica =
                Facts.replica("9.7.4")
                        .table("shop", "a", 3)
                        .gtids(Facts.UUID_P + ":1-9")
                        .history("h")
                        .readOnly()
                        .channel(Facts.running());

        assertThat(examine(primary, replica)).isEmpty();
    }
}
