package io.dbmanager.proxy.session;

import io.dbmanager.proxy.route.Requirement;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** What has been written through this proxy, by whichever session. */
public final class SharedPosition {
    /**
     * @param version rises with each write
     */
    record Seen(Requirement requirement, long version) {}

    private final AtomicReference<Seen> seen =
            new AtomicReference<>(new Seen(Requirement.NOTHING, 0));

    Seen current() {
        return seen.get();
    }

    void add(UnaryOperator<Requirement> write) {
        seen.updateAndGet(
                before -> new Seen(write.apply(before.requirement()), before.version() + 1));
    }
}
