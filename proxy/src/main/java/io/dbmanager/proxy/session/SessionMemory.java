package io.dbmanager.proxy.session;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the session has set about itself, as statements that set it again on another backend. The
 * last value of each thing counts, in the order in which the things were last set. Each backend
 * remembers up to which version it has been told.
 */
final class SessionMemory {
    /** Beyond this a session is not followed any more; its reads stay on the primary. */
    static final int MOST = 512;

    private record Entry(String sql, long version) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long version;

    /**
     * @param key what is set
     * @param sql the statement, one character a byte
     */
    void put(String key, String sql) {
        entries.remove(key);
        entries.put(key, new Entry(sql, ++version));
    }

    /** It has a value that cannot be told: what was told before is not to be told again. */
    void forget(String key) {
        entries.remove(key);
    }

    long version() {
        return version;
    }

    int size() {
        return entries.size();
    }

    /** The statements that a backend told up to {@code told} has missed, in order. */
    void missedSince(long told, Consumer<String> statement) {
        if (told < version) {
            for (Entry entry : entries.values()) {
                if (entry.version() > told) {
                    statement.accept(entry.sql());
                }
            }
        }
    }

    /** The session is as if it had just begun. */
    void clear() {
        entries.clear();
        version++;
    }

    /** The statements that set these things, in order. */
    List<String> statements(Set<String> keys) {
        return entries.entrySet().stream()
                .filter(entry -> keys.contains(entry.getKey()))
                .map(entry -> entry.getValue().sql())
                .toList();
    }
}
