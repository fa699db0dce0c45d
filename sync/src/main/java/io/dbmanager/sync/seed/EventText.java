package io.dbmanager.sync.seed;

import io.dbmanager.common.ServerVersion;
import java.util.Optional;

/** Rewrites the text of events so that they do not run on a replica. */
final class EventText {
    private static final String[] STATES = {
        "DISABLE ON SLAVE", "DISABLE ON REPLICA", "DISABLE", "ENABLE"
    };

    private static final String CREATE = "CREATE ";
    private static final String SCHEDULE = " ON SCHEDULE ";
    private static final String DROPS = " ON COMPLETION NOT PRESERVE ";
    private static final String STAYS = " ON COMPLETION PRESERVE ";

    private EventText() {}

    /**
     * The event in the state that replication would give it. The servers print {@code ON COMPLETION
     * [NOT] PRESERVE} and the state in front of comment and body.
     *
     * @param create what {@code SHOW CREATE EVENT} answers, packed
     */
    static String disabledOnReplica(String create, ServerVersion target) {
        String state = state(target);
        int drops = indexOutsideQuotes(create, DROPS);
        if (drops >= 0) {
            // The default, and under HIGH_NOT_PRECEDENCE a server cannot read what it has printed.
            String rest = create.substring(drops + DROPS.length());
            return create.substring(0, drops) + " " + withState(rest, state);
        }
        int stays = indexOutsideQuotes(create, STAYS);
        if (stays >= 0) {
            int at = stays + STAYS.length();
            return create.substring(0, at) + withState(create.substring(at), state);
        }
        throw new IllegalArgumentException("an event's text does not say when it ends");
    }

    private static String state(ServerVersion target) {
        return !target.isMariaDb() && target.atLeast(8, 2, 0)
                ? "DISABLE ON REPLICA"
                : "DISABLE ON SLAVE";
    }

    /**
     * The statement that gives an event which is enabled the state that replication would give it,
     * and leaves it its definer; empty for one that is not.
     *
     * @param create what {@code SHOW CREATE EVENT} answers, packed
     */
    static Optional<String> disabling(String create, ServerVersion target) {
        int named = indexOutsideQuotes(create, SCHEDULE);
        int drops = indexOutsideQuotes(create, DROPS);
        int stays = indexOutsideQuotes(create, STAYS);
        if (!create.startsWith(CREATE) || named < 0 || (drops < 0 && stays < 0)) {
            throw new IllegalArgumentException("an event's text does not say when it ends");
        }
        int at = drops >= 0 ? drops + DROPS.length() : stays + STAYS.length();
        return create.startsWith("ENABLE", at)
                ? Optional.of(
                        "ALTER " + create.substring(CREATE.length(), named) + " " + state(target))
                : Optional.empty();
    }

    private static String withState(String rest, String state) {
        for (String old : STATES) {
            if (rest.startsWith(old)) {
                return state + rest.substring(old.length());
            }
        }
        throw new IllegalArgumentException("an event's text does not say whether it is enabled");
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
