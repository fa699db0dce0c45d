package io.dbmanager.tests.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Leaves steps out for as long as a difference remains: halves first, then ever smaller pieces, at
 * last single steps.
 */
final class Shrinker {
    private static final int MOST_TRIALS = 150;

    /** Tries a sequence. */
    interface Attempt {
        Optional<Trial.Difference> run(List<Step> steps) throws Exception;
    }

    /**
     * @param steps fewer than before; all of them if the difference did not show again
     */
    record Shrunk(List<Step> steps, Trial.Difference difference, boolean again) {}

    private Shrinker() {}

    static Shrunk shrink(List<Step> all, Trial.Difference found, Attempt attempt) throws Exception {
        List<Step> steps = new ArrayList<>(all.subList(0, found.step() + 1));
        Trial.Difference difference = found;
        boolean again = false;
        int trials = 0;
        int piece = Math.max(1, steps.size() / 2);
        while (trials < MOST_TRIALS) {
            boolean smaller = false;
            for (int at = 0; at < steps.size() && trials < MOST_TRIALS; ) {
                List<Step> fewer = new ArrayList<>(steps);
                fewer.subList(at, Math.min(at + piece, fewer.size())).clear();
                trials++;
                Optional<Trial.Difference> still = attempt.run(fewer);
                if (still.isPresent()) {
                    again = true;
                    smaller = true;
                    difference = still.get();
                    steps = new ArrayList<>(fewer.subList(0, difference.step() + 1));
                } else {
                    at += piece;
                }
            }
            if (piece == 1 && !smaller) {
                break;
            }
            piece = Math.max(1, piece / 2);
        }
        return new Shrunk(steps, difference, again);
    }
}
