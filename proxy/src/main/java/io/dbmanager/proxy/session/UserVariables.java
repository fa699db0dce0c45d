package io.dbmanager.proxy.session;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the session's user variables have their values. Names are in lower case. */
final class UserVariables {
    private final HiddenEffects hidden;

    /** Set from a literal, so every backend can be told. */
    private final Set<String> following = new HashSet<>();

    /** Of those, the ones whose literal is one that settings say how to read. */
    private final Set<String> texts = new HashSet<>();

    /** Those that do not follow, by the replica that has them. */
    private final Map<String, String> onReplicas = new HashMap<>();

    /** Those that do not follow and that the primary has. */
    private final Set<String> onPrimary = new HashSet<>();

    UserVariables(HiddenEffects hidden) {
        this.hidden = hidden;
    }

    /**
     * It has another value.
     *
     * @param text whether settings say how its literal is read
     * @param replica where it was set; null for the primary
     * @return whether it follows the session
     */
    boolean set(String name, boolean literal, boolean text, @Nullable String replica) {
        following.remove(name);
        texts.remove(name);
        onReplicas.remove(name);
        onPrimary.remove(name);
        if (replica != null) {
            onReplicas.put(name, replica);
            return false;
        }
        if (literal) {
            following.add(name);
            if (text) {
                texts.add(name);
            }
        } else {
            onPrimary.add(name);
        }
        return literal;
    }

    /** Whether its value is the one that was told last is not known. */
    void unsure(String name) {
        if (following.remove(name)) {
            onPrimary.add(name);
        }
    }

    /** Triggers and routines can set user variables: after a write no value is sure. */
    void allUnsure() {
        onPrimary.addAll(following);
        following.clear();
        texts.clear();
    }

    /** From now on texts are read otherwise: those set before cannot be set again by their text. */
    void textsUnsure() {
        texts.forEach(this::unsure);
        texts.clear();
    }

    boolean follows(String name) {
        return following.contains(name);
    }

    @Nullable String replicaOf(String name) {
        return onReplicas.get(name);
    }

    boolean anyOn(@Nullable String replica) {
        return replica == null
                ? !onPrimary.isEmpty() || hidden.userVariables()
                : onReplicas.containsValue(replica);
    }

    /** Whether any has a value that does not follow the session. */
    boolean anyStays() {
        return !onPrimary.isEmpty() || !onReplicas.isEmpty() || hidden.userVariables();
    }

    void primaryGone() {
        onPrimary.clear();
        following.clear();
        texts.clear();
    }

    void reset() {
        following.clear();
        texts.clear();
        onReplicas.clear();
        onPrimary.clear();
    }
}
