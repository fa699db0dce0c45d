package io.dbmanager.sync.dialect;

import io.dbmanager.common.Position;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.sync.jdbc.Row;
import java.util.Optional;

/**
 * One replication channel of a replica, as its server tells.
 *
 * @param name empty for the default channel
 * @param io what the thread that fetches does
 * @param sourceUuid empty until it has been connected once, and on MariaDB
 * @param autoPosition whether it finds its place by GTIDs
 * @param executed how far it has applied the source's binary logs
 * @param secondsBehind the server's own measure; empty when unknown
 * @param delay how many seconds it is told to stay behind
 * @param filtered whether it is told to leave out schemas or tables
 */
public record ChannelStatus(
        String name,
        String sourceHost,
        int sourcePort,
        String sourceUser,
        String sourceUuid,
        Io io,
        boolean sqlRunning,
        ThreadError ioError,
        ThreadError sqlError,
        boolean autoPosition,
        Position.FileOffset executed,
        Optional<Long> secondsBehind,
        long delay,
        boolean filtered) {

    /** What the fetching thread does. */
    public enum Io {
        RUNNING,
        CONNECTING,
        STOPPED
    }

    /**
     * Why a thread has stopped or cannot connect.
     *
     * @param code 0 for no error
     */
    public record ThreadError(int code, String message) {
        public static final ThreadError NONE = new ThreadError(0, "");

        public boolean isNone() {
            return code == 0 && message.isEmpty();
        }
    }

    public boolean ioRunning() {
        return io == Io.RUNNING;
    }

    /**
     * Whether this server is its source, by its identity or by where it is.
     *
     * @param identity of a server; only MySQL knows its source's
     */
    public boolean leadsTo(String identity, ServerAddress address) {
        boolean sameServer = !sourceUuid.isEmpty() && sourceUuid.equals(identity);
        boolean sameAddress =
                sourceHost.equalsIgnoreCase(address.host()) && sourcePort == address.port();
        return sameServer || sameAddress;
    }

    public boolean running() {
        return ioRunning() && sqlRunning;
    }

    /** Reads a row of the status in old or new words: the columns differ in nothing else. */
    static ChannelStatus read(Row row) {
        return new ChannelStatus(
                either(row, "Channel_Name", "Connection_name"),
                either(row, "Source_Host", "Master_Host"),
                (int) number(row, "Source_Port", "Master_Port"),
                either(row, "Source_User", "Master_User"),
                either(row, "Source_UUID", "Master_UUID"),
                io(either(row, "Replica_IO_Running", "Slave_IO_Running")),
                either(row, "Replica_SQL_Running", "Slave_SQL_Running").equalsIgnoreCase("Yes"),
                new ThreadError((int) row.number("Last_IO_Errno"), row.text("Last_IO_Error")),
                new ThreadError((int) row.number("Last_SQL_Errno"), row.text("Last_SQL_Error")),
                row.text("Auto_Position").equals("1") || row.text("Using_Gtid").endsWith("_Pos"),
                new Position.FileOffset(
                        either(row, "Relay_Source_Log_File", "Relay_Master_Log_File"),
                        number(row, "Exec_Source_Log_Pos", "Exec_Master_Log_Pos")),
                row.get("Seconds_Behind_Source")
                        .or(() -> row.get("Seconds_Behind_Master"))
                        .map(Long::parseLong),
                row.number("SQL_Delay"),
                isFiltered(row));
    }

    private static Io io(String word) {
        return switch (word) {
            case "Yes" -> Io.RUNNING;
            case "No", "" -> Io.STOPPED;
            // "Connecting"; MariaDB also says "Preparing".
            default -> Io.CONNECTING;
        };
    }

    private static boolean isFiltered(Row row) {
        return row.values().entrySet().stream()
                .anyMatch(e ->
                        e.getKey().matches("(?i)Replicate_((Wild_)?(Do|Ignore)_.*|Rewrite_DB)")
                                && e.getValue() != null
                                && !e.getValue().isEmpty());
    }

    private static String either(Row row, String newWord, String oldWord) {
        return row.get(newWord).orElseGet(() -> row.text(oldWord));
    }

    private static long number(Row row, String newWord, String oldWord) {
        return row.get(newWord).isPresent() ? row.number(newWord) : row.number(oldWord);
    }
}
