package io.dbmanager.sync.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.Facts;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.dialect.ChannelStatus.Io;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChannelJudgeTest {
    private static Arguments row(String what, ChannelStatus channel, String verdict) {
        return Arguments.of(what, channel, verdict);
    }

    static Stream<Arguments> channels() {
        return Stream.of(
                row("both run", Facts.running(), "Runs"),
                row("connecting again", Facts.ioError(Io.CONNECTING, 2003, "refused"), "Runs"),
                row(
                        "lost connection",
                        Facts.ioError(Io.CONNECTING, 2013, "Lost connection"),
                        "Runs"),
                row("stopped by hand", Facts.stopped(), "Restartable CHANNEL_STOPPED"),
                row(
                        "gave up connecting",
                        Facts.ioError(Io.STOPPED, 2003, "refused"),
                        "Restartable CHANNEL_STOPPED"),
                row(
                        "lock wait",
                        Facts.sqlError(1205, "Lock wait timeout"),
                        "Restartable CHANNEL_STOPPED"),
                row(
                        "killed",
                        Facts.sqlError(1927, "Connection was killed"),
                        "Restartable CHANNEL_STOPPED"),
                row(
                        "disk full, as the system says it",
                        Facts.sqlError(
                                3, "Error writing file (OS errno 28 - No space left on device)"),
                        "Restartable DISK_FULL"),
                row(
                        "a relay log is damaged",
                        Facts.sqlError(1594, "Relay log read failure: Could not parse"),
                        "LostRelayLogs RELAY_LOG_UNREADABLE"),
                row(
                        "a relay log is damaged, as 8.0 says it",
                        Facts.sqlError(13121, "Relay log read failure: Could not parse"),
                        "LostRelayLogs RELAY_LOG_UNREADABLE"),
                row(
                        "table there already",
                        Facts.sqlError(1050, "Table 'a' already exists"),
                        "DataDiffers OBJECT_DIFFERS"),
                row(
                        "a statement of its older primary",
                        Facts.sqlError(1064, "You have an error in your SQL syntax"),
                        "DataDiffers NOT_UNDERSTOOD"),
                row(
                        "a cloned data directory",
                        Facts.ioError(
                                Io.STOPPED,
                                13117,
                                "source and replica have equal MySQL server UUIDs"),
                        "NeedsSetup SERVER_UUID_TAKEN"),
                row(
                        "disk full",
                        Facts.sqlError(1114, "The table is full"),
                        "Restartable DISK_FULL"),
                row(
                        "duplicate",
                        Facts.sqlError(1062, "Duplicate entry"),
                        "DataDiffers DUPLICATE_ROW"),
                row(
                        "not found",
                        Facts.sqlError(1032, "Can't find record"),
                        "DataDiffers MISSING_ROW"),
                row(
                        "no table",
                        Facts.sqlError(1146, "doesn't exist"),
                        "DataDiffers OBJECT_DIFFERS"),
                row("unknown trouble", Facts.sqlError(4711, "?"), "DataDiffers APPLYING_FAILED"),
                row(
                        "password",
                        Facts.ioError(Io.CONNECTING, 1045, "Access denied"),
                        "NeedsLogin CHANNEL_LOGIN_REFUSED"),
                row(
                        "needs TLS or key",
                        Facts.ioError(Io.CONNECTING, 2061, "caching_sha2"),
                        "NeedsLogin CHANNEL_LOGIN_REFUSED"),
                row(
                        "same ids",
                        Facts.ioError(Io.STOPPED, 1593, "have equal MySQL server ids"),
                        "NeedsSetup SERVER_ID_TAKEN"),
                row(
                        "same ids seen by the source",
                        Facts.ioError(
                                Io.STOPPED,
                                1236,
                                "A slave with the same server_uuid/server_id as this slave"),
                        "NeedsSetup SERVER_UUID_TAKEN"),
                row(
                        "no GTIDs there",
                        Facts.ioError(
                                Io.STOPPED,
                                1593,
                                "cannot start in AUTO_POSITION mode: the master has GTID_MODE = OFF"),
                        "NeedsSetup GTID_MODE"),
                row(
                        "GTIDs off there, as 8.0 says it",
                        Facts.ioError(
                                Io.STOPPED,
                                13117,
                                "cannot start because the master has GTID_MODE = OFF and this"
                                        + " server has GTID_MODE = ON."),
                        "NeedsSetup GTID_MODE"),
                row(
                        "written while GTIDs were off",
                        Facts.ioError(
                                Io.STOPPED,
                                13121,
                                "Cannot replicate anonymous transaction when AUTO_POSITION = 1"),
                        "LostItsPlace PRIMARY_GTID_MODE"),
                row(
                        "purged",
                        Facts.ioError(Io.STOPPED, 1236, "purged binary logs"),
                        "LostItsPlace LOGS_PURGED"),
                row(
                        "purged, as 8.0 says it",
                        Facts.ioError(Io.STOPPED, 13114, "Got fatal error 1236"),
                        "LostItsPlace PLACE_LOST"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("channels")
    void judges(String what, ChannelStatus channel, String expected) {
        ChannelJudge.Verdict verdict = ChannelJudge.judge(channel);
        String kind = verdict.found().map(finding -> " " + finding.kind()).orElse("");
        assertThat(verdict.getClass().getSimpleName() + kind)
                .as("%s: %s", what, verdict)
                .isEqualTo(expected);
    }
}
