package io.dbmanager.sync.watch;

import io.dbmanager.common.Lag;
import io.dbmanager.sync.run.Heartbeat;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Measures how far a replica is behind by waiting for the newest heartbeat to arrive there. What
 * has arrived bounds the lag from above at any moment: it is at most as old as the first beat that
 * has not.
 */
final class LagMeter {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private final Beats beats;
    private long arrived;
    private long arrivedBeforeMillis;
    private Lag lag = Lag.unknown("no heartbeat has arrived yet");

    LagMeter(Beats beats) {
        this.beats = beats;
    }

    /** The newest beat known to have arrived. */
    long arrived() {
        return arrived;
    }

    Lag lag() {
        return lag;
    }

    /** When the newest beat that has arrived was written, if this process wrote it. */
    Optional<Instant> seen() {
        return beats.find(arrived).map(Beats.Beat::before);
    }

    /** Forgets what has arrived: the replica is not the one it was. */
    void reset() {
        arrived = 0;
        arrivedBeforeMillis = 0;
        lag = Lag.unknown("no heartbeat has arrived yet");
    }

    /**
     * Polls until the newest beat has arrived, or the time is up.
     *
     * @param nowMillis the clock that stamps beats
     */
    void measure(Connection replica, Duration patience, java.util.function.LongSupplier nowMillis)
            throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        long pauseMillis = SHORTEST_PAUSE.toMillis();
        while (true) {
            Optional<Heartbeat.Beat> row = Heartbeat.read(replica);
            long now = System.nanoTime();
            if (row.isEmpty()) {
                lag = Lag.unknown("its heartbeat row is missing");
                return;
            }
            note(row.get(), now, nowMillis.getAsLong());
            if (arrived >= beats.newest() || now >= deadline) {
                return;
            }
            Thread.sleep(pauseMillis);
            pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE.toMillis());
        }
    }

    private void note(Heartbeat.Beat row, long nowNanos, long nowMillis) {
        boolean news = row.beat() != arrived;
        arrived = row.beat();
        arrivedBeforeMillis = row.writtenAtMillis();
        Optional<Beats.Beat> missing = beats.firstAfter(arrived);
        if (missing.isPresent()) {
            // It lacks what was committed then. Beats of before this process are told by the clock.
            boolean ownBeat = beats.find(arrived).isPresent();
            lag =
                    ownBeat
                            ? Lag.known(Duration.ofNanos(nowNanos - missing.get().committedNanos()))
                            : Lag.known(Duration.ofMillis(nowMillis - arrivedBeforeMillis));
        } else if (news) {
            beats.find(arrived)
                    .ifPresent(beat ->
                            lag = Lag.known(Duration.ofNanos(nowNanos - beat.committedNanos())));
        }
    }
}
