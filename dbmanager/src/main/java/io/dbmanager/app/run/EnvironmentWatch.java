package io.dbmanager.app.run;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.app.discovery.ServiceSource;
import io.dbmanager.common.Services;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads the environment again and again while everything goes on. What it says counts when two
 * looks in a row have found the same: a file that is being written is not half believed. While it
 * cannot be read, what it said before holds.
 */
final class EnvironmentWatch {
    private final ServiceSource source;
    private final Follower follower;
    private final Duration interval;
    private Services followed;
    private Optional<Services> lastSeen = Optional.empty();
    private String lastProblem = "";
    private String told = "";

    /** Who is told. */
    interface Follower {
        void follow(Services next);

        void tell(String event, String detail);
    }

    EnvironmentWatch(ServiceSource source, Services first, Follower follower, Duration interval) {
        this.source = source;
        this.followed = first;
        this.follower = follower;
        this.interval = interval;
    }

    /** Looks until interrupted. */
    ExitCode run() throws InterruptedException {
        while (true) {
            Thread.sleep(interval);
            look();
        }
    }

    void look() {
        try {
            Services now = source.discover();
            lastProblem = "";
            if (!told.isEmpty()) {
                told = "";
                follower.tell("environment_readable", "the environment can be read again");
            }
            if (!now.equals(followed) && lastSeen.filter(now::equals).isPresent()) {
                followed = now;
                follower.follow(now);
            }
            lastSeen = Optional.of(now);
        } catch (AppException e) {
            lastSeen = Optional.empty();
            complain(String.valueOf(e.getMessage()));
        }
    }

    private void complain(String problem) {
        if (problem.equals(lastProblem) && !problem.equals(told)) {
            told = problem;
            follower.tell(
                    "environment_rejected",
                    String.join(" ", problem.lines().toList()) + " What it said before holds.");
        }
        lastProblem = problem;
    }
}
