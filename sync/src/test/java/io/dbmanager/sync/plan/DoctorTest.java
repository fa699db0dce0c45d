package io.dbmanager.sync.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.Diagnosis;
import io.dbmanager.sync.Facts;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.sync.SyncSettings.CloneMode;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.TimeFacts;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DoctorTest {
    private static List<Diagnosis> examine(Facts primary, Facts replica) {
        return Doctor.examine(
                new Inspection(primary.facts(), List.of(replica.facts())),
                Set.of(),
                CloneMode.AUTO);
    }

    @Test
    void whatBlocksComesFirst() {
        List<Diagnosis> findings =
                examine(
                        Facts.primary("5.7.22")
                                .variable("log_bin", "OFF")
                                .variable("gtid_mode", "OFF"),
                        Facts.replica("5.7.22").variable("gtid_mode", "OFF"));

        assertThat(findings.getFirst().weight()).isEqualTo(Diagnosis.Weight.BLOCKS);
        assertThat(findings.getFirst().finding().detail()).contains("writes no binary log");
        assertThat(findings)
                .anyMatch(finding -> finding.finding().detail().contains("file and offset"));
        assertThat(findings.getLast().weight()).isEqualTo(Diagnosis.Weight.NOTE);
    }

    @Test
    void namesTheLineForWhatARestartUndoes() {
        List<Diagnosis> findings =
                examine(
                        Facts.primary("11.4.5-MariaDB").variable("binlog_format", "MIXED"),
                        Facts.replica("11.4.5-MariaDB"));

        assertThat(findings)
                .extracting(Diagnosis::remedy)
                .anyMatch(s -> s.contains("binlog_format=ROW"));
        assertThat(findings)
                .extracting(Diagnosis::remedy)
                .anyMatch(s -> s.contains("read_only=ON"));
    }

    @Test
    void binaryLogsThatAreKeptTooShortlyAreTold() {
        List<Diagnosis> findings =
                examine(
                        Facts.primary("9.7.4").variable("binlog_expire_logs_seconds", "3600"),
                        Facts.replica("9.7.4"));

        assertThat(findings)
                .anyMatch(finding -> finding.finding().detail().contains("3600 s only"));
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

    private static Facts healthyPrimary() {
        return Facts.primary("9.7.4")
                .table("shop", "a", 3)
                .gtids(Facts.UUID_P + ":1-9")
                .variable("sql_mode", "STRICT_TRANS_TABLES")
                .history("h");
    }

    private static Facts healthyReplica() {
        return Facts.replica("9.7.4")
                .table("shop", "a", 3)
                .gtids(Facts.UUID_P + ":1-9")
                .variable("sql_mode", "STRICT_TRANS_TABLES")
                .history("h")
                .readOnly();
    }

    static Stream<Arguments> wrongs() {
        Facts running = healthyReplica().channel(Facts.running());
        return Stream.of(
                Arguments.of(
                        healthyPrimary().leftOutOfLog("binlog_ignore_db=logs"),
                        running,
                        "primary.binary_log.filtered BLOCKS"),
                Arguments.of(
                        healthyPrimary().variable("sync_binlog", "0"),
                        running,
                        "primary.binary_log.unsafe NOTE"),
                Arguments.of(
                        healthyPrimary().variable("binlog_row_image", "MINIMAL"),
                        running,
                        "primary.binary_log.format NOTE"),
                Arguments.of(
                        healthyPrimary(),
                        healthyReplica().channel(Facts.sqlError(1062, "Duplicate entry")),
                        "replica.sql.duplicate_row NOTE"),
                Arguments.of(
                        healthyPrimary(),
                        healthyReplica().channel(Facts.stopped()),
                        "sync.pending FIXABLE"),
                Arguments.of(
                        healthyPrimary(),
                        healthyReplica().channel(Facts.running()).variable("sql_mode", "ANSI"),
                        "sync.pending FIXABLE"),
                Arguments.of(
                        healthyPrimary().time(new TimeFacts(60, 5, Duration.ZERO, Duration.ZERO)),
                        running,
                        "replica.time_zone NOTE"),
                Arguments.of(
                        healthyPrimary().time(new TimeFacts(60, 5, Duration.ZERO, Duration.ZERO)),
                        running,
                        "replica.time_zone_tables NOTE"),
                Arguments.of(
                        healthyPrimary(),
                        healthyReplica()
                                .channel(Facts.running())
                                .variable("replica_skip_errors", "1062"),
                        "replica.errors_tolerated NOTE"),
                Arguments.of(
                        healthyPrimary(),
                        healthyReplica().channel(Facts.filtered(Facts.running())),
                        "replica.channel.filtered NOTE"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("wrongs")
    void namesEachWayToBeWrong(Facts primary, Facts replica, String expected) {
        assertThat(examine(primary, replica))
                .extracting(d -> d.finding().kind().id() + " " + d.weight())
                .contains(expected);
    }

    /** What may be done for the asking copies nothing, and leaves servers with a refusal alone. */
    @Test
    void fixesLoseNothing() {
        SyncPlan copy =
                SyncPlanner.plan(
                        healthyPrimary().facts(),
                        List.of(Facts.replica("9.7.4").facts()),
                        Set.of(),
                        CloneMode.AUTO);
        assertThat(Doctor.fixes(copy).servers()).noneMatch(part -> part.name().equals("dbread1"));
        SyncPlan start =
                SyncPlanner.plan(
                        healthyPrimary().facts(),
                        List.of(healthyReplica().channel(Facts.stopped()).facts()),
                        Set.of(),
                        CloneMode.AUTO);
        assertThat(Doctor.fixes(start).servers()).hasSize(1);
        SyncPlan refused =
                SyncPlanner.plan(
                        healthyPrimary().facts(),
                        List.of(healthyReplica().gtids(Facts.UUID_R + ":1").facts()),
                        Set.of(),
                        CloneMode.AUTO);
        assertThat(Doctor.fixes(refused).servers()).isEmpty();
    }
}
