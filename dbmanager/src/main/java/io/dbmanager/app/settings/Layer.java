package io.dbmanager.app.settings;

import java.util.Map;

/** One place where settings come from, with what it says. */
record Layer(Map<Key, Value> values) {
    Layer {
        values = Map.copyOf(values);
    }

    /**
     * @param where how an error message names the place: {@code --max-lag}, {@code
     *     DBMANAGER_MAX_LAG} or {@code key 'max-lag' of dbmanager.yaml}
     */
    record Value(String text, String where) {}
}
