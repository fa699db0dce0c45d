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
                row("stopped by hand", Facts.stopped(), "Restartable"),
                row(
                        "gave up connecting",
                        Facts.ioError(Io.STOPPED, 2003, "refused"),
                        "Restartable"),
                row("lock wait", Facts.sqlError(1205, "Lock wait timeout"), "Restartable"),
                row("killed", Facts.sqlError(1927, "Connection was killed"), "Restartable"),
                row("disk full", Facts.sqlError(1114, "The table is full"), "Restartable"),
                row("duplicate", Facts.sqlError(1062, "Duplicate entry"), "DataDiffers"),
                row("not found", Facts.sqlError(1032, "Can't find record"), "DataDiffers"),
                row("no table", Facts.sqlError(1146, "doesn't exist"), "DataDiffers"),
                row("unknown trouble", Facts.sqlError(4711, "?"), "DataDiffers"),
                row("password", Facts.ioError(Io.CONNECTING, 1045, "Access denied"), "NeedsLogin"),
                row(
                        "needs TLS or key",
                        Facts.ioError(Io.CONNECTING, 2061, "caching_sha2"),
                        "NeedsLogin"),
                row(
                        "same ids",
                        Facts.ioError(Io.STOPPED, 1593, "have equal MySQL server ids"),
                        "NeedsSetup"),
                row(
                        "same ids seen by the source",
                        Facts.ioError(
                                Io.STOPPED,
                                1236,
                                "A slave with the same server_uuid/server_id as this slave"),
                        "NeedsSetup"),
                row(
                        "no GTIDs there",
                        Facts.ioError(
                                Io.STOPPED,
                                1593,
                                "cannot start in AUTO_POSITION mode: the master has GTID_MODE = OFF"),
                        "NeedsSetup"),
                row(
                        "GTIDs off there, as 8.0 says it",
                        Facts.ioError(
                                Io.STOPPED,
                                13117,
                                "cannot start because the master has GTID_MODE = OFF and this"
                                        + " server has GTID_MODE = ON."),
                        "NeedsSetup"),
                row(
                        "written while GTIDs were off",
                        Facts.ioError(
                                Io.STOPPED,
                                13121,
                                "Cannot replicate anonymous transaction when AUTO_POSITION = 1"),
                        "LostItsPlace"),
                row(
                        "purged",
                        Facts.ioError(Io.STOPPED, 1236, "purged binary logs"),
                        "LostItsPlace"),
                row(
                        "purged, as 8.0 says it",
                        Facts.ioError(Io.STOPPED, 13114, "Got fatal error 1236"),
                        "LostItsPlace"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("channels")
    void judges(String what, ChannelStatus channel, String expected) {
        ChannelJudge.Verdict verdict = ChannelJudge.judge(channel);
        assertThat(verdict.getClass().getSimpleName())
                .as("%s: %s", what, verdict)
                .isEqualTo(expected);
    }
}
