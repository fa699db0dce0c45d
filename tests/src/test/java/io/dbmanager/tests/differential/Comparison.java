package io.dbmanager.tests.differential;

import java.util.List;
import java.util.regex.Pattern;

/** What of an answer depends on more than the session's past, and is left out of the comparison. */
final class Comparison {
    /** A replica counts the rows that have come to it, a primary also those that were given up. */
    private static final Pattern NEXT_ID = Pattern.compile("AUTO_INCREMENT=\\d+ ");

    private Comparison() {}

    static List<Answer> essence(Step step, List<Answer> answers) {
        return answers.stream().map(answer -> essence(step, answer)).toList();
    }

    private static Answer essence(Step step, Answer answer) {
        return switch (answer) {
            case Answer.Done done when step instanceof Step.Command -> ofCommand(step, done);
            case Answer.Rows rows when isDefinition(step) ->
                    new Answer.Rows(
                            rows.columns(),
                            rows.rows().stream()
                                    .map(row -> NEXT_ID.matcher(row).replaceAll(""))
                                    .toList(),
                            rows.status(),
                            rows.warnings(),
                            rows.failure());
            case Answer.Done _,
                    Answer.Rows _,
                    Answer.Failed _,
                    Answer.Prepared _,
                    Answer.Other _,
                    Answer.Closed _,
                    Answer.Silence _ ->
                    answer;
        };
    }

    /** A server repeats the number of warnings of some statement before, after a ping too. */
    private static Answer ofCommand(Step step, Answer.Done done) {
        return new Answer.Done(
                done.affectedRows(),
                done.insertId(),
                done.status() & ~0x4000,
                0,
                done.info(),
                // After a change of user the proxy tells of no schema: the client has named it.
                step instanceof Step.Command(int _, int command, String _) && command == 0x11
                        ? List.of()
                        : done.changes());
    }

    private static boolean isDefinition(Step step) {
        return step instanceof Step.Query(int _, String sql) && sql.startsWith("SHOW CREATE TABLE");
    }
}
