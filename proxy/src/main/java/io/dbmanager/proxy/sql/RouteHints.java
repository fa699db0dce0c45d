package io.dbmanager.proxy.sql;

import java.util.Map;

/** Reads {@code route:...} from a statement's first comment. */
final class RouteHints {
    private static final String PREFIX = "route:";
    private static final int LONGEST_NAME = 64;

    private static final WordTable<RouteHint> ROLES =
            new WordTable<>(Map.of("primary", RouteHint.PRIMARY, "replica", RouteHint.REPLICA));

    private RouteHints() {}

    static RouteHint read(byte[] text, int commentFrom, int commentStop) {
        int from = commentFrom;
        int stop = commentStop;
        while (from < stop && Bytes.isSpace(text[from])) {
            from++;
        }
        while (stop > from && Bytes.isSpace(text[stop - 1])) {
            stop--;
        }
        if (stop - from <= PREFIX.length() || !startsWithPrefix(text, from)) {
            return RouteHint.NONE;
        }
        from += PREFIX.length();
        while (from < stop && Bytes.isSpace(text[from])) {
            from++;
        }
        RouteHint role = ROLES.find(text, from, stop, Bytes.hash(text, from, stop));
        if (role != null) {
            return role;
        }
        return isServiceName(text, from, stop)
                ? new RouteHint.Server(Bytes.lowerText(text, from, stop))
                : RouteHint.NONE;
    }

    private static boolean startsWithPrefix(byte[] text, int from) {
        for (int i = 0; i < PREFIX.length(); i++) {
            if (Bytes.lower(text[from + i]) != PREFIX.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isServiceName(byte[] text, int from, int stop) {
        for (int i = from; i < stop; i++) {
            if (!Bytes.isNamePart(text[i]) || text[i] < 0) {
                return false;
            }
        }
        return stop > from && stop - from <= LONGEST_NAME;
    }
}
