package io.dbmanager.proxy.protocol;

import java.math.BigDecimal;
import java.time.Duration;

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

    /** All connections to a server are in use. */
    public static ErrPacket noBackendFree(String server, int most, Duration waited) {
        return new ErrPacket(
                1040,
                "08004",
                "Too many connections: all %d connections to %s are in use; waited %s s"
                        .formatted(
                                most,
                                server,
                                BigDecimal.valueOf(waited.toMillis(), 3)
                                        .stripTrailingZeros()
                                        .toPlainString()));
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

    /** As MariaDB says of an execution that ends too early. */
    public static ErrPacket cutShort() {
        return new ErrPacket(1835, "HY000", "Malformed communication packet");
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
                                + " not speak; it speaks mysql_native_password,"
                                + " caching_sha2_password, sha256_password, ed25519 and parsec")
                        .formatted(user, plugin));
    }

    public static ErrPacket tooManyOfAccount(String user) {
        return new ErrPacket(
                1203,
                "42000",
                "User %s already has more than 'max_user_connections' active connections"
                        .formatted(user));
    }

    public static ErrPacket tooManyStatements(int most) {
        return new ErrPacket(
                1461,
                "42000",
                "Can't create more than max_prepared_stmt_count statements (current value: %d)"
                        .formatted(most));
    }

    public static ErrPacket idleTooLong() {
        return new ErrPacket(
                4031,
                "HY000",
                "The client was disconnected by the server because of inactivity. See wait_timeout"
                        + " and interactive_timeout for configuring this behavior.");
    }

    public static ErrPacket tookTooLong(boolean mariaDb) {
        return mariaDb
                ? new ErrPacket(
                        1969,
                        "70100",
                        "Query execution was interrupted (max_statement_time exceeded)")
                : new ErrPacket(
                        3024,
                        "HY000",
                        "Query execution was interrupted, maximum statement execution time"
                                + " exceeded");
    }

    public static ErrPacket tlsRequired() {
        return new ErrPacket(
                3159,
                "HY000",
                "Connections using insecure transport are prohibited while"
                        + " --require_secure_transport=ON.");
    }

    /** ER_WRONG_ARGUMENTS, as a server says of an execution without its parameters. */
    public static ErrPacket parametersLost() {
        return new ErrPacket(
                1210,
                "HY000",
                "Incorrect arguments to mysqld_stmt_execute: the connection to which long data was"
                        + " sent is lost; send it again");
    }

    /** By KILL QUERY, before it was run. */
    public static ErrPacket interrupted() {
        return new ErrPacket(1317, "70100", "Query execution was interrupted");
    }

    /** A server cannot be reached, so nothing was run. */
    public static ErrPacket unreachable(String sentence) {
        return new ErrPacket(1053, CONNECTION, sentence);
    }

    /** A server went away under a statement or a transaction. */
    public static ErrPacket lost(String sentence) {
        return new ErrPacket(1927, CONNECTION, sentence);
    }

    /** Its connection serves another session now. */
    public static ErrPacket diagnosticsGone() {
        return new ErrPacket(
                1105,
                "HY000",
                "What this statement asks of the one before it is not known any more, since all"
                        + " connections were needed meanwhile: ask in a transaction, or by"
                        + " SHOW WARNINGS, SELECT FOUND_ROWS() or SELECT ROW_COUNT() alone");
    }

    /** As the server has it of writes. */
    public static ErrPacket readOnlyTransaction() {
        return new ErrPacket(1792, "25006", "Cannot execute statement in a READ ONLY transaction.");
    }

    /** A statement that may do more than read, in a transaction that has read on a replica. */
    public static ErrPacket notOnReplica(String replica, String why) {
        return new ErrPacket(
                1792,
                "25006",
                "Cannot execute statement in a READ ONLY transaction that has read on the replica "
                        + replica
                        + " ("
                        + why
                        + "): begin it by /* route:primary */ START TRANSACTION READ ONLY");
    }

    public static ErrPacket refused(int code, String sqlState, String sentence) {
        return new ErrPacket(code, sqlState, sentence);
    }
}
