package io.dbmanager.tests.compare;

import static io.dbmanager.tests.compare.Answers.name;
import static io.dbmanager.tests.compare.ServerFacts.USER_SCHEMAS;

import io.dbmanager.common.ServerVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** Triggers, procedures, functions, packages and events. */
final class ProgramFacts {
    /** The beginning of the name of what an event's status is. */
    static final String EVENT_STATUS = "status of event ";

    private static final Pattern STATUS =
            Pattern.compile(
                    "( ON COMPLETION (?:NOT )?PRESERVE) (?:ENABLE|DISABLE(?: ON"
                            + " (?:SLAVE|REPLICA))?) ");

    private ProgramFacts() {}

    static void gather(
            Connection connection, ServerVersion version, SortedMap<String, String> facts)
            throws SQLException {
        for (List<String> trigger :
                Answers.rows(
                        connection,
                        "SELECT trigger_schema, trigger_name, action_timing, event_manipulation,"
                                + " event_object_schema, event_object_table, action_order FROM"
                                + " information_schema.triggers WHERE trigger_schema"
                                + USER_SCHEMAS)) {
            String qualified = name(trigger.get(0), trigger.get(1));
            facts.put(
                    "trigger " + qualified,
                    Answers.showCreate(connection, "SHOW CREATE TRIGGER " + qualified));
            facts.put(
                    "order of trigger " + qualified,
                    String.join(" ", trigger.subList(2, trigger.size())));
        }
        for (List<String> routine :
                Answers.rows(
                        connection,
                        "SELECT routine_schema, routine_name, routine_type FROM"
                                + " information_schema.routines WHERE routine_schema"
                                + USER_SCHEMAS)) {
            String kind = routine.get(2);
            String qualified = name(routine.get(0), routine.get(1));
            facts.put(
                    kind.toLowerCase(Locale.ROOT) + " " + qualified,
                    Answers.showCreate(connection, "SHOW CREATE " + kind + " " + qualified));
        }
        for (List<String> event :
                Answers.rows(
                        connection,
                        "SELECT event_schema, event_name, status FROM information_schema.events"
                                + " WHERE event_schema"
                                + USER_SCHEMAS)) {
            String qualified = name(event.get(0), event.get(1));
            String create = Answers.showCreate(connection, "SHOW CREATE EVENT " + qualified);
            facts.put("event " + qualified, STATUS.matcher(create).replaceFirst("$1 "));
            facts.put(EVENT_STATUS + qualified, event.get(2));
        }
    }
}
