package io.dbmanager.app.run;

import io.dbmanager.app.text.Show;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.TopologyEvent;
import io.dbmanager.sync.SyncListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows waiting, seeding and comparing: in place on a terminal, else a plain line when something
 * changed and every few seconds while rows are copied.
 */
public final class Progress implements SyncListener {
    private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(5);
    private static final Duration LIVE_INTERVAL = Duration.ofMillis(100);

    private final Console console;
    private final Clock clock;
    private final Map<String, String> waiting = new LinkedHashMap<>();
    private final Map<String, String> lastSaid = new HashMap<>();
    private final Map<String, Seeding> seeding = new LinkedHashMap<>();
    private final Map<String, Instant> lastPlain = new HashMap<>();
    private Instant lastDrawn = Instant.MIN;

    public Progress(Console console, Clock clock) {
        this.console = console;
        this.clock = clock;
    }

    /** Where a seeding stood when it was first and last heard of, to reckon its speed from. */
    private record Seeding(Instant since, long firstRows, long firstBytes, SeedProgress now) {}

    @Override
    public synchronized void onWaiting(String server, boolean ready, String detail) {
        String said = (ready ? "ready: " : "waiting: ") + detail;
        if (said.equals(lastSaid.put(server, said))) {
            return;
        }
        if (ready) {
            waiting.remove(server);
            console.line(
                    console.green("ready")
                            + "    "
                            + server
                            + (detail.equals("ready") ? "" : "  " + detail));
        } else {
            waiting.put(server, detail);
            if (!console.isTerminal()) {
                console.line("waiting  " + server + "  " + detail);
            }
        }
        draw(true);
    }

    @Override
    public synchronized void onSeeding(String replica, SeedProgress progress) {
        Instant now = clock.instant();
        Seeding before = seeding.get(replica);
        Seeding current =
                before == null
                        ? new Seeding(now, progress.rowsDone(), progress.bytesDone(), progress)
                        : new Seeding(
                                before.since(), before.firstRows(), before.firstBytes(), progress);
        seeding.put(replica, current);
        if (console.isTerminal()) {
            draw(false);
        } else if (due(replica, now)) {
            console.line(text(replica, current, now));
        }
    }

    @Override
    public synchronized void onVerifying(String replica, SeedProgress progress) {
        onSeeding(replica, progress);
    }

    @Override
    public synchronized void onEvent(TopologyEvent event) {
        if (!event.event().startsWith("seeding")) {
            seeding.remove(event.server());
        }
        console.line(
                console.bold(event.event())
                        + "  "
                        + event.server()
                        + (event.detail().isEmpty() ? "" : "  " + event.detail()));
        draw(true);
    }

    /** Nothing is awaited or copied any more. */
    public synchronized void clear() {
        waiting.clear();
        seeding.clear();
        console.live(List.of());
    }

    private boolean due(String replica, Instant now) {
        Instant last = lastPlain.get(replica);
        if (last != null && now.isBefore(last.plus(PLAIN_INTERVAL))) {
            return false;
        }
        lastPlain.put(replica, now);
        return true;
    }

    private void draw(boolean changed) {
        Instant now = clock.instant();
        if (!changed && now.isBefore(lastDrawn.plus(LIVE_INTERVAL))) {
            return;
        }
        lastDrawn = now;
        List<String> lines = new ArrayList<>();
        waiting.forEach(
                (server, detail) -> lines.add(console.dim("waiting  " + server + "  " + detail)));
        seeding.forEach((replica, state) -> lines.add(text(replica, state, now)));
        console.live(lines);
    }

    private static String text(String replica, Seeding seeding, Instant now) {
        SeedProgress progress = seeding.now();
        double seconds = Duration.between(seeding.since(), now).toMillis() / 1000.0;
        String doing =
                switch (progress.method()) {
                    case "verify" -> "verifying  ";
                    case "repair" -> "repairing  ";
                    case "clone" -> "cloning  ";
                    default -> "seeding  ";
                };
        StringBuilder text = new StringBuilder(doing).append(replica).append("  ");
        text.append(Show.count(progress.rowsDone())).append(" of ");
        text.append(Show.count(progress.rowsTotal())).append(" rows, ");
        text.append(Show.bytes((double) progress.bytesDone()));
        if (seconds >= 1) {
            double rows = (progress.rowsDone() - seeding.firstRows()) / seconds;
            double bytes = (progress.bytesDone() - seeding.firstBytes()) / seconds;
            text.append(", ").append(Show.count(Math.round(rows))).append(" rows/s, ");
            text.append(Show.bytes(bytes)).append("/s");
        }
        progress.eta()
                .ifPresent(eta -> text.append(", ").append(Show.duration(eta)).append(" left"));
        progress.slowed().ifPresent(why -> text.append(" (").append(why).append(")"));
        return text.toString();
    }
}
