package io.dbmanager.proxy.protocol;

/**
 * Where failures become errors of the protocol. Codes and SQLSTATEs are the servers' own, so that
 * drivers treat them as they would without a proxy: class 08 makes a driver drop its connection.
 */
public final class MySqlErrors {
    private static final String CONNECTION = "08S01";

    private MySqlErrors() {}

    public static ErrPacket tooManyConnections() {
        return new ErrPacket(1040, "08004", "Too many connections");
    }

    /** {@code using password: YES} says that one was given, not that it was wrong. */
    public static ErrPacket accessDenied(String user, String host, boolean usingPassword) {
        return new ErrPacket(
                1045,
                "28000",
                "Access denied for user '%s'@'%s' (using password: %s)"
                        .formatted(user, host, usingPassword ? "YES" : "NO"));
    }

    public static ErrPacket unknownCommand() {
        return new ErrPacket(1047, CONNECTION, "Unknown command");
    }

    public static ErrPacket shuttingDown() {
        return new ErrPacket(1053, CONNECTION, "Server shutdown in progress");
    }

    public static ErrPacket packetTooLarge() {
        return new ErrPacket(
                1153, CONNECTION, "Got a packet bigger than 'max_allowed_packet' bytes");
    }

    public static ErrPacket packetsOutOfOrder() {
        return new ErrPacket(1156, CONNECTION, "Got packets out of order");
    }

    public static ErrPacket malformed() {
        return new ErrPacket(1835, "HY000", "Malformed communication packet.");
    }

    public static ErrPacket unknownStatement(int id, String command) {
        return new ErrPacket(
                1243,
                "HY000",
                "Unknown prepared statement handler (%s) given to %s"
                        .formatted(Integer.toUnsignedString(id), command));
    }

    public static ErrPacket unsupportedPlugin(String user, String plugin) {
        return new ErrPacket(
                1251,
                "08004",
                ("The account of '%s' identifies itself by the plugin '%s', which this proxy does"
                                + " not speak; it speaks caching_sha2_password and"
                                + " mysql_native_password")
                        .formatted(user, plugin));
    }

    public static ErrPacket killed() {
        return new ErrPacket(1927, "70100", "Connection was killed");
    }

    /** A server cannot be reached, so nothing was run. */
    public static ErrPacket unreachable(String sentence) {
        return new ErrPacket(1053, CONNECTION, sentence);
    }

    /** A server went away under a statement or a transaction. */
    public static ErrPacket lost(String sentence) {
        return new ErrPacket(1927, CONNECTION, sentence);
    }

    public static ErrPacket refused(int code, String sqlState, String sentence) {
        return new ErrPacket(code, sqlState, sentence);
    }
}
