package io.dbmanager.sync.seed;

import java.time.Duration;
import java.util.Optional;

/**
 * Which share of their time those who read for a copy may spend on it: less where the servers have
 * too much to do, half of it each time, and twice as much again when they have had little to do for
 * a while. Never so little that it would not end.
 *
 * <p>How many old row versions a server keeps (InnoDB's history list) is no sign to go by: they are
 * kept until the copy has ended, so going slowly would only make them more.
 *
 * @param share of the time; 1 for all of it
 * @param calm how many looks in a row have shown little to do
 * @param why what has slowed it, a phrase for people; empty at full speed
 */
record Pace(double share, int calm, Optional<String> why) {
    static final double LEAST = 1.0 / 16;
    static final Pace FULL = new Pace(1, 0, Optional.empty());

    private static final int CALM_LOOKS = 3;

    /** What is too much, and what is little: in between the pace stays what it is. */
    private static final int RUNNING_MAX = 25;

    private static final int RUNNING_CALM = 15;

    /**
     * What a look has shown.
     *
     * @param server that is copied
     * @param running how many statements of others it runs at this moment
     * @param slowest the replica that has fallen behind most since the copy began
     * @param fallenBehind by how much; zero where no replica is known to have
     */
    record Load(String server, int running, String slowest, Duration fallenBehind) {}

    /**
     * @param fallenBehindMax how far a replica may fall behind
     */
    Pace next(Load load, Duration fallenBehindMax) {
        if (load.running() > RUNNING_MAX) {
            return slower(load.server() + " has " + load.running() + " running threads");
        }
        if (load.fallenBehind().compareTo(fallenBehindMax) > 0) {
            return slower(
                    "%s has fallen %.1f s behind"
                            .formatted(load.slowest(), load.fallenBehind().toMillis() / 1000.0));
        }
        boolean little =
                load.running() <= RUNNING_CALM
                        && load.fallenBehind().multipliedBy(2).compareTo(fallenBehindMax) <= 0;
        if (!little || share == 1) {
            return new Pace(share, 0, why);
        }
        if (calm + 1 < CALM_LOOKS) {
            return new Pace(share, calm + 1, why);
        }
        double faster = Math.min(1, share * 2);
        return faster == 1 ? FULL : new Pace(faster, 0, why);
    }

    Pace slower(String because) {
        return new Pace(Math.max(LEAST, share / 2), 0, Optional.of(because));
    }

    boolean isLeast() {
        return share <= LEAST;
    }

    /** How long to do nothing after work of so many nanoseconds. */
    long pauseAfter(long workedNanos) {
        return (long) (workedNanos * (1 / share - 1));
    }

    /** For people; empty at full speed. */
    Optional<String> slowed() {
        return why.map(because ->
                "slowed to 1/%d of the speed, since %s".formatted(Math.round(1 / share), because));
    }
}
