package io.dbmanager.proxy.session;

import io.dbmanager.proxy.protocol.SessionTrack;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Which changes of the session's state the client is told of. The proxy asks the primary to tell
 * everything; the client gets what it would have got without a proxy.
 */
final class ToldChanges implements SessionTrack.Wanted {
    /** Told to clients that ask for no others. */
    private static final Set<String> BY_DEFAULT =
            Set.of(
                    "time_zone",
                    "autocommit",
                    "character_set_client",
                    "character_set_results",
                    "character_set_connection",
                    "redirect_url");

    private Set<String> names = BY_DEFAULT;
    private boolean everyVariable;
    private boolean gtids;
    private boolean stateChanges;
    private boolean overridden;

    /**
     * The client has set {@code session_track_system_variables}. A star in a list is the proxy's,
     * to which the client has added; a star alone is the client's.
     */
    void variables(String list) {
        everyVariable = list.equals("*");
        Set<String> wanted = new HashSet<>();
        boolean star = false;
        for (String part : list.split(",")) {
            String name = part.strip().toLowerCase(Locale.ROOT);
            star |= name.equals("*");
            wanted.add(name);
        }
        if (star) {
            wanted.addAll(BY_DEFAULT);
        } else {
            overridden = true;
        }
        names = Set.copyOf(wanted);
    }

    void gtids(String value) {
        gtids = !value.equalsIgnoreCase("OFF");
        overridden = true;
    }

    void stateChanges(String value) {
        stateChanges = value.equalsIgnoreCase("ON") || value.equals("1");
        overridden = true;
    }

    /** Whether the client has set something that the proxy has to set again. Asked once. */
    boolean takeOverridden() {
        boolean before = overridden;
        overridden = false;
        return before;
    }

    void reset() {
        names = BY_DEFAULT;
        everyVariable = false;
        gtids = false;
        stateChanges = false;
        overridden = false;
    }

    @Override
    public boolean variable(String name) {
        return everyVariable || names.contains(name);
    }

    @Override
    public boolean type(int type) {
        return switch (type) {
            case SessionTrack.GTIDS -> gtids;
            case SessionTrack.STATE_CHANGE -> stateChanges;
            default -> true;
        };
    }
}
