package io.dbmanager.sync.jdbc;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a server did not accept a login or a query.
 *
 * @param sentence a phrase for people, without secrets
 */
public record ConnectFailure(Kind kind, String sentence) {
    /** The kinds that are told apart, since they call for different things to do. */
    public enum Kind {
        /** Nothing listens there. */
        REFUSED,
        /** Something listens but ends the connection before a login: it starts, or it stops. */
        STARTING,
        WRONG_PASSWORD,
        UNKNOWN_HOST,
        TOO_MANY_CONNECTIONS,
        /** It accepts connections from elsewhere, but not from here. */
        NOT_FROM_HERE,
        /** No answer in the time allowed: stalled, or cut off. */
        NO_ANSWER,
        OTHER;

        /** Whether waiting can change it. */
        public boolean mayPass() {
            return this != WRONG_PASSWORD && this != NOT_FROM_HERE;
        }
    }

    /** Reads the driver's exception, whatever the pool has wrapped around it. */
    public static ConnectFailure of(SQLException failure) {
        ConnectFailure byCode = byCode(failure);
        if (byCode != null) {
            return byCode;
        }
        for (Throwable t = failure; t != null; t = t.getCause()) {
            ConnectFailure byCause = byCause(t);
            if (byCause != null) {
                return byCause;
            }
        }
        return new ConnectFailure(Kind.OTHER, Failures.brief(deepest(failure)));
    }

    private static @Nullable ConnectFailure byCode(SQLException failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                ConnectFailure known = byCode(sql.getErrorCode(), sql);
                if (known != null) {
                    return known;
                }
            }
        }
        return null;
    }

    private static @Nullable ConnectFailure byCode(int code, SQLException e) {
        return switch (code) {
            case 1045, 1044, 1251, 1275, 1698, 1862, 3118, 4151 ->
                    new ConnectFailure(Kind.WRONG_PASSWORD, "login refused: " + Failures.brief(e));
            case 1040, 1203, 1226 ->
                    new ConnectFailure(
                            Kind.TOO_MANY_CONNECTIONS,
                            "too many connections: " + Failures.brief(e));
            case 1129, 1130 ->
                    new ConnectFailure(
                            Kind.NOT_FROM_HERE, "it refuses this machine: " + Failures.brief(e));
            case 1053, 1077, 1079, 3032, 3168, 3169 ->
                    new ConnectFailure(Kind.STARTING, "still starting or stopping");
            default -> null;
        };
    }

    private static @Nullable ConnectFailure byCause(Throwable t) {
        return switch (t) {
            case UnknownHostException e ->
                    new ConnectFailure(Kind.UNKNOWN_HOST, "unknown host " + e.getMessage());
            case SocketTimeoutException _ ->
                    new ConnectFailure(Kind.NO_ANSWER, "no answer in the time allowed");
            case NoRouteToHostException _ ->
                    new ConnectFailure(Kind.NO_ANSWER, "no route to the host");
            case ConnectException e -> connectException(e);
            case EOFException _ ->
                    new ConnectFailure(Kind.STARTING, "it ends connections: still starting");
            default -> null;
        };
    }

    private static ConnectFailure connectException(ConnectException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("timed out")
                ? new ConnectFailure(Kind.NO_ANSWER, "no answer in the time allowed")
                : new ConnectFailure(Kind.REFUSED, "connection refused: nothing listens there");
    }

    private static Throwable deepest(Throwable failure) {
        Throwable t = failure;
        for (Throwable cause = t.getCause(); cause != null; cause = cause.getCause()) {
            t = cause;
        }
        return t;
    }
}
