package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.CopyPlan.Unit;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The units that workers take one by one. Whoever takes one that has no end yet looks for an end
 * and gives back the rest, for which the others wait.
 */
final class UnitQueue {
    private final Deque<Unit> units;

    /** How many units of each table are not done. */
    private final Map<TableName, Integer> undone = new HashMap<>();

    private int restsAwaited;

    UnitQueue(Collection<Unit> units) {
        this.units = new ArrayDeque<>(units);
        units.forEach(this::count);
    }

    private void count(Unit unit) {
        undone.merge(unit.table().name(), 1, Integer::sum);
    }

    /** The next; empty when there is none and none will come. */
    synchronized Optional<Unit> take() throws InterruptedException {
        while (units.isEmpty() && restsAwaited > 0) {
            wait();
        }
        Unit unit = units.poll();
        if (unit == null) {
            return Optional.empty();
        }
        if (unit.isOpen()) {
            restsAwaited++;
        }
        return Optional.of(unit);
    }

    /** Owed once for each open unit that was taken. The rest of a table comes before others. */
    synchronized void giveBack(Optional<Unit> rest) {
        restsAwaited--;
        rest.ifPresent(unit -> {
            units.addFirst(unit);
            count(unit);
        });
        notifyAll();
    }

    /**
     * Says that a unit, or the part of it that was split off, has been copied.
     *
     * @return whether this was the last of its table
     */
    synchronized boolean isTablesLast(Unit done) {
        return undone.merge(done.table().name(), -1, Integer::sum) == 0;
    }
}
