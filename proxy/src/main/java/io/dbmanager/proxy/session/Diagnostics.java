package io.dbmanager.proxy.session;

import io.dbmanager.proxy.backend.Answer;
import io.dbmanager.proxy.backend.OwnQuery;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.protocol.TextResult.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a server would say of the session's last statement: its warnings, LAST_INSERT_ID(),
 * FOUND_ROWS() and ROW_COUNT(). Asked for when the connection that knows it goes to another
 * session, ahead of whatever that one sends.
 */
final class Diagnostics {
    private static final Pattern ROWS =
            Pattern.compile(
                    "select\\s+((found_rows|row_count)\\s*\\(\\s*\\))"
                            + "(?:\\s+(?:as\\s+)?[`'\"]?(\\w+)[`'\"]?)?",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern COUNTS =
            Pattern.compile(
                    "select\\s+(@@(?:session\\s*\\.\\s*)?(warning|error)_count)",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern SHOWN_COUNTS =
            Pattern.compile(
                    "show\\s+count\\s*\\(\\s*\\*\\s*\\)\\s+(warning|error)s",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern SHOWN =
            Pattern.compile("show\\s+(warning|error)s", Pattern.CASE_INSENSITIVE);
    private static final int INT = 3;

    /** The values of one statement, of which the answers come one after the other. */
    private static final class Kept {
        private String foundRows = "0";
        private String rowCount = "-1";
        private List<List<@Nullable String>> reports = List.of();
    }

    private @Nullable Kept kept;
    private String lastInsertId = "0";
    private int awaited;
    private final List<Runnable> afterwards = new ArrayList<>();

    /**
     * Asks a backend that is about to go. The questions are written ahead of what its next holder
     * writes, and flushed with it.
     *
     * @param isLast whether it has run the session's last statement
     */
    void keep(SessionBackend backend, boolean isLast) {
        if (!backend.hasRun()) {
            return;
        }
        if (isLast) {
            Kept now = new Kept();
            kept = now;
            if (backend.hasReports()) {
                ask(
                        backend,
                        "SHOW WARNINGS",
                        answer -> {
                            if (answer instanceof Answer.Rows(var result)) {
                                now.reports = result.rows();
                            }
                        });
            }
            ask(
                    backend,
                    "SELECT LAST_INSERT_ID(), FOUND_ROWS(), ROW_COUNT()",
                    answer -> {
                        if (answer instanceof Answer.Rows(var result)) {
                            List<@Nullable String> row = result.rows().getFirst();
                            if (backend.isPrimary()) {
                                lastInsertId = text(row.get(0));
                            }
                            now.foundRows = text(row.get(1));
                            now.rowCount = text(row.get(2));
                        }
                    });
        } else if (backend.isPrimary()) {
            ask(
                    backend,
                    "SELECT LAST_INSERT_ID()",
                    answer -> {
                        if (answer instanceof Answer.Rows(var result)) {
                            lastInsertId = text(result.single());
                        }
                    });
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "0" : value;
    }

    private void ask(SessionBackend backend, String sql, java.util.function.Consumer<Answer> then) {
        awaited++;
        OwnQuery.send(
                backend.connection(),
                sql,
                answer -> {
                    then.accept(answer);
                    if (--awaited == 0) {
                        List<Runnable> now = List.copyOf(afterwards);
                        afterwards.clear();
                        now.forEach(Runnable::run);
                    }
                });
    }

    /** Runs something when all that was asked has been answered, at once if nothing is awaited. */
    void whenKept(Runnable then) {
        if (awaited == 0) {
            then.run();
        } else {
            afterwards.add(then);
        }
    }

    /** A new connection to the primary; null where it need not be told anything. */
    @Nullable String restoring() {
        return lastInsertId.equals("0") ? null : "SET SESSION last_insert_id=" + lastInsertId;
    }

    /** Another statement has ended: what was kept speaks of the one before it. */
    void ran() {
        kept = null;
    }

    /** The session is as after a login. */
    void reset() {
        kept = null;
        lastInsertId = "0";
    }

    /** Whether the last statement's values are here and nowhere else. */
    boolean areKept() {
        return kept != null;
    }

    /**
     * The answer to a statement that asks for one of these values and for nothing else.
     *
     * @return empty for any other statement
     */
    Optional<TextResult> answer(String sql) {
        Kept now = kept;
        if (now == null) {
            return Optional.empty();
        }
        String asked = sql.strip();
        while (asked.endsWith(";")) {
            asked = asked.substring(0, asked.length() - 1).stripTrailing();
        }
        Matcher rows = ROWS.matcher(asked);
        if (rows.matches()) {
            String name = rows.group(3) == null ? rows.group(1) : rows.group(3);
            boolean found = rows.group(2).toLowerCase(Locale.ROOT).startsWith("found");
            String value = found ? now.foundRows : now.rowCount;
            answered(now);
            return Optional.of(number(name, value));
        }
        Matcher shown = SHOWN.matcher(asked);
        if (shown.matches()) {
            return Optional.of(
                    new TextResult(
                            List.of(
                                    Column.text("Level"),
                                    new Column("Code", INT),
                                    Column.text("Message")),
                            reports(now, shown.group(1))));
        }
        Matcher shownCounts = SHOWN_COUNTS.matcher(asked);
        if (shownCounts.matches()) {
            String which = shownCounts.group(1).toLowerCase(Locale.ROOT);
            return Optional.of(
                    number("@@session." + which + "_count", count(now, shownCounts.group(1))));
        }
        Matcher counts = COUNTS.matcher(asked);
        return counts.matches()
                ? Optional.of(number(counts.group(1), count(now, counts.group(2))))
                : Optional.empty();
    }

    /** It was a SELECT of one row itself. */
    private static void answered(Kept now) {
        now.foundRows = "1";
        now.rowCount = "-1";
        now.reports = List.of();
    }

    private static TextResult number(String name, String value) {
        return new TextResult(List.of(Column.number(name)), List.of(List.of(value)));
    }

    private static String count(Kept now, String which) {
        return Integer.toString(reports(now, which).size());
    }

    private static List<List<@Nullable String>> reports(Kept now, String which) {
        return which.equalsIgnoreCase("warning")
                ? now.reports
                : now.reports.stream().filter(row -> "Error".equals(row.getFirst())).toList();
    }
}
