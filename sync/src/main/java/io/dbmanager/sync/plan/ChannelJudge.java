package io.dbmanager.sync.plan;

import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.dialect.ChannelStatus.Io;
import io.dbmanager.sync.dialect.ChannelStatus.ThreadError;
import java.util.Locale;
import java.util.Set;

/** Tells from a channel's errors whether it goes on, can be started again, or cannot go on. */
public final class ChannelJudge {
    /** Errors of the applying thread that pass: locks, a killed or lost connection, a full disk. */
    private static final Set<Integer> PASSING_SQL_ERRORS =
            Set.of(
                    1021, 1030, 1040, 1041, 1053, 1105, 1114, 1158, 1159, 1160, 1161, 1180, 1205,
                    1213, 1317, 1637, 1927, 1969, 2006, 2013, 3024, 3170);

    /** A row, table, schema, routine, trigger, event or account is there that must not be yet. */
    private static final Set<Integer> EXTRA_ERRORS =
            Set.of(1007, 1050, 1062, 1304, 1359, 1396, 1537, 1586);

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
        record Restartable(String why) implements Verdict {}

        /** Its login is refused: it needs another. */
        record NeedsLogin(String why) implements Verdict {}

        /** Something about the replica itself must be put right first, such as its server id. */
        record NeedsSetup(String why) implements Verdict {}

        /** The primary's logs do not lead on from where it stands. */
        record LostItsPlace(String why) implements Verdict {}

        /**
         * Its data does not fit what it is to apply.
         *
         * @param somethingExtra whether what is to be made was there already: written on the
         *     replica itself, or applied before a crash that its place does not remember
         */
        record DataDiffers(String why, boolean somethingExtra) implements Verdict {}
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
        return new Verdict.Restartable("replication is stopped without an error");
    }

    private static Verdict judgeSql(ThreadError error) {
        String why = "applying failed with error " + error.code() + ": " + brief(error.message());
        if (error.message().contains("@@GLOBAL.GTID_MODE = OFF")) {
            return new Verdict.NeedsSetup(why);
        }
        return PASSING_SQL_ERRORS.contains(error.code())
                ? new Verdict.Restartable(why)
                : new Verdict.DataDiffers(why, EXTRA_ERRORS.contains(error.code()));
    }

    private static Verdict judgeIo(ChannelStatus channel) {
        ThreadError error = channel.ioError();
        String message = error.message().toLowerCase(Locale.ROOT);
        String why = "fetching failed with error " + error.code() + ": " + brief(error.message());
        if (LOGIN_ERRORS.contains(error.code())) {
            return new Verdict.NeedsLogin(why);
        }
        if (message.contains("anonymous transaction")) {
            return new Verdict.LostItsPlace(why);
        }
        if (message.contains("equal mysql server ids")
                || message.contains("equal mariadb server ids")
                || message.contains("same server_uuid/server_id")
                || message.contains("server_id")
                || message.contains("gtid_mode")) {
            return new Verdict.NeedsSetup(why);
        }
        if (LOST_PLACE_ERRORS.contains(error.code())) {
            return new Verdict.LostItsPlace(why);
        }
        return channel.io() == Io.CONNECTING && channel.sqlRunning()
                ? new Verdict.Runs()
                : new Verdict.Restartable(why);
    }

    /** The first sentence or so of a server's message. */
    static String brief(String message) {
        String line = message.strip().replaceAll("\\s+", " ");
        return line.length() <= 300 ? line : line.substring(0, 297) + "...";
    }
}
