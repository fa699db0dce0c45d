package io.dbmanager.app.run;

import io.dbmanager.app.ExitCode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGTERM and Ctrl-C into an interruption of the main thread, which then closes what it
 * opened, in its own order; the process ends with that thread's exit code instead of 143.
 */
public final class StopSignal {
    private final Thread main;
    private final Duration patience;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean requested;
    private volatile ExitCode exitCode = ExitCode.DONE;

    private StopSignal(Thread main, Duration patience) {
        this.main = main;
        this.patience = patience;
    }

    /**
     * Listens for the signals from now on.
     *
     * @param patience how long the main thread may take to close everything
     */
    public static StopSignal install(Thread main, Duration patience) {
        StopSignal signal = new StopSignal(main, patience);
        Runtime.getRuntime().addShutdownHook(new Thread(signal::onShutdown, "stop"));
        return signal;
    }

    /** One that never comes, for a command that runs inside another program. */
    public static StopSignal none() {
        return new StopSignal(Thread.currentThread(), Duration.ZERO);
    }

    /** Whether the process has been asked to end. */
    public boolean requested() {
        return requested;
    }

    /** Called by the main thread as its last act: everything is closed. */
    public void exit(ExitCode code) {
        exitCode = code;
        ended.countDown();
        // Where a signal came first this waits for the shutdown that is under way.
        System.exit(code.number());
    }

    private void onShutdown() {
        if (ended.getCount() == 0) {
            return;
        }
        requested = true;
        main.interrupt();
        try {
            if (!ended.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("startsync: closing took too long; ended without the rest.");
                Runtime.getRuntime().halt(ExitCode.FAILED.number());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        System.err.flush();
        Runtime.getRuntime().halt(exitCode.number());
    }
}
