package io.dbmanager.sync.seed;

import io.dbmanager.common.ServerVersion;

/** Rewrites the text of events so that they do not run on a replica. */
final class EventText {
    private static final String[] STATES = {
        "DISABLE ON SLAVE", "DISABLE ON REPLICA", "DISABLE", "ENABLE"
    };

    private EventText() {}

    /**
     * The event in the state that replication would give it. The servers print {@code ON COMPLETION
     * [NOT] PRESERVE} and the state in front of comment and body.
     *
     * @param create what {@code SHOW CREATE EVENT} answers, packed
     */
    static String disabledOnReplica(String create, ServerVersion target) {
        String state =
                !target.isMariaDb() && target.atLeast(8, 2, 0)
                        ? "DISABLE ON REPLICA"
                        : "DISABLE ON SLAVE";
        int at = stateStart(create);
        for (String old : STATES) {
            if (create.startsWith(old, at)) {
                return create.substring(0, at) + state + create.substring(at + old.length());
            }
        }
        throw new IllegalArgumentException("an event's text does not say whether it is enabled");
    }

    private static int stateStart(String create) {
        for (String clause :
                new String[] {" ON COMPLETION NOT PRESERVE ", " ON COMPLETION PRESERVE "}) {
            int found = indexOutsideQuotes(create, clause);
            if (found >= 0) {
                return found + clause.length();
            }
        }
        throw new IllegalArgumentException("an event's text does not say when it ends");
    }

    private static int indexOutsideQuotes(String text, String wanted) {
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == '\\' && quote != '`') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '\'' || c == '"' || c == '`') {
                quote = c;
            } else if (text.startsWith(wanted, i)) {
                return i;
            }
        }
        return -1;
    }
}
