package io.dbmanager.sync.plan;

import io.dbmanager.common.Finding;
import io.dbmanager.common.FindingKind;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.dialect.ChannelStatus.Io;
import io.dbmanager.sync.dialect.ChannelStatus.ThreadError;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Tells from a channel's errors whether it goes on, can be started again, or cannot go on. */
public final class ChannelJudge {
    /** Errors of the applying thread that pass: locks, a killed or lost connection, a full disk. */
    private static final Set<Integer> PASSING_SQL_ERRORS =
            Set.of(
                    1021, 1030, 1040, 1041, 1053, 1105, 1114, 1158, 1159, 1160, 1161, 1180, 1205,
                    1213, 1317, 1637, 1927, 1969, 2006, 2013, 3024, 3170);

    /** No room is left; errno 28 is in the message of errors that have other causes, too. */
    private static final Set<Integer> FULL_ERRORS = Set.of(1021, 1114);

    private static final Set<Integer> DUPLICATE_ROW_ERRORS = Set.of(1062, 1586);

    /** A row, or the table's whole partition, is not there that is to be changed. */
    private static final Set<Integer> MISSING_ROW_ERRORS = Set.of(1032, 1452, 1451);

    /**
     * A schema, table, column, routine, trigger, event or account is there that must not be yet.
     */
    private static final Set<Integer> EXTRA_OBJECT_ERRORS =
            Set.of(1007, 1050, 1060, 1061, 1304, 1359, 1396, 1537);

    /** One is not there that must be, or is another. */
    private static final Set<Integer> OBJECT_ERRORS =
            Set.of(
                    1008, 1049, 1051, 1054, 1072, 1091, 1109, 1146, 1305, 1360, 1535, 1539, 1677,
                    13146);

    /** Words, variables, engines, collations, plugins that this server's version does not have. */
    private static final Set<Integer> NOT_UNDERSTOOD_ERRORS =
            Set.of(
                    1064, 1115, 1128, 1149, 1193, 1231, 1235, 1273, 1286, 1289, 1295, 1478, 1524,
                    3554, 3675);

    /** What was fetched cannot be read back; the source still has it. */
    public static final Set<Integer> RELAY_LOG_ERRORS =
            Set.of(1201, 1594, 1610, 1744, 1872, 13121, 13124);

    /** Errors of the fetching thread that a new login or another address puts right. */
    private static final Set<Integer> LOGIN_ERRORS =
            Set.of(1045, 1044, 1251, 1862, 2059, 2061, 3118);

    /** The source has no more, or never had, what the replica would need next. */
    private static final Set<Integer> LOST_PLACE_ERRORS = Set.of(1236, 1789, 13114);

    private ChannelJudge() {}

    /** What a channel's state calls for. */
    public sealed interface Verdict {
        /** Both threads run, or are on their way to. */
        record Runs() implements Verdict {}

        /** It stopped on nothing that lasts: starting it again is worth trying. */
        record Restartable(Finding finding) implements Verdict {}

        /** Its login is refused: it needs another. */
        record NeedsLogin(Finding finding) implements Verdict {}

        /** Something about the replica itself must be put right first, such as its server id. */
        record NeedsSetup(Finding finding) implements Verdict {}

        /** The primary's logs do not lead on from where it stands. */
        record LostItsPlace(Finding finding) implements Verdict {}

        /** What it had fetched is damaged: it can fetch it again. */
        record LostRelayLogs(Finding finding) implements Verdict {}

        /**
         * Its data does not fit what it is to apply.
         *
         * @param somethingExtra whether what is to be made was there already: written on the
         *     replica itself, or applied before a crash that its place does not remember
         */
        record DataDiffers(Finding finding, boolean somethingExtra) implements Verdict {}

        /** What is wrong; empty when it runs. */
        default Optional<Finding> found() {
            return switch (this) {
                case Runs _ -> Optional.empty();
                case Restartable(Finding finding) -> Optional.of(finding);
                case NeedsLogin(Finding finding) -> Optional.of(finding);
                case NeedsSetup(Finding finding) -> Optional.of(finding);
                case LostItsPlace(Finding finding) -> Optional.of(finding);
                case LostRelayLogs(Finding finding) -> Optional.of(finding);
                case DataDiffers(Finding finding, _) -> Optional.of(finding);
            };
        }
    }

    public static Verdict judge(ChannelStatus channel) {
        if (!channel.sqlRunning() && !channel.sqlError().isNone()) {
            return judgeSql(channel.sqlError());
        }
        if (channel.io() != Io.RUNNING && !channel.ioError().isNone()) {
            return judgeIo(channel);
        }
        if (channel.sqlRunning() && channel.io() != Io.STOPPED) {
            return new Verdict.Runs();
        }
        return new Verdict.Restartable(
                FindingKind.CHANNEL_STOPPED.because("replication is stopped without an error"));
    }

    private static Verdict judgeSql(ThreadError error) {
        String why = "applying failed with error " + error.code() + ": " + brief(error.message());
        if (error.message().contains("@@GLOBAL.GTID_MODE = OFF")) {
            return new Verdict.NeedsSetup(FindingKind.GTID_MODE.because(why));
        }
        if (isFull(error)) {
            return new Verdict.Restartable(FindingKind.DISK_FULL.because(why));
        }
        if (isAboutRelayLogs(error)) {
            return new Verdict.LostRelayLogs(FindingKind.RELAY_LOG_UNREADABLE.because(why));
        }
        if (PASSING_SQL_ERRORS.contains(error.code())) {
            return new Verdict.Restartable(FindingKind.CHANNEL_STOPPED.because(why));
        }
        boolean extra =
                DUPLICATE_ROW_ERRORS.contains(error.code())
                        || EXTRA_OBJECT_ERRORS.contains(error.code());
        return new Verdict.DataDiffers(kindOfDifference(error.code()).because(why), extra);
    }

    private static FindingKind kindOfDifference(int code) {
        if (DUPLICATE_ROW_ERRORS.contains(code)) {
            return FindingKind.DUPLICATE_ROW;
        }
        if (MISSING_ROW_ERRORS.contains(code)) {
            return FindingKind.MISSING_ROW;
        }
        if (EXTRA_OBJECT_ERRORS.contains(code) || OBJECT_ERRORS.contains(code)) {
            return FindingKind.OBJECT_DIFFERS;
        }
        return NOT_UNDERSTOOD_ERRORS.contains(code)
                ? FindingKind.NOT_UNDERSTOOD
                : FindingKind.APPLYING_FAILED;
    }

    private static boolean isFull(ThreadError error) {
        return FULL_ERRORS.contains(error.code())
                || error.message().contains("No space left on device");
    }

    /** Newer versions tell some damages by a general code and the old words. */
    private static boolean isAboutRelayLogs(ThreadError error) {
        String message = error.message().toLowerCase(Locale.ROOT);
        return RELAY_LOG_ERRORS.contains(error.code())
                || message.contains("relay log read failure")
                || message.contains("failed to initialize applier metadata")
                || message.contains("failed to initialize relay log info");
    }

    private static Verdict judgeIo(ChannelStatus channel) {
        ThreadError error = channel.ioError();
        String message = error.message().toLowerCase(Locale.ROOT);
        String why = "fetching failed with error " + error.code() + ": " + brief(error.message());
        if (LOGIN_ERRORS.contains(error.code())) {
            return new Verdict.NeedsLogin(FindingKind.CHANNEL_LOGIN_REFUSED.because(why));
        }
        if (message.contains("anonymous transaction")) {
            return new Verdict.LostItsPlace(FindingKind.PRIMARY_GTID_MODE.because(why));
        }
        if (message.contains("equal mysql server uuids")
                || message.contains("same server_uuid/server_id")) {
            return new Verdict.NeedsSetup(FindingKind.SERVER_UUID_TAKEN.because(why));
        }
        if (message.contains("equal mysql server ids")
                || message.contains("equal mariadb server ids")
                || message.contains("server_id")) {
            return new Verdict.NeedsSetup(FindingKind.SERVER_ID_TAKEN.because(why));
        }
        if (message.contains("gtid_mode")) {
            return new Verdict.NeedsSetup(FindingKind.GTID_MODE.because(why));
        }
        if (isFull(error)) {
            return new Verdict.Restartable(FindingKind.DISK_FULL.because(why));
        }
        if (LOST_PLACE_ERRORS.contains(error.code())) {
            boolean purged = message.contains("purged") || message.contains("could not find");
            return new Verdict.LostItsPlace(
                    (purged ? FindingKind.LOGS_PURGED : FindingKind.PLACE_LOST).because(why));
        }
        return channel.io() == Io.CONNECTING && channel.sqlRunning()
                ? new Verdict.Runs()
                : new Verdict.Restartable(FindingKind.CHANNEL_STOPPED.because(why));
    }

    /** The first sentence or so of a server's message. */
    static String brief(String message) {
        String line = message.strip().replaceAll("\\s+", " ");
        return line.length() <= 300 ? line : line.substring(0, 297) + "...";
    }
}
