package io.dbmanager.common;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Where the current {@link TopologySnapshot} is published and read: one volatile reference. Reading
 * never blocks; listeners are called by the publishing thread and must not block it.
 */
public final class Topology {
    private volatile TopologySnapshot current;
    private final List<Consumer<TopologySnapshot>> listeners = new CopyOnWriteArrayList<>();

    public Topology(TopologySnapshot first) {
        this.current = first;
    }

    public TopologySnapshot current() {
        return current;
    }

    /** Makes {@code next} what everybody sees. Only one thread at a time publishes. */
    public void publish(TopologySnapshot next) {
        current = next;
        listeners.forEach(listener -> listener.accept(next));
    }

    /** Calls {@code listener} with every snapshot published from now on. */
    public void onPublish(Consumer<TopologySnapshot> listener) {
        listeners.add(listener);
    }
}
