package io.dbmanager.proxy.session;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a session whose client has said nothing for too long while it was its turn. Looks four times
 * within that time instead of being set anew by each command, so it is late by up to a quarter.
 */
final class IdleWatch {
    private static final int LOOKS = 4;

    private final ClientSession session;
    private final long mostMillis;
    private int ownSeconds;
    private @Nullable Future<?> looking;
    private boolean heard;
    private int quiet;

    /**
     * @param limit for every session; zero for none
     */
    IdleWatch(ClientSession session, Duration limit) {
        this.session = session;
        this.mostMillis = limit.toMillis();
        watch(mostMillis);
    }

    /**
     * The session has set {@code wait_timeout}, which counts where it is the shorter time.
     *
     * @param seconds 0 where it has not
     */
    void limit(int seconds) {
        if (seconds == ownSeconds) {
            return;
        }
        ownSeconds = seconds;
        long own = TimeUnit.SECONDS.toMillis(seconds);
        stop();
        watch(own == 0 || (mostMillis != 0 && mostMillis < own) ? mostMillis : own);
    }

    private void watch(long millis) {
        quiet = 0;
        if (millis != 0) {
            long pause = Math.max(1, millis / LOOKS);
            looking =
                    session.loop()
                            .scheduleWithFixedDelay(
                                    this::look, pause, pause, TimeUnit.MILLISECONDS);
        }
    }

    /** The client has sent a command. */
    void heard() {
        heard = true;
    }

    private void look() {
        boolean waits = session.state() instanceof SessionState.Idle;
        quiet = heard || !waits ? 0 : quiet + 1;
        heard = false;
        if (quiet >= LOOKS) {
            session.idleTooLong();
        }
    }

    void stop() {
        if (looking != null) {
            looking.cancel(false);
            looking = null;
        }
    }
}
