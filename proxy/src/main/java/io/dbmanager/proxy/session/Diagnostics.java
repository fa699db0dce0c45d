package io.dbmanager.proxy.session;

import io.dbmanager.proxy.backend.Answer;
import io.dbmanager.proxy.backend.OwnQuery;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.protocol.TextResult.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server would say of the session's last statement: its warnings, LAST_INSERT_ID(),
 * FOUND_ROWS() and ROW_COUNT(). Asked for when the connection that knows it goes to another
 * session, ahead of whatever that one sends.
 */
final class Diagnostics {
    private static final Logger log = LoggerFactory.getLogger(Diagnostics.class);
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

    /** What is known of one statement. */
    private static final class Kept {
        private String rowCount;

        /** Null where the server could not say. */
        private @Nullable List<List<@Nullable String>> reports = List.of();

        Kept(long rowCount) {
            this.rowCount = Long.toString(rowCount);
        }
    }

    /** FOUND_ROWS() of one statement; null where the server could not say. */
    private static final class Found {
        private @Nullable String rows;
    }

    private @Nullable Kept kept;
    private @Nullable Found found;
    private String lastInsertId = "0";
    private int awaited;
    private final List<Runnable> afterwards = new ArrayList<>();

    /**
     * Asks a backend that is about to go. The questions are written ahead of what its next holder
     * writes, and flushed with it.
     *
     * @param isLast whether it has run the session's last statement
     * @param isLastWithRows whether it has run the last one that had rows
     */
    void keep(SessionBackend backend, boolean isLast, boolean isLastWithRows) {
        if (!backend.hasRun()) {
            return;
        }
        if (isLast) {
            // Asked, it would speak of the question before it.
            Kept now = new Kept(backend.rowCount());
            kept = now;
            if (backend.hasReports()) {
                now.reports = null;
                ask(backend, "SHOW WARNINGS", result -> now.reports = result.rows());
            }
        }
        if (isLastWithRows) {
            Found now = new Found();
            found = now;
            ask(
                    backend,
                    "SELECT LAST_INSERT_ID(), FOUND_ROWS()" + SessionBackends.LIMITED,
                    result -> {
                        if (result.rows().isEmpty()) {
                            return;
                        }
                        List<@Nullable String> row = result.rows().getFirst();
                        if (backend.isPrimary()) {
                            lastInsertId = text(row.get(0));
                        }
                        now.rows = text(row.get(1));
                    });
        } else if (backend.isPrimary()) {
            ask(
                    backend,
                    "SELECT LAST_INSERT_ID()" + SessionBackends.LIMITED,
                    result -> lastInsertId = text(result.single()));
        }
    }

    /** A backend has gone without having been asked: what it alone knew is lost. */
    void gone(SessionBackend backend, boolean wasLastWithRows) {
        if (wasLastWithRows) {
            found = new Found();
        } else {
            Kept now = new Kept(backend.rowCount());
            now.reports = backend.hasReports() ? null : List.of();
            kept = now;
        }
    }

    /** FOUND_ROWS() as the backend that knew has said. */
    void found(@Nullable String rows) {
        Found now = new Found();
        now.rows = rows;
        found = now;
    }

    /** FOUND_ROWS() as far as it is kept here; null where it is not. */
    @Nullable String foundRows() {
        Found now = found;
        return now == null ? null : now.rows;
    }

    private static String text(@Nullable String value) {
        return value == null ? "0" : value;
    }

    private void ask(SessionBackend backend, String sql, Consumer<TextResult> then) {
        awaited++;
        OwnQuery.send(
                backend.connection(),
                sql,
                answer -> {
                    if (answer instanceof Answer.Rows(var result)) {
                        then.accept(result);
                    } else {
                        log.debug(
                                "not told of the last statement asked=\"{}\" answer={}",
                                sql,
                                answer);
                    }
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

    /**
     * Another statement has ended: what was kept speaks of the one before it.
     *
     * @param rows whether it had some
     */
    void ran(boolean rows) {
        kept = null;
        if (rows) {
            found = null;
        }
    }

    /** The session is as after a login. */
    void reset() {
        kept = null;
        found = null;
        lastInsertId = "0";
    }

    /**
     * Whether what is asked is known here and nowhere else.
     *
     * @param ofRows of the last statement that had rows; else of the last one
     */
    boolean areKept(boolean ofRows) {
        return ofRows ? found != null : kept != null;
    }

    /**
     * The answer to a statement that asks for one of these values and for nothing else.
     *
     * @return empty for any other statement
     */
    Optional<TextResult> answer(String sql) {
        String asked = sql.strip();
        while (asked.endsWith(";")) {
            asked = asked.substring(0, asked.length() - 1).stripTrailing();
        }
        Matcher rows = ROWS.matcher(asked);
        return rows.matches() ? rows(rows) : reports(asked);
    }

    private Optional<TextResult> rows(Matcher asked) {
        boolean ofRows = asked.group(2).toLowerCase(Locale.ROOT).startsWith("found");
        Kept now = kept;
        Found before = found;
        String value =
                ofRows ? before == null ? null : before.rows : now == null ? null : now.rowCount;
        if (value == null) {
            return Optional.empty();
        }
        // It was a SELECT of one row itself.
        Found after = new Found();
        after.rows = "1";
        found = after;
        if (now != null) {
            kept = new Kept(-1);
        }
        String name = asked.group(3) == null ? asked.group(1) : asked.group(3);
        return Optional.of(number(name, value));
    }

    private Optional<TextResult> reports(String asked) {
        Kept now = kept;
        List<List<@Nullable String>> reports = now == null ? null : now.reports;
        if (reports == null) {
            return Optional.empty();
        }
        Matcher shown = SHOWN.matcher(asked);
        if (shown.matches()) {
            return Optional.of(
                    new TextResult(
                            List.of(
                                    Column.text("Level"),
                                    new Column("Code", INT),
                                    Column.text("Message")),
                            these(reports, shown.group(1))));
        }
        Matcher shownCounts = SHOWN_COUNTS.matcher(asked);
        if (shownCounts.matches()) {
            String which = shownCounts.group(1).toLowerCase(Locale.ROOT);
            return Optional.of(
                    number("@@session." + which + "_count", count(reports, shownCounts.group(1))));
        }
        Matcher counts = COUNTS.matcher(asked);
        return counts.matches()
                ? Optional.of(number(counts.group(1), count(reports, counts.group(2))))
                : Optional.empty();
    }

    private static TextResult number(String name, String value) {
        return new TextResult(List.of(Column.number(name)), List.of(List.of(value)));
    }

    private static String count(List<List<@Nullable String>> reports, String which) {
        return Integer.toString(these(reports, which).size());
    }

    private static List<List<@Nullable String>> these(
            List<List<@Nullable String>> reports, String which) {
        return which.equalsIgnoreCase("warning")
                ? reports
                : reports.stream().filter(row -> "Error".equals(row.getFirst())).toList();
    }
}
