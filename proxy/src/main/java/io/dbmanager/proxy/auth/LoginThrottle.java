package io.dbmanager.proxy.auth;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down those who guess passwords. Whoever has failed several times, from one address as one
 * user, or from one address as whoever, waits before the next login is looked at, twice as long
 * after each failure. The wait comes before the judgement: one that only wrong passwords had to
 * bear would tell the guesser which they are. A login that succeeds takes its user's failures from
 * that address back; all are forgotten after a while without any.
 */
public final class LoginThrottle {
    /** People mistype, and a pool of connections fails as one. */
    private static final int FREE_AS_ONE = 5;

    private static final int FREE_FROM_ADDRESS = 50;
    private static final Duration FIRST = Duration.ofMillis(100);

    /** Drivers give up on a login after two seconds or more, and should be told why it fails. */
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private static final long FORGOTTEN_NANOS = Duration.ofMinutes(10).toNanos();
    private static final int MOST = 20_000;

    /** Failures of somebody who guesses; those longest without one leave first. */
    private final Map<Guesser, Failures> failures =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Guesser, Failures> eldest) {
                    return size() > MOST;
                }
            };

    /**
     * @param user empty for whoever
     */
    private record Guesser(String host, String user) {}

    private record Failures(int count, long last) {}

    /**
     * How long this login has to wait.
     *
     * @param now by {@link System#nanoTime}
     */
    synchronized Duration delay(String host, String user, long now) {
        Duration asOne = delay(count(new Guesser(host, user), now) - FREE_AS_ONE);
        Duration fromThere = delay(count(new Guesser(host, ""), now) - FREE_FROM_ADDRESS);
        return asOne.compareTo(fromThere) > 0 ? asOne : fromThere;
    }

    private static Duration delay(int beyond) {
        if (beyond < 0) {
            return Duration.ZERO;
        }
        Duration doubled = FIRST.multipliedBy(1L << Math.min(beyond, 20));
        return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    }

    private int count(Guesser who, long now) {
        Failures known = failures.get(who);
        return known == null || now - known.last() > FORGOTTEN_NANOS ? 0 : known.count();
    }

    synchronized void failed(String host, String user, long now) {
        add(new Guesser(host, user), now);
        if (!user.isEmpty()) {
            add(new Guesser(host, ""), now);
        }
    }

    private void add(Guesser who, long now) {
        failures.put(who, new Failures(count(who, now) + 1, now));
    }

    synchronized void succeeded(String host, String user) {
        failures.remove(new Guesser(host, user));
    }
}
