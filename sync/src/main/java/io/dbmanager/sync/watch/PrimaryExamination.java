package io.dbmanager.sync.watch;

import io.dbmanager.common.GtidSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges the server that answers at the primary's address: is it the one that was there, its
 * successor with the same history, or something else? The last is never believed, so that an empty
 * server does not wipe full replicas.
 */
public final class PrimaryExamination {
    private PrimaryExamination() {}

    /**
     * What was seen of a primary.
     *
     * @param history the name in its heartbeat row; empty when it has none
     * @param executed its GTIDs; empty without GTIDs
     * @param beat the number of the last heartbeat written there
     */
    public record Seen(
            String identity, Optional<String> history, Optional<GtidSet> executed, long beat) {}

    public sealed interface Verdict {
        record Same() implements Verdict {}

        /** The same server, but its heartbeat table is gone and must be made again. */
        record HeartbeatLost() implements Verdict {}

        /**
         * Another server with the same history.
         *
         * @param left replicas that have what it lacks
         */
        record Successor(String why, List<String> left) implements Verdict {}

        record Stranger(String why) implements Verdict {}

        /**
         * The same server as it was some time ago. What is written to it now gets the numbers of
         * transactions that replicas have already and would skip in silence.
         */
        record WentBack(String why) implements Verdict {}
    }

    /**
     * @param replicas what each replica that answers has, by its name
     */
    public static Verdict examine(Seen known, Seen now, Map<String, GtidSet> replicas) {
        boolean sameServer = known.identity().equals(now.identity());
        if (now.history().isEmpty()) {
            return sameServer && !lostHistory(known, now)
                    ? new Verdict.HeartbeatLost()
                    : new Verdict.Stranger(
                            "the server at the primary's address has no heartbeat table: it is not"
                                    + " the one that was there, nor a copy of it");
        }
        if (known.history().isPresent() && !known.history().equals(now.history())) {
            return new Verdict.Stranger(
                    "the server at the primary's address has another history than its replicas");
        }
        return sameServer ? examineSame(known, now) : examineSuccessor(known, now, replicas);
    }

    private static Verdict examineSame(Seen known, Seen now) {
        if (now.beat() < known.beat()) {
            return new Verdict.WentBack(
                    "it has gone back in time, as from a backup: it was at heartbeat %d and is at %d"
                            .formatted(known.beat(), now.beat()));
        }
        if (lostHistory(known, now)) {
            return new Verdict.WentBack(
                    "it has lost part of its history, as by a reset of its binary logs: it was at %s and is at %s"
                            .formatted(
                                    known.executed().orElseThrow(), now.executed().orElseThrow()));
        }
        return new Verdict.Same();
    }

    private static boolean lostHistory(Seen known, Seen now) {
        return known.executed().isPresent()
                && now.executed().isPresent()
                && !now.executed().get().contains(known.executed().get());
    }

    private static Verdict examineSuccessor(Seen known, Seen now, Map<String, GtidSet> replicas) {
        String change = "server " + now.identity() + " has taken the place of " + known.identity();
        if (now.executed().isEmpty()) {
            return new Verdict.Successor(change, List.of());
        }
        List<String> left = new ArrayList<>();
        replicas.forEach((name, has) -> {
            if (!now.executed().get().contains(has)) {
                left.add(name);
            }
        });
        boolean followsSomeone =
                replicas.isEmpty() ? !lostHistory(known, now) : left.size() < replicas.size();
        return followsSomeone
                ? new Verdict.Successor(change, List.copyOf(left))
                : new Verdict.Stranger(
                        change + " and lacks what its replicas have: it is stale, or not theirs");
    }
}
