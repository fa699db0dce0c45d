package io.dbmanager.sync.run;

import io.dbmanager.common.GtidSet;
import io.dbmanager.common.MySqlGtidSet;
import io.dbmanager.sync.run.Epochs.Epoch;
import java.util.Collection;
import java.util.Optional;

/**
 * Judges whether a server may be believed to be the primary, by what it, its replicas and this
 * machine's own memory say of the epochs; pure. Of two claims the newer epoch wins, and where they
 * cannot be told apart neither is believed.
 */
public final class PrimaryClaims {
    private PrimaryClaims() {}

    /**
     * What is said of the primary.
     *
     * @param by who says so, for people
     */
    public record Claim(Epoch epoch, String by) {}

    /**
     * How the primary was when it was last seen.
     *
     * @param executed its GTIDs; empty without GTIDs
     */
    public record Remembered(Epoch epoch, long beat, Optional<GtidSet> executed) {}

    /**
     * Why the server is not believed, as a phrase after its name; empty if nothing speaks against
     * it.
     *
     * @param identity who the server is
     * @param own the newest epoch that it knows of itself
     * @param others what is said elsewhere
     */
    public static Optional<String> objection(
            String identity, Optional<Epoch> own, Collection<Claim> others) {
        return others.stream().flatMap(claim -> against(identity, own, claim).stream()).findFirst();
    }

    private static Optional<String> against(String identity, Optional<Epoch> own, Claim claim) {
        Epoch said = claim.epoch();
        if (own.isEmpty()) {
            // Its own note of it may have been dropped with the schema it stood in.
            return said.server().equals(identity) ? Optional.empty() : Optional.of(stale(0, claim));
        }
        if (own.get().number() < said.number()) {
            return Optional.of(stale(own.get().number(), claim));
        }
        boolean twice =
                own.get().number() == said.number() && !own.get().server().equals(said.server());
        return twice
                ? Optional.of(
                        "says that server %s has been the primary since epoch %d, and %s says it was server %s: which is right cannot be told"
                                .formatted(
                                        own.get().server(),
                                        said.number(),
                                        claim.by(),
                                        said.server()))
                : Optional.empty();
    }

    private static String stale(long known, Claim claim) {
        String knows = known == 0 ? "no epoch" : "epoch " + known;
        return "knows of "
                + knows
                + " only, but server "
                + claim.epoch().server()
                + " has been the primary since epoch "
                + claim.epoch().number()
                + " ("
                + claim.by()
                + " says so): it is an earlier primary, or an old copy of one, and lacks what was"
                + " written since";
    }

    /**
     * Why a server is not believed that lacks what the primary had when it was last seen, as a
     * phrase after its name; empty if it lacks nothing.
     *
     * @param beat the newest heartbeat that the server has
     */
    public static Optional<String> wentBack(
            Remembered before, String identity, long beat, Optional<GtidSet> executed) {
        boolean same = before.epoch().server().equals(identity);
        if (same && beat < before.beat()) {
            return Optional.of(
                    "has gone back in time, as from a backup: it was at heartbeat %d and is at %d"
                            .formatted(before.beat(), beat));
        }
        GtidSet lost = lost(before, executed);
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "lacks transactions that the primary had when it was last seen: " + lost);
    }

    private static GtidSet lost(Remembered before, Optional<GtidSet> executed) {
        GtidSet had = before.executed().orElse(MySqlGtidSet.empty());
        return executed.isPresent() && !had.isEmpty()
                ? had.subtract(executed.get())
                : MySqlGtidSet.empty();
    }
}
