package io.dbmanager.tests.compare;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds every difference between a primary and a copy of it, by asking both servers for all there
 * is to know of them ({@link ServerFacts}) and setting the answers side by side. It shares no code
 * with what makes copies, so that a mistake there cannot hide itself here.
 *
 * <p>Left out are the schemas that each server keeps for itself, those of dbmanager, and the
 * accounts that come with a server. Allowed to differ is an event's status: on a replica an event
 * may be disabled as one that came from elsewhere.
 */
public final class ServerComparison {
    private static final int EXCERPT = 160;
    private static final int BEFORE_THE_DIFFERENCE = 40;

    private ServerComparison() {}

    /**
     * One sentence for each difference; none when the second server is a true copy of the first.
     * Both should be of one version, and neither may be written to meanwhile. The sessions'
     * settings are changed.
     *
     * @param primary a connection that may see everything
     * @param copy another one, to the server that should be equal
     */
    public static List<String> differences(Connection primary, Connection copy)
            throws SQLException {
        // Accounts of named hosts are not loaded under --skip-name-resolve, but live on in the
        // memory
        // of the server on which they were made. The copy is not asked to read its tables again:
        // what counts there is what it goes by now.
        // Under PAD_CHAR_TO_FULL_LENGTH a server misreads them.
        Answers.run(primary, "SET SESSION sql_mode = ''");
        Answers.run(primary, "FLUSH LOCAL PRIVILEGES");
        return between(ServerFacts.of(primary), ServerFacts.of(copy));
    }

    static List<String> between(SortedMap<String, String> first, SortedMap<String, String> second) {
        TreeSet<String> names = new TreeSet<>(first.keySet());
        names.addAll(second.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            difference(name, first.get(name), second.get(name)).ifPresent(differences::add);
        }
        return differences;
    }

    private static Optional<String> difference(
            String name, @Nullable String first, @Nullable String second) {
        if (Objects.equals(first, second)) {
            return Optional.empty();
        }
        if (second == null) {
            return Optional.of(name + ": only on the primary");
        }
        if (first == null) {
            return Optional.of(name + ": only on the copy");
        }
        if (name.startsWith(ProgramFacts.EVENT_STATUS) && isDisabledAsReplicated(second)) {
            return Optional.empty();
        }
        int at = firstDifference(first, second);
        return Optional.of(
                "%s: on the primary [%s], on the copy [%s]"
                        .formatted(name, excerpt(first, at), excerpt(second, at)));
    }

    private static boolean isDisabledAsReplicated(String status) {
        return status.equals("SLAVESIDE_DISABLED") || status.equals("REPLICA_SIDE_DISABLED");
    }

    private static int firstDifference(String first, String second) {
        int shorter = Math.min(first.length(), second.length());
        int at = 0;
        while (at < shorter && first.charAt(at) == second.charAt(at)) {
            at++;
        }
        return at;
    }

    private static String excerpt(String text, int at) {
        int from = Math.max(0, at - BEFORE_THE_DIFFERENCE);
        int to = Math.min(text.length(), from + EXCERPT);
        return (from > 0 ? "..." : "")
                + text.substring(from, to)
                + (to < text.length() ? "..." : "");
    }
}
