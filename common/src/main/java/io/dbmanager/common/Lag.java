package io.dbmanager.common;

import java.time.Duration;

/** How far a replica is behind its primary, measured by the heartbeat row. */
public sealed interface Lag {
    /**
     * @param behind never negative
     */
    record Known(Duration behind) implements Lag {}

    /**
     * @param why a phrase for people, such as "no heartbeat has arrived yet"
     */
    record Unknown(String why) implements Lag {}

    static Lag known(Duration behind) {
        return new Known(behind.isNegative() ? Duration.ZERO : behind);
    }

    static Lag unknown(String why) {
        return new Unknown(why);
    }
}
