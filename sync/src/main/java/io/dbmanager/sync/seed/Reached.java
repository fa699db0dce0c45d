package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.CopyPlan.KeyRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How far the copy of one large table has come on one replica: it has all rows below the last of
 * these bounds.
 *
 * <p>Bounds of the same table are only ever compared as texts: how the values behind them are
 * ordered, the servers alone know. So what several replicas have is put in order by the bounds that
 * they have in common, of which there are many where one copy has made them all.
 *
 * @param bounds of its {@link RangeKey}, in order; empty where nothing has come yet
 */
record Reached(List<List<String>> bounds) {
    static final Reached NOTHING = new Reached(List.of());

    Reached {
        bounds = bounds.stream().map(List::copyOf).toList();
    }

    /** What is left of a table, and the replicas that need it. */
    record Rest(KeyRange.Onwards range, Set<String> replicas) {}

    /** As far as parts follow each other from the first row on; what lies behind a gap is left. */
    static Reached by(Collection<KeyRange.Part> parts) {
        Map<Optional<List<String>>, List<String>> ends = new HashMap<>();
        for (KeyRange.Part part : parts) {
            part.below().ifPresent(end -> ends.put(part.from(), end));
        }
        List<List<String>> bounds = new ArrayList<>();
        for (List<String> end = ends.remove(Optional.<List<String>>empty());
                end != null;
                end = ends.remove(Optional.of(end))) {
            bounds.add(end);
        }
        return new Reached(bounds);
    }

    boolean isNothing() {
        return bounds.isEmpty();
    }

    /** Below this there is every row; empty where nothing has come yet. */
    Optional<List<String>> end() {
        return isNothing() ? Optional.empty() : Optional.of(bounds.getLast());
    }

    /** The parts that it consists of, one after the other. */
    List<KeyRange.Part> parts() {
        List<KeyRange.Part> parts = new ArrayList<>();
        Optional<List<String>> from = Optional.empty();
        for (List<String> bound : bounds) {
            parts.add(new KeyRange.Part(from, Optional.of(bound)));
            from = Optional.of(bound);
        }
        return parts;
    }

    /**
     * What each replica may keep so that all can be put in order: up to the last bound that the one
     * with the most parts has, too.
     */
    static Map<String, Reached> inOrder(Map<String, Reached> byReplica) {
        Reached most = most(byReplica);
        Map<String, Reached> kept = new HashMap<>();
        byReplica.forEach((replica, reached) -> kept.put(replica, reached.upToCommon(most)));
        return kept;
    }

    private static Reached most(Map<String, Reached> byReplica) {
        return byReplica.values().stream()
                .max(Comparator.comparingInt(reached -> reached.bounds().size()))
                .orElse(NOTHING);
    }

    private Reached upToCommon(Reached other) {
        for (int i = bounds.size(); i > 0; i--) {
            if (other.bounds.contains(bounds.get(i - 1))) {
                return new Reached(bounds.subList(0, i));
            }
        }
        return NOTHING;
    }

    /**
     * What the replicas lack, each row of it once.
     *
     * @param byReplica {@linkplain #inOrder in order}
     */
    static List<Rest> rests(Map<String, Reached> byReplica) {
        List<List<String>> order = most(byReplica).bounds();
        // How many bounds of the order lie behind each.
        TreeSet<Integer> places = new TreeSet<>();
        byReplica.values().forEach(reached -> places.add(reached.placeIn(order)));
        List<Rest> rests = new ArrayList<>();
        for (int place : places) {
            Integer next = places.higher(place);
            Set<String> replicas = new TreeSet<>();
            byReplica.forEach((replica, reached) -> {
                if (reached.placeIn(order) <= place) {
                    replicas.add(replica);
                }
            });
            rests.add(
                    new Rest(
                            new KeyRange.Onwards(boundAt(order, place), boundAt(order, next)),
                            replicas));
        }
        return rests;
    }

    private int placeIn(List<List<String>> order) {
        return end().map(order::indexOf).orElse(-1) + 1;
    }

    private static Optional<List<String>> boundAt(
            List<List<String>> order, @Nullable Integer place) {
        return place == null || place == 0 ? Optional.empty() : Optional.of(order.get(place - 1));
    }
}
