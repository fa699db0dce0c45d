package io.dbmanager.proxy.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often statements were routed for each reason, and sessions ended for each. */
public final class RouteCounters {
    private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();
    private final Map<SessionEnd, LongAdder> ends = new EnumMap<>(SessionEnd.class);

    public RouteCounters() {
        for (SessionEnd end : SessionEnd.values()) {
            ends.put(end, new LongAdder());
        }
    }

    /**
     * @param why one of a fixed set of sentences
     */
    void routed(String why) {
        LongAdder counter = reasons.get(why);
        if (counter == null) {
            counter = reasons.computeIfAbsent(why, _ -> new LongAdder());
        }
        counter.increment();
    }

    void ended(SessionEnd why) {
        LongAdder counter = ends.get(why);
        if (counter != null) {
            counter.increment();
        }
    }

    public Map<String, Long> reasons() {
        Map<String, Long> counts = new TreeMap<>();
        reasons.forEach((why, count) -> counts.put(why, count.sum()));
        return counts;
    }

    public Map<String, Long> ends() {
        Map<String, Long> counts = new TreeMap<>();
        ends.forEach((why, count) -> counts.put(why.word(), count.sum()));
        return counts;
    }
}
